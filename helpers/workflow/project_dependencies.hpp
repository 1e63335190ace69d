#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "helpers/workflow/check_dependencies.hpp"
#include "helpers/workflow/detect_dependencies.hpp"
#include "helpers/workflow/services.hpp"
#include "storage/directives.hpp"

namespace aifp::helpers::workflow {

/// Detects what a directive needs, checks it, stores the rows of directive_dependencies and tells
/// the engine's gate. Rows that a person added are checked too and stay; rows that were detected
/// once and are needed no more go. Errors: not_found; io_failure.
void refresh_dependencies(const WorkflowServices& services,
                          std::string directive,
                          CheckOptions options,
                          std::function<void(Result<std::vector<Dependency>>)> done);

/// The same for one directive or, without a name, for all that are not archived, one after another:
/// {dependencies: [{id, directive_id, directive, dependency_type, name, version, is_installed,
/// found_version, why, install}], missing: n}. `install` is the command that would install it, or
/// null.
void report_dependencies(const WorkflowServices& services,
                         std::optional<std::string> directive,
                         CheckOptions options,
                         Answer answer);

struct InstallOptions {
    std::int64_t dependency = 0;  ///< Row id.
    bool confirmed = false;       ///< A person has seen the command and said yes.
    bool for_user = false;        ///< pip --user instead of the project's environment.
};

/// Without a yes: {success: false, needs_confirmation: true, commands: [...]}, and nothing happens.
/// With it: runs the commands (no shell; 10 min each; 64 KiB of output), checks again and stores:
/// {success, dependency, version, commands, output}. Errors: not_found; conflict when no command
/// can provide it (a secret, a variable, a service), saying what to do; invalid_input for a name
/// that is none.
void install_dependency(const WorkflowServices& services, InstallOptions options, Answer answer);

/// What detection reads, from the files of the project. Blocks; for the store's threads.
[[nodiscard]] DetectionInput read_detection_input(const ProjectPaths& paths,
                                                  model::Directive directive);

}  // namespace aifp::helpers::workflow
