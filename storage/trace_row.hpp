#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/run.hpp"

namespace aifp::storage {

/// What a run did, or why an event led to none; a row of `run_traces`.
struct TraceRow {
    LedgerId run;
    DirectiveId directive;
    model::RunState state = model::RunState::failed;
    WallTime ended_at;
    std::string steps;   ///< JSON text, read only by what wrote it. Bounded.
    bool is_run = true;  ///< False: the decision not to run; `state` means nothing.
};

}  // namespace aifp::storage
