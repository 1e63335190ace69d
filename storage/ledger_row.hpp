#pragma once

#include <string_view>

#include "model/run.hpp"
#include "storage/statement.hpp"

// Shared by the sources of this room that read ledger rows.
namespace aifp::storage {

/// What read_decision reads, from a table called `l`, first in the select list; opened():
/// row_secrets.hpp.
inline constexpr std::string_view kDecisionColumns =
    "l.id, l.directive_id, l.trigger_index, l.cause, l.scheduled_for_ms, l.seen_at_ms, l.decision, "
    "l.reason, l.detail, opened(l.payload), opened(l.key), opened(l.vars), l.released_at_ms";
inline constexpr int kDecisionColumnCount = 13;

[[nodiscard]] model::DecisionRecord read_decision(const Statement& row);

}  // namespace aifp::storage
