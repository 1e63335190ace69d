#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/run.hpp"
#include "storage/database.hpp"

// Rows of `run_traces`. All throw DatabaseError.
namespace aifp::storage {

/// The steps of a run that ended.
struct TraceRow {
    LedgerId run;
    DirectiveId directive;
    model::RunState state = model::RunState::failed;
    WallTime ended_at;
    std::string steps;  ///< JSON text.
};

/// How many are kept; the oldest go first.
inline constexpr std::int64_t kMaxTraceRows = 5'000;

/// Stores it in place of one that is there, and removes what is more than kMaxTraceRows.
void put_trace(Database& database, const TraceRow& trace);
[[nodiscard]] std::optional<TraceRow> find_trace(Database& database, LedgerId run);

}  // namespace aifp::storage
