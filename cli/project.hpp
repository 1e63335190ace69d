#pragma once

#include <filesystem>
#include <optional>

namespace aifp::cli {

/// Whether the folder has `.aifp-project/` or `directives/`.
[[nodiscard]] bool is_project(const std::filesystem::path& folder);
/// `start` or the nearest folder above it that is a project. Absolute.
[[nodiscard]] std::optional<std::filesystem::path> find_project(const std::filesystem::path& start);

}  // namespace aifp::cli
