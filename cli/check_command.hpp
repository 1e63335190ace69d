#pragma once

#include <filesystem>
#include <vector>

#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct CheckOptions {
    std::vector<std::filesystem::path> paths = {};  ///< Files, folders, project folders.
    bool json = false;  ///< An array of {file, line, column, severity, message, hint}.
};

/// Checks directive files as the daemon would; of a project folder the settings and secrets too.
/// Needs no daemon. Exit code: 0 without errors (warnings may be); 1 with errors; 2 when a path
/// cannot be read. (reference: decisions, Files and faces)
[[nodiscard]] int run_check(const CheckOptions& options, const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_check_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
