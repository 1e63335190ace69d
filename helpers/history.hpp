#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "helpers/tool.hpp"
#include "storage/database.hpp"
#include "storage/execution_marks.hpp"

// The sums of a number of days, for trends and summaries. A period of N days is today and the N - 1
// UTC days before (reference/decisions.md, Executions).
namespace aifp::helpers {

/// UTC `YYYY-MM-DDTHH:MM:SS`, or null.
[[nodiscard]] boost::json::value time_or_null(const std::optional<WallTime>& time);

/// The argument `days` of the tools that look back.
[[nodiscard]] std::string days_schema();

/// "7 days"
[[nodiscard]] std::string period_text(std::int64_t days);
/// The hour (since 1970 UTC) that holds this instant.
[[nodiscard]] std::int64_t hour_of(WallTime time);
/// The hour with which the first day of a period that ends today begins.
[[nodiscard]] std::int64_t first_hour_of_period(WallTime now, std::int64_t days);
/// What ran from this hour on, by directive; those that did not are left out. `present` is
/// load_sums of the same snapshot. Throws DatabaseError.
[[nodiscard]] std::vector<storage::DirectiveSums> sums_since(
    storage::Database& database, std::int64_t hour, std::vector<storage::DirectiveSums> present);
/// Whole milliseconds; 0 without runs.
[[nodiscard]] std::int64_t average_duration(const storage::RunSums& sums);

/// Runs per day. A Query.
[[nodiscard]] Result<boost::json::value> get_execution_trends(storage::Database& database,
                                                              const Arguments& arguments,
                                                              WallTime now);

}  // namespace aifp::helpers
