#pragma once

#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// `aifp tool NAME [ARGUMENTS]` and `aifp tool --list`.
struct ToolOptions {
    std::string name = {};
    std::string arguments = {};  ///< A JSON object; empty: none.
    bool list = false;
    bool json = false;  ///< Of the list: as the API gives it.
};

/// Prints the helper function's JSON as one line. Exit code: 0 it answered; 1 its `success` is
/// false, or the daemon could not answer; 2 no such tool, or the arguments are no JSON object; 3 no
/// daemon.
[[nodiscard]] int run_tool(const ToolOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_tool_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
