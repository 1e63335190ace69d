#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actions/action.hpp"
#include "base/clock.hpp"
#include "engine/compiled.hpp"
#include "engine/run_machine.hpp"
#include "engine/run_scope.hpp"
#include "engine/trace_keeper.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// How a run ended, with what its steps gave.
struct RunEnd {
    model::OutcomeRecord outcome;
    boost::json::value outputs;
};

/// What a run works with; owned by the engine, outlives every run.
struct RunServices {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ScopeSources& scope_sources;
    TraceKeeper* traces = nullptr;  ///< Null: nothing is traced.
};

/// One run under way: the shell around RunMachine. It starts steps, keeps their timeouts, and tells
/// when the run has ended. A step that ends within its start costs no timer and no turn of the
/// loop. Loop thread only. Keeps itself alive until it has ended.
class Run : public std::enable_shared_from_this<Run> {
public:
    using Ended = std::function<void(RunEnd)>;

    Run(const RunServices& services,
        LedgerId id,
        std::shared_ptr<const CompiledDirective> compiled,
        model::Event event,
        Ended ended);

    /// Starts the first step. `ended` is called once, perhaps before this returns.
    void begin();
    /// Stops the current step and ends the run as `why` (cancelled, replaced).
    void stop(model::RunState why, std::string detail);

    [[nodiscard]] LedgerId id() const noexcept { return id_; }
    [[nodiscard]] WallTime started_at() const noexcept { return started_at_; }

private:
    void advance(RunCommand command);
    void start_step(const RunCommand& command);
    void on_step_ended(std::uint64_t serial, Result<boost::json::value> result);
    [[nodiscard]] RunCommand take_step_result(Result<boost::json::value> result);
    void arm_timer(std::optional<boost::asio::steady_timer>& timer,
                   Milliseconds after,
                   void (Run::*on_timeout)());
    void on_step_timeout();
    void on_run_timeout();
    void finish(const RunCommand& command);
    [[nodiscard]] const CompiledDirective::Step& current_step() const noexcept;

    const RunServices& services_;
    LedgerId id_;
    std::shared_ptr<const CompiledDirective> compiled_;
    RunScope scope_;
    RunMachine machine_;
    Ended ended_;

    WallTime started_at_;
    MonoTime started_mono_;
    RunCommand command_;                                // the step under way
    actions::Cancel cancel_;                            // of the step under way
    std::uint64_t serial_ = 0;                          // of the step under way
    std::optional<Result<boost::json::value>> result_;  // of a step that ended within its start
    bool starting_ = false;
    bool step_timed_out_ = false;
    std::unique_ptr<RunTrace> trace_;  // null: not traced
    RunTrace::StepNumber traced_step_ = 0;
    std::optional<model::RunState> stop_as_;
    std::string stop_detail_;
    std::optional<boost::asio::steady_timer> step_timer_;
    std::optional<boost::asio::steady_timer> run_timer_;
};

}  // namespace aifp::engine
