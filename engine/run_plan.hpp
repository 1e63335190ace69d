#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "scheduler/retry_policy.hpp"

namespace aifp::engine {

/// What a step is to RunMachine. (reference/semantics.md 3.6)
enum class StepKind : std::uint8_t {
    leaf,        ///< Does something: http_request, command, log ...
    condition,   ///< Ends its list when it is false.
    sequence,    ///< lists[0].
    parallel,    ///< All lists at once.
    choose,      ///< The first list whose conditions hold; the last one is `default`.
    branch,      ///< `if`: lists[0] is `then`, lists[1] `else`.
    repeat,      ///< lists[0] again and again.
    delay,       ///< Waits for a time.
    wait_until,  ///< Waits until an expression is true.
    wait_for,    ///< Waits for a trigger.
    stop,        ///< Ends the run.
    variables,   ///< Sets variables.
    call,        ///< Runs another directive.
    approval,    ///< Waits for a person.
};

/// How a `repeat` goes on.
enum class Loop : std::uint8_t { count, for_each, while_true, until };

/// What RunMachine needs to know of one step. Its expressions and what it does are the shell's;
/// `id` finds them.
struct PlanStep {
    StepKind kind = StepKind::leaf;
    std::uint32_t id = 0;  ///< Number in the directive, each step before those inside it.
    std::string place;     ///< For error texts: "action 2.1 (delay)".
    std::string as;
    bool enabled = true;
    bool continues = false;                ///< After errors, of these classes ...
    std::vector<std::string> continue_on;  ///< ... or of all, if there are none.
    std::optional<scheduler::RetryPolicy> retry;
    std::optional<Milliseconds> timeout;  ///< A leaf always has one.
    bool continue_on_timeout = true;      ///< Of wait_until and wait_for.
    bool fails = false;                   ///< stop: the run ends as failed.
    bool waits = true;                    ///< call: goes on when the other run has ended.
    Loop loop = Loop::count;
    std::vector<std::vector<PlanStep>> lists;
};

/// A directive's steps.
struct RunPlan {
    std::vector<PlanStep> actions;
    std::vector<PlanStep> on_error;
    std::vector<PlanStep> finally;
    std::optional<scheduler::RetryPolicy> retry = {};  ///< Of all actions, from the first one on.
};

}  // namespace aifp::engine
