#pragma once

#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct RestoreOptions {
    std::string file = {};
    std::string into = {};    ///< Folder of the project; empty: the one that is meant.
    bool force = false;       ///< Into a folder that holds something.
    bool only_check = false;  ///< Verify the archive and touch nothing.
    bool json = false;        ///< {"project", "made_at", "files", "kept_beside"}
};

/// Puts a backup in place of a project (docs/backups.md). All is unpacked beside it and verified
/// first; then the folders change places in one step. What was there stays beside it, under another
/// name. Exit code: 0; 1 when it is refused (a daemon runs, the folder is not empty, the archive is
/// damaged) or fails; 2 when the archive cannot be read.
[[nodiscard]] int run_restore(const RestoreOptions& options,
                              const ProjectPaths& paths,
                              const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_restore_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
