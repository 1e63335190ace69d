#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "engine/compiled_steps.hpp"
#include "model/wait.hpp"

namespace aifp::engine {

struct CompiledDirective;
struct LastRun;

/// Which step of which run asks.
struct StepRef {
    LedgerId run;
    DirectiveId directive;
    std::uint32_t strand = 0;
};

/// A wait_for that has begun.
struct WaitRef {
    StepRef by;
    std::uint64_t serial = 0;  ///< What comes for an older one is too late.
    std::string turn;  ///< Of loops and tries, as the run's row has it: known after a restart.
};

/// What a run needs of the engine around it; implemented by the dispatcher. Loop thread only.
class RunHost {
public:
    virtual ~RunHost() = default;
    [[nodiscard]] virtual WaitId new_wait_id() = 0;
    /// Makes the run's row durable, with the states that were changed until now. Errors: busy,
    /// io_failure; then nothing was written.
    virtual void keep(model::Wait wait, std::function<void(Status)> stored) = 0;
    /// Run::time_passed is to be called then; nothing: not at all.
    virtual void wake_at(LedgerId run, std::optional<WallTime> at) = 0;
    /// Whether all its strands wait: then it takes no place of those that run.
    virtual void set_resting(LedgerId run, bool rests) = 0;
    /// Starts another directive. Answers by Run::call_started or Run::call_failed, never before
    /// this returns.
    virtual void call(const StepRef& by, const std::string& directive, boost::json::value with) = 0;
    /// Run::call_ended follows when `called` has ended, never before this returns. Asking twice is
    /// asking once.
    virtual void await(const StepRef& by, LedgerId called) = 0;
    /// What of `triggers` comes first is told by Run::trigger_came with this serial, never before
    /// this returns. Replaces what the strand listened to. Errors: of the triggers.
    [[nodiscard]] virtual Status listen(const WaitRef& wait,
                                        const PlanStep& step,
                                        const CompiledDirective& compiled) = 0;
    virtual void unlisten(LedgerId run, std::uint32_t strand) = 0;
    /// As unlisten for the whole run, but what was seen and held is left to the next start.
    virtual void leave_listening(LedgerId run) = 0;
    /// For the conditions of its steps; null: it never ran before.
    [[nodiscard]] virtual const LastRun* last_run(DirectiveId directive) const = 0;
    /// A line about the run for the log.
    virtual void tell(LedgerId run, std::string_view directive, const std::string& text) = 0;
};

}  // namespace aifp::engine
