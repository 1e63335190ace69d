#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "prompts/context_file.hpp"

namespace aifp::prompts {

/// The regular files below some folders of the disk and nothing else: ".." is refused and no link
/// below a folder is followed, at any level and at any moment (openat(2) with O_NOFOLLOW for every
/// part of the path). A relative path is looked for in each folder in turn; an absolute one has to
/// lie below one. Thread-safe.
[[nodiscard]] std::unique_ptr<FileSource> open_disk_files(
    std::vector<std::filesystem::path> folders);

}  // namespace aifp::prompts
