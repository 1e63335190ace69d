#pragma once

#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "helpers/workflow/dependency.hpp"

namespace aifp::helpers::workflow {

/// Where things would go.
struct InstallPlace {
    std::string venv_python;  ///< Of the project's environment.
    bool has_venv = false;
    bool for_user = false;  ///< pip --user instead.
    bool is_root = false;
};

/// As it is now. Blocks for one look at the file system.
[[nodiscard]] InstallPlace install_place(const ProjectPaths& paths, bool for_user);

using Command = std::vector<std::string>;

/// The programs to start, in order, to install the dependency. Names and ranges are checked: none
/// of them can become an option. Pure. Errors: conflict when no command can provide it, saying what
/// to do instead; invalid_input.
[[nodiscard]] Result<std::vector<Command>> plan_installation(const Dependency& dependency,
                                                             const InstallPlace& place);

/// As one would type it: words with other than plain letters are quoted.
[[nodiscard]] std::string shown(const Command& command);

}  // namespace aifp::helpers::workflow
