#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/run.hpp"
#include "storage/database.hpp"

// Rows of `directive_executions` and the counters. All throw DatabaseError.
namespace aifp::storage {

/// The summary of an ended run.
struct ExecutionRow {
    LedgerId id;
    DirectiveId directive;
    model::ExecutionStatus status = model::ExecutionStatus::success;
    std::string executed_at;  ///< When it started, UTC `YYYY-MM-DDTHH:MM:SS`.
    std::optional<Milliseconds> duration;
    std::string error_message;
    model::RunState run_state = model::RunState::ok;
    WallTime ended_at;
};

/// Which executions; what is absent does not filter.
struct ExecutionQuery {
    std::optional<DirectiveId> directive = std::nullopt;
    std::optional<LedgerId> before = std::nullopt;  ///< Only ids below this, for paging.
    std::optional<WallTime> since = std::nullopt;   ///< Only what ended then or later.
    bool failed_only = false;                       ///< Status failure or timeout.
    std::size_t limit = 50;                         ///< At most 1,000 are given.
};

/// Newest first.
[[nodiscard]] std::vector<ExecutionRow> load_executions(Database& database,
                                                        const ExecutionQuery& query);

/// Sums of ended runs.
struct ExecutionCounts {
    std::int64_t runs = 0;
    std::int64_t successes = 0;
    std::int64_t failures = 0;
    std::int64_t timeouts = 0;
    Milliseconds duration_sum{0};
    std::optional<WallTime> last_execution;  ///< End of the newest one.
    std::optional<model::ExecutionStatus> last_status;
    std::string last_error;  ///< Of the newest one.
};

/// A directive's sums since ever.
struct DirectiveCounts {
    DirectiveId directive;
    ExecutionCounts counts;
};
/// All directives that ever ran, by id. Costs one small row per directive and hour of today.
[[nodiscard]] std::vector<DirectiveCounts> load_counts(Database& database);

/// Those of one directive; zeros if it never ran.
[[nodiscard]] ExecutionCounts find_counts(Database& database, DirectiveId directive);

/// One hour of one directive.
struct HourCounts {
    std::int64_t hour = 0;  ///< Hours since 1970-01-01T00:00Z.
    DirectiveId directive;
    ExecutionCounts counts;
};
/// The hours from the one that holds `since` on, by hour and directive.
[[nodiscard]] std::vector<HourCounts> load_hours(Database& database, WallTime since);

}  // namespace aifp::storage
