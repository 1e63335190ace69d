#pragma once

#include <filesystem>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct DoctorOptions {
    bool json = false;                   ///< An array of {check, level, text, cure}.
    std::filesystem::path system = "/";  ///< Where the machine's own files are looked for.
};

/// Looks at everything that keeps a project from running well and tells for each what to do.
/// Changes nothing. Exit code: 0 when nothing fails (warnings may be); 1 when something does.
[[nodiscard]] int run_doctor(const DoctorOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_doctor_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
