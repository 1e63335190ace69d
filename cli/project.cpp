#include "cli/project.hpp"

#include <system_error>

#include "base/project_paths.hpp"

namespace aifp::cli {

bool is_project(const std::filesystem::path& folder) {
    const ProjectPaths paths(folder);
    std::error_code ignored;
    return std::filesystem::is_directory(paths.own(), ignored) ||
           std::filesystem::is_directory(paths.directives(), ignored);
}

std::optional<std::filesystem::path> find_project(const std::filesystem::path& start) {
    std::error_code failed;
    auto folder = std::filesystem::weakly_canonical(start, failed);
    if (failed) {
        return std::nullopt;
    }
    for (;;) {
        if (is_project(folder)) {
            return folder;
        }
        if (folder == folder.parent_path()) {
            return std::nullopt;
        }
        folder = folder.parent_path();
    }
}

}  // namespace aifp::cli
