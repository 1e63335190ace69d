#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "storage/database.hpp"

// Whether a database file is sound, and whether that has to be asked before it is used. All throw
// DatabaseError.
namespace aifp::storage {

/// What SQLite's quick_check complains about first; empty: nothing. Reads the file, or, of one
/// larger than kMaxFullyCheckedBytes, its small tables. On any connection.
[[nodiscard]] std::string find_damage(Database& database, const std::filesystem::path& file);

/// A file larger than this has only its small tables checked: reading gigabytes would cost seconds.
/// The tables left out are the ledger, its index and the executions.
inline constexpr std::uintmax_t kMaxFullyCheckedBytes = 8 * 1024 * 1024;

/// Whether the last transaction was the one with which a store closes the file. Then nothing was
/// under way that could have gone wrong: the check may follow while the engine works.
[[nodiscard]] bool was_closed_cleanly(Database& database);
/// The mark for was_closed_cleanly. Leaves it out where damage was found.
void mark_closed(Database& database);
/// Belongs into the first transaction after the start.
void forget_closed(Database& database);
/// From now on every start checks before it uses the file.
void mark_damaged(Database& database);

}  // namespace aifp::storage
