#pragma once

#include <array>
#include <string_view>

#include "cli/terminal.hpp"

namespace aifp::cli {

struct ExitCode {
    int code;
    std::string_view meaning;
};

/// What help, manual page and docs/cli.md say of the exit codes; a test holds them equal.
inline constexpr std::array kExitCodes{
    ExitCode{kDone,
             "Done. Warnings of `aifp check` and `aifp doctor` and an expression that never fires "
             "count as done"},
    ExitCode{
        kFailed,
        "Refused, or it failed: mistakes found, an unknown directive, a step the life cycle does "
        "not allow"},
    ExitCode{kUsage, "The command line is wrong, or something cannot be read"},
    ExitCode{kNoDaemon, "No daemon runs the project"},
};

}  // namespace aifp::cli
