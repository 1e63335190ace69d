#pragma once

#include <filesystem>
#include <vector>

#include "cli/terminal.hpp"

namespace aifp::cli {

struct CheckOptions {
    std::vector<std::filesystem::path> paths = {};  ///< Files, folders, project folders.
    bool json = false;  ///< An array of {file, line, column, severity, message, hint}.
};

/// Checks directive files as the daemon would; of a project folder the settings and secrets too.
/// Needs no daemon. Exit code: 0 without errors (warnings may be); 1 with errors; 2 when a path
/// cannot be read. (reference: decisions, Files and faces)
[[nodiscard]] int run_check(const CheckOptions& options, const Terminal& terminal);

}  // namespace aifp::cli
