#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/held_events.hpp"
#include "engine/run.hpp"
#include "model/run.hpp"
#include "model/wait.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/flow_limits.hpp"

namespace aifp::engine {

/// What a decision means for what limits the directive.
struct FlowPart {
    std::vector<model::Wait> waits;     ///< To be written with it.
    std::vector<WaitId> waits_over;     ///< To be removed with it.
    std::optional<HeldEvent> replaced;  ///< The event that this one stands for, too (debounce).
    std::optional<scheduler::FlowMark> before;  ///< Of a start that a mark counted.
    std::function<void(const RunEnd&)> ended;   ///< Waits for a run that does not come.
};

/// A decision on its way to the store. The record's event has no payload: that moved on.
struct PendingDecision {
    model::DecisionRecord record;
    std::optional<model::Cursor> cursor;
    scheduler::Admission admission;
    std::function<void(const Result<model::DecisionRecord>&)> committed;
    bool was_held = false;                ///< Its row is there: it becomes another one.
    std::unique_ptr<FlowPart> flow = {};  ///< Null: nothing limits the directive.
};

}  // namespace aifp::engine
