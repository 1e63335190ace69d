#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "base/result.hpp"

namespace aifp::cli {

/// What of a project goes into a backup, besides the database.
struct BackupFile {
    std::string name;  ///< Below the project's folder, with "/".
    std::filesystem::path source;
};
struct BackupFiles {
    std::vector<BackupFile> files;      ///< By name, each once.
    std::vector<std::string> left_out;  ///< Links and what is no file; for people.
    /// What else stands in the project's folder, and context folders outside of it; for people.
    std::vector<std::string> beside;
};

struct BackupChoice {
    bool with_secrets = false;
    std::vector<std::string> more;  ///< Further files and folders of the project, relative to it.
    std::filesystem::path archive = {};  ///< What is being written: never a part of itself.
};

/// What belongs to the project: `directives/`, `src/`, `tests/`, `prompts.d/`, `site_context.yaml`,
/// the context folders of the settings, the settings that are in force (as
/// .aifp-project/engine.yaml), every file of the project's folder that a directive or the settings
/// name (a script that `command:` runs), what else is in .aifp-project but logs, run, venv,
/// databases, backups and, without `with_secrets`, secrets and tokens; and `choice.more`. Caches
/// (`__pycache__`, `.git`) stay out, links too. Blocks. Errors: invalid_input when one of `more` is
/// not below the project; io_failure.
[[nodiscard]] Result<BackupFiles> find_backup_files(const ProjectPaths& paths,
                                                    const BackupChoice& choice);

}  // namespace aifp::cli
