#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct BackupOptions {
    std::string file = {};
    bool with_secrets = false;
    bool force = false;                  ///< Replace a file that is there.
    std::vector<std::string> more = {};  ///< Further files and folders of the project.
    bool json = false;                   ///< {"file", "files", "bytes", "left_out", "made_at"}
};

/// Writes one archive with all that makes the project (docs/backups.md), whether or not a daemon
/// runs it: a running one is not asked and waits for nothing. Exit code: 0; 1 when it cannot be
/// made; 2 for no project.
[[nodiscard]] int run_backup(const BackupOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_backup_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
