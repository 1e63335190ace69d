#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// What the machine needs to know of a directive's steps; nothing else of them matters to it.
struct StepPlan {
    struct Step {
        std::string as;
        bool continue_on_error = false;
        bool enabled = true;
    };
    std::vector<Step> actions;
    std::vector<Step> on_error;
};

/// Where a run stands. Everything that is needed to go on from the ledger row: it can be written
/// down after any step and a machine built from it goes on as if nothing had happened.
struct RunProgress {
    enum class Phase {
        actions,   ///< In the directive's `actions`.
        on_error,  ///< In its `on_error`, after a step failed.
        ended,
    };
    Phase phase = Phase::actions;
    std::size_t next_step = 0;  ///< Index in the phase of the step that runs now or comes next.
    boost::json::value outputs = boost::json::object();  ///< `steps.NAME`, by `as`.
    std::optional<Error> error;  ///< The failure that led to on_error, or that was continued over.
    bool warned = false;         ///< A step failed under continue_on_error.
    bool timed_out = false;      ///< The failure was a timeout.
};

[[nodiscard]] boost::json::object to_json(const RunProgress& progress);
/// Errors: invalid_input when the object was not written by to_json.
[[nodiscard]] Result<RunProgress> run_progress_from_json(const boost::json::object& object);

/// What the shell has to do next.
struct RunCommand {
    enum class Kind {
        start_step,  ///< Start `step` of `phase`; answer with step_ended.
        finish,      ///< The run is over: `state`, `error`.
    };
    Kind kind = Kind::finish;
    RunProgress::Phase phase = RunProgress::Phase::actions;
    std::size_t step = 0;
    model::RunState state = model::RunState::ok;
    std::string error;
};

/// Decides what a run does next. Pure: told what happened, it answers what to do; the shell does
/// it. One instance per run. (reference/semantics.md 3.6)
class RunMachine {
public:
    explicit RunMachine(const StepPlan& plan, RunProgress progress = {});

    /// The first command of a new run, or of one that goes on from stored progress.
    [[nodiscard]] RunCommand begin();
    /// The current step ended with its output or an error.
    [[nodiscard]] RunCommand step_ended(Result<boost::json::value> result);
    /// The run was stopped from outside: `cancelled`, `replaced` or `timed_out`. A timed-out run
    /// still does its on_error steps; the other two end at once.
    [[nodiscard]] RunCommand stopped(model::RunState why, std::string detail);

    [[nodiscard]] const RunProgress& progress() const noexcept { return progress_; }
    /// What the steps gave; once, after the end.
    [[nodiscard]] boost::json::value take_outputs() { return std::move(progress_.outputs); }

private:
    [[nodiscard]] const std::vector<StepPlan::Step>& steps() const noexcept;
    [[nodiscard]] RunCommand next_command();
    [[nodiscard]] RunCommand fail_with(Error error);
    [[nodiscard]] RunCommand finish();

    const StepPlan& plan_;
    RunProgress progress_;
};

}  // namespace aifp::engine
