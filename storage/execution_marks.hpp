#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

// Sums of runs since ever, as they stood at the beginning of an hour: what ran in a period is the
// difference of two of them, however many runs there were (docs/storage-schema.md). Hours count
// from 1970 UTC. All throw DatabaseError.
namespace aifp::storage {

/// Sums of ended runs; without names and texts, so that thousands are read in a millisecond.
struct RunSums {
    std::int64_t runs = 0;
    std::int64_t successes = 0;
    std::int64_t failures = 0;
    std::int64_t timeouts = 0;
    Milliseconds duration{0};

    RunSums& operator+=(const RunSums& other) noexcept;
    RunSums& operator-=(const RunSums& other) noexcept;
    friend bool operator==(const RunSums&, const RunSums&) = default;
};

struct DirectiveSums {
    DirectiveId directive;
    RunSums sums;
};

/// Sums of everything up to now, by directive.
[[nodiscard]] std::vector<DirectiveSums> load_sums(Database& database);
/// Sums of all hours before `hour`, by directive; those without runs are left out. `hour` is the
/// beginning of a UTC day or not older than a day.
[[nodiscard]] std::vector<DirectiveSums> load_sums_before(Database& database, std::int64_t hour);
/// The same of all directives together; nothing if nothing has run since, so that it is the present
/// sums.
[[nodiscard]] std::optional<RunSums> find_all_sums_before(Database& database, std::int64_t hour);
[[nodiscard]] RunSums add_up(const std::vector<DirectiveSums>& all) noexcept;

// For Counters, on the storage thread.

/// `execution_totals` holds all hours before `hour` now, and held those before `held_until` until
/// now: writes the mark of `hour`, and of the day's beginning if that has been passed; forgets
/// marks that nobody asks for any more.
void write_marks(Database& database, std::int64_t held_until, std::int64_t hour);

/// Runs of an hour that was folded already.
struct LateRuns {
    std::int64_t hour = 0;
    DirectiveId directive;
    RunSums sums;
};
/// Adds them to the marks that follow their hour.
void add_to_marks(Database& database, const LateRuns& late);

/// Day marks are kept as long as hour rows.
inline constexpr std::int64_t kMarkHoursKept = 400 * 24;

}  // namespace aifp::storage
