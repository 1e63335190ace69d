#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/database.hpp"

// Whether a database file is sound, and whether that has to be asked before it is used. All throw
// DatabaseError.
namespace aifp::storage {

/// What SQLite's quick_check complains about first; empty: nothing. Reads the file, or, of one
/// larger than kMaxFullyCheckedBytes, all tables but those of tables_left_out. On any connection.
[[nodiscard]] std::string find_damage(Database& database, const std::filesystem::path& file);
/// The same for one table.
[[nodiscard]] std::string find_damage_in(Database& database, const std::string& table);
/// The tables that grow with every run, where find_damage does not read them: reading gigabytes
/// would hold up the start. They are checked later, one by one (later_check.hpp).
[[nodiscard]] std::vector<std::string> tables_left_out(Database& database,
                                                       const std::filesystem::path& file);

inline constexpr std::uintmax_t kMaxFullyCheckedBytes = 8 * 1024 * 1024;

/// A file that was not closed cleanly, or is older than the schema, was begun to be used with
/// tables left out: until all of them were found sound, over restarts too.
void mark_half_checked(Database& database);
[[nodiscard]] bool is_half_checked(Database& database);
void forget_half_checked(Database& database);

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
