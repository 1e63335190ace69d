#pragma once

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// `aifp mcp`: MCP over standard input and output, for AI assistants. Passes bytes on to the
/// project's daemon; without one it opens the project itself, to be read only. Exit code 0 at the
/// end of the input, 1 if the daemon went away before.
[[nodiscard]] int run_mcp(const ProjectPaths& paths, const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_mcp_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
