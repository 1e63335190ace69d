#pragma once

#include "cli/terminal.hpp"

namespace aifp::cli {

/// `aifp` without its process: reads the command line, does what it says and returns the exit code
/// (docs/cli.md). Blocks.
[[nodiscard]] int run_command_line(int argc, const char* const* argv, const Terminal& terminal);

}  // namespace aifp::cli
