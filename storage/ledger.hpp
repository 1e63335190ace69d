#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "storage/database.hpp"

// Reading the ledger. All throw DatabaseError.
namespace aifp::storage {

/// The columns of a run that ended.
struct RunEnd {
    model::RunState state = model::RunState::ok;
    WallTime ended_at;
    std::optional<Milliseconds> duration;  ///< Absent for ends that are no execution.
    std::string error;
};

/// A decision and, if it led to a run that has ended, how.
struct HistoryEntry {
    model::DecisionRecord decision;
    std::optional<RunEnd> end;
};

/// A page of history, newest first.
struct HistoryQuery {
    std::optional<DirectiveId> directive = std::nullopt;  ///< Absent: all directives.
    std::optional<LedgerId> before =
        std::nullopt;        ///< Only ids below this: the last id of the page before.
    std::size_t limit = 50;  ///< At most 1,000 are given.
    bool runs_only = false;  ///< Leave out what was never to run.
};

[[nodiscard]] std::vector<HistoryEntry> load_history(Database& database, const HistoryQuery& query);
[[nodiscard]] std::optional<HistoryEntry> find_decision(Database& database, LedgerId id);

/// The ids load_history would give. Uses the directive index up to its watermark and the primary
/// key above it, so it is quick at millions of rows.
[[nodiscard]] std::vector<LedgerId> find_history_ids(Database& database, const HistoryQuery& query);

/// One above every id that was ever given in this file.
[[nodiscard]] LedgerId first_free_ledger_id(Database& database);

}  // namespace aifp::storage
