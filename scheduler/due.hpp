#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"
#include "schedule/schedule.hpp"

namespace aifp::scheduler {

/// One row for the ledger about due instants, and the cursor to write in the same transaction.
/// Rows of one entry belong together, in this order; the last one moves the cursor over all of
/// them, so that a crash between them can repeat a row that is not a run, but lose none.
struct Due {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    std::uint32_t instants = 1;  ///< How many instants this row stands for; at least so many.
    WallTime scheduled_for;      ///< The instant; the last of several.
    model::Reason reason = model::Reason::none;  ///< none: run it now. Else do not: this is why.
    WallTime decided_until;                      ///< The cursor to store with it.
    std::string detail;                          ///< For people; empty for a plain run.
    /// A run of a backlog with instants later than their grace: how long after the first run of
    /// this backlog it is to start. Nothing: at once.
    std::optional<Milliseconds> caught_up;
};

/// A schedule with something due, and how it is to be treated.
struct Backlog {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    const schedule::Schedule& schedule;
    WallTime decided_until;
    Milliseconds grace;
    model::Misfire misfire;
    std::uint32_t cap = 100;  ///< Runs of `misfire: all` at most; no more than kMaxEnumerated.
    Milliseconds stagger{0};  ///< Distance between the runs that are caught up.
};

/// Where a schedule stands after its backlog was decided.
struct Standing {
    WallTime decided_until;
    std::optional<WallTime> next_due;
};

inline constexpr std::uint32_t kMaxEnumerated = 1000;  ///< Instants counted one by one.
/// Rows that one backlog can give: gap, overlap, skipped or coalesced, the runs, the last run.
inline constexpr std::size_t kMaxRowsOfBacklog = kMaxEnumerated + 5;

/// Decides every instant after `decided_until` up to `now` and appends the rows. Late by no more
/// than the grace: run (several are one run, the others coalesced_into, unless misfire is `all`).
/// Later: skip = one row misfire_skipped; once = one run for the most recent; all = each, the
/// oldest `cap`, then one row misfire_skipped for the rest. Instants that the `dst`
/// rule leaves out get a row dst_gap or dst_overlap. Beyond kMaxEnumerated instants the count is
/// "more than". Pure. (reference: decisions, Executions)
[[nodiscard]] Standing decide_backlog(const Backlog& backlog, WallTime now, std::vector<Due>& rows);

}  // namespace aifp::scheduler
