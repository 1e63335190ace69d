#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/diagnostic.hpp"

namespace aifp::cli {

/// What stands below a folder.
struct FoundFiles {
    std::vector<std::filesystem::path> files;  ///< Directive files, sorted by path.
    model::Diagnostics problems;               ///< Files with other extensions, too many files.
    bool unreadable = false;                   ///< A folder could not be read; told in `problems`.
};

/// The directive files below `folder`, found as the daemon finds them: links are followed, names
/// that begin with "." and editors' back-ups are passed over. Bounded: 100,000 files, 16 levels.
/// Blocks.
[[nodiscard]] FoundFiles find_directive_files(const std::filesystem::path& folder);

/// A diagnostic about a file as a whole.
[[nodiscard]] model::Diagnostic about_file(const std::filesystem::path& file,
                                           model::Severity severity,
                                           std::string message,
                                           std::string hint = {});

}  // namespace aifp::cli
