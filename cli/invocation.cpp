#include "cli/invocation.hpp"

#include <CLI/App.hpp>
#include <system_error>

#include "cli/project.hpp"

namespace aifp::cli {

void Invocation::decide(CLI::App& verb, std::function<int()> deed) {
    verb.callback([this, deed = std::move(deed)] { deed_ = deed; });
}

ProjectPaths Invocation::project_paths() const {
    const std::filesystem::path here = ".";
    std::error_code failed;
    auto root = project
                    ? std::filesystem::weakly_canonical(*project, failed)
                    : find_project(here).value_or(std::filesystem::weakly_canonical(here, failed));
    return ProjectPaths(failed ? std::filesystem::path(project.value_or(".")) : root);
}

}  // namespace aifp::cli
