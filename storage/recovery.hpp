#pragma once

#include <functional>
#include <vector>

#include "model/run.hpp"
#include "storage/database.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

/// Runs that had no end when the engine stopped, by rising id.
struct OpenRuns {
    std::vector<model::DecisionRecord> queued;   ///< Waiting their turn: to be run now.
    std::vector<model::DecisionRecord> started;  ///< Cut off: the engine records them as abandoned.
    std::vector<model::DecisionRecord> waiting;  ///< Held back: decided when their time is over.
};

/// Reads them at start. Cost: the open runs themselves and a scan of the last few thousand ledger
/// rows, whatever the size of the ledger. Those of which `is_known` says so are left out, and cost
/// next to nothing. Throws DatabaseError.
[[nodiscard]] OpenRuns load_open_runs(
    Database& database,
    const std::function<bool(LedgerId)>& is_known = [](LedgerId) { return false; });

/// Of directives whose last runs failed. Throws DatabaseError.
[[nodiscard]] std::vector<FailureStreak> load_failure_streaks(Database& database);

/// Which runs count for a directive's rate.
struct RunTimesQuery {
    std::size_t limit = 0;  ///< At most so many, the newest.
    WallTime since;         ///< None decided before this.
};
/// When the last runs of a directive were decided, newest first. Reads these runs and one more,
/// through the directive index. Throws DatabaseError.
[[nodiscard]] std::vector<WallTime> load_run_times(Database& database,
                                                   DirectiveId directive,
                                                   const RunTimesQuery& query);

}  // namespace aifp::storage
