#pragma once

#include "storage/database.hpp"

// The numbers of the `meta` table. All throw DatabaseError.
namespace aifp::storage {

/// Every ledger row up to this id is in `ledger_index`, and in `open_runs` if it is open.
[[nodiscard]] inline std::int64_t ledger_watermark(Database& database) {
    return database.integer("SELECT value FROM meta WHERE key = 'ledger_watermark'");
}

/// `execution_totals` holds the hours before this one (hours since 1970 UTC).
[[nodiscard]] inline std::int64_t totals_until_hour(Database& database) {
    return database.integer("SELECT value FROM meta WHERE key = 'totals_until_hour'");
}

/// The counters hold every execution up to this id.
[[nodiscard]] inline std::int64_t counted_until(Database& database) {
    return database.integer("SELECT value FROM meta WHERE key = 'counted_until'");
}

/// Writes a row that changes each time: shows whether the disk takes anything.
inline void touch_meta(Database& database) {
    database.execute(
        "INSERT INTO meta (key, value) VALUES ('write_tried', 1) "
        "ON CONFLICT DO UPDATE SET value = value + 1");
}

}  // namespace aifp::storage
