#pragma once

#include <span>

#include "storage/database.hpp"

namespace aifp::storage {

/// One numbered file of storage/migrations, compiled in.
struct Migration {
    int version;       ///< PRAGMA user_version after it; 1, 2, 3 ...
    const char* name;  ///< "0001_initial"
    const char* sql;
};

/// All of them, in order.
[[nodiscard]] std::span<const Migration> migrations() noexcept;
[[nodiscard]] int newest_schema_version() noexcept;

/// The bytes of "aifd", in PRAGMA application_id of every file of ours.
inline constexpr std::int64_t kApplicationId = 0x61696664;

/// Brings the schema from the version it has to `target`, each step in one transaction that also
/// sets user_version. Does nothing when it is there already. Throws DatabaseError; the steps before
/// the failed one stay.
void migrate(Database& database, int target = newest_schema_version());

/// PRAGMA user_version.
[[nodiscard]] int schema_version(Database& database);

}  // namespace aifp::storage
