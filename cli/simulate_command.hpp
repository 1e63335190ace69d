#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct SimulateOptions {
    std::vector<std::string> names = {};  ///< Empty: every directive of the project.
    std::string from = {};                ///< RFC 3339; without offset in the project's zone.
    std::string to = {};
    bool json = false;
};

/// Replays the schedules of the project's files with the engine's code: needs no daemon and changes
/// nothing. Prints every instant with what becomes of it; days on which the clock is set are
/// marked. Exit code: 0; 1 when a name is no directive of the files; 2 for a wrong instant.
[[nodiscard]] int run_simulate(const SimulateOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_simulate_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
