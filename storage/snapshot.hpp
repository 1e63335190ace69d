#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

// A project's database as a file to be kept: copied while a daemon writes, and looked at before it
// is put back. For other processes than the daemon, too. All block.
namespace aifp::storage {

/// Copies the database as it is at this instant into the new file `to` (mode 0600). It reads one
/// snapshot of the write-ahead log: who writes meanwhile waits for nothing. Errors: not_found
/// without a database; busy; io_failure.
[[nodiscard]] Status copy_database(const std::filesystem::path& from,
                                   const std::filesystem::path& to);

/// What a sound database says about itself.
struct DatabaseFacts {
    int schema_version = 0;
    std::vector<std::string> implementation_files;  ///< As the directives name them, each once.
    WallTime newest_row;                            ///< Of the ledger; 1970 for none.
};

/// Reads the file through. Errors: not_found; invalid_input when it is damaged or not one of ours;
/// conflict when a newer version of the program wrote it; busy; io_failure.
[[nodiscard]] Result<DatabaseFacts> examine_database(const std::filesystem::path& file);

}  // namespace aifp::storage
