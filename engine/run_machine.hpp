#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/run_plan.hpp"
#include "engine/run_progress.hpp"

namespace aifp::engine {

/// What the expressions of one strand read. References last as long as the question.
struct StrandNames {
    const boost::json::value& vars;
    const boost::json::value& wait;
    const boost::json::value& error;
    const boost::json::value& steps;
    boost::json::value repeat;  ///< Null outside a loop.
};

/// What the machine has to ask: the shell's expressions, and chance.
class RunQuestions {
public:
    virtual ~RunQuestions() = default;
    /// Whether the conditions hold: those of a condition, an if, a repeat, a wait_until, or of the
    /// option `which` of a choose. Errors: of the expressions.
    [[nodiscard]] virtual Result<bool> holds(const PlanStep& step,
                                             std::size_t which,
                                             const StrandNames& names) = 0;
    /// The rendered argument: the duration of a delay, the count or the items of a repeat, the map
    /// of a variables, {text, result} of a stop. Errors: of the templates.
    [[nodiscard]] virtual Result<boost::json::value> value(const PlanStep& step,
                                                           const StrandNames& names) = 0;
    /// What the strand's approval is to keep of a new link for it; empty: it has none.
    [[nodiscard]] virtual std::string new_link(const PlanStep& /*step*/, std::uint32_t /*strand*/) {
        return {};
    }
    /// From 0 to 1, for the pause before a retry.
    [[nodiscard]] virtual double chance() = 0;
};

/// A step that the machine takes itself, once it has ended.
struct StepNote {
    WallTime began;
    WallTime ended;
    actions::StepResult result;
};

/// What the shell has to do next.
struct RunCommand {
    enum class Kind : std::uint8_t {
        start,   ///< Start the leaf or the call; answer with step_ended, or called().
        cancel,  ///< Stop what `strand` has under way; step_ended is still expected.
        listen,  ///< The strand waits for triggers; answer with wait_ended.
        ask,     ///< Ask a person; answer with wait_ended.
        await,   ///< The strand waits for the run that it called; answer with wait_ended.
        yield,   ///< Come back with time_passed after a turn of the loop.
        warn,    ///< Tell `text`.
        note,    ///< Put `step` into the time line of the run: `note`.
        pause,   ///< A try is over and the next one comes later: its time does not count.
        again,   ///< A further try begins: its time counts from now.
        finish,  ///< The run is over: `state`, `text`.
    };
    Kind kind = Kind::finish;
    std::uint32_t strand = 0;
    const PlanStep* step = nullptr;
    model::RunState state = model::RunState::ok;
    std::string text;
    std::shared_ptr<const StepNote> note = {};
};

/// Decides what a run does next. Pure: told what happened and what time it is, it answers what to
/// do; the shell does it. One instance per run. (reference/semantics.md 3.5, 3.6, 3.12)
class RunMachine {
public:
    using Commands = std::vector<RunCommand>;

    /// `vars`: what the directive's variables gave, an object; every try begins with them.
    RunMachine(const RunPlan& plan,
               RunQuestions& questions,
               boost::json::value vars = boost::json::object());
    RunMachine(const RunPlan& plan,
               RunQuestions& questions,
               boost::json::value vars,
               RunProgress progress);

    [[nodiscard]] Commands begin(WallTime now);
    /// Goes on from stored progress: what waited waits on, and a step that was under way failed
    /// (abandoned): nobody knows how far it came. With `missed` it is stopped instead (cancelled).
    [[nodiscard]] Commands resume(WallTime now, std::optional<std::string> missed = {});
    /// Which delay or wait of the stored progress was over by more than `grace` before `now`, in
    /// words: what `misfire: skip` is about. The default grace is the wait's length, between
    /// kLeastGrace and kLongestGrace. (reference/decisions.md, Executions)
    [[nodiscard]] std::optional<std::string> missed(WallTime now,
                                                    std::optional<Milliseconds> grace) const;
    /// The leaf or call of the strand ended.
    [[nodiscard]] Commands step_ended(std::uint32_t strand,
                                      actions::StepResult result,
                                      WallTime now);
    /// The strand's call has begun a run, for whose end it waits.
    [[nodiscard]] Commands called(std::uint32_t strand, LedgerId run, WallTime now);
    /// What a wait_for, an approval or a call waits for has come.
    [[nodiscard]] Commands wait_ended(std::uint32_t strand,
                                      actions::StepResult result,
                                      WallTime now);
    /// To be called at next_time(), and after a yield.
    [[nodiscard]] Commands time_passed(WallTime now);
    /// A state changed: wait_until is asked again.
    [[nodiscard]] Commands look_again(WallTime now);
    /// Stopped from outside. `timed_out` goes to on_error, `cancelled` and `replaced` to finally;
    /// a second time, all of it ends.
    [[nodiscard]] Commands stopped(model::RunState why, std::string detail, WallTime now);

    /// False: nobody keeps a time line; there are no commands `note`.
    void take_notes(bool wanted) noexcept { takes_notes_ = wanted; }

    /// The clock was set: waits last as long as they would have.
    void clock_stepped(Milliseconds step) { move_times(progress_, step); }

    /// When time_passed has to be called at the latest.
    [[nodiscard]] std::optional<WallTime> next_time() const noexcept;
    /// Whether some strand waits so long that a crash must not end it.
    [[nodiscard]] bool waits_long(WallTime now) const noexcept;
    /// Whether nothing but time can move it, short of stopping it.
    [[nodiscard]] bool only_waits_for_time() const noexcept;
    [[nodiscard]] bool is_listening() const noexcept;
    [[nodiscard]] const RunProgress& progress() const noexcept { return progress_; }
    /// What the expressions of a strand read; nothing for an unknown one.
    [[nodiscard]] std::optional<StrandNames> names_of(std::uint32_t strand) const;
    /// Which turn of its loops and which tries a strand is in: another for each time that a step
    /// begins, the same after a restart.
    [[nodiscard]] std::string turn_of(std::uint32_t strand) const;
    [[nodiscard]] const PlanStep& step_of(const RunStrand& strand) const { return step_at(strand); }
    /// What the steps gave; once, after the end.
    [[nodiscard]] boost::json::value take_outputs() { return std::move(progress_.outputs); }

    static constexpr std::int64_t kWarnTurns = 5'000;
    static constexpr std::int64_t kMaxTurns = 10'000;
    /// Shorter waits are not worth a row: a crash ends the run as if it had not waited.
    static constexpr Milliseconds kShortWait{1'000};
    /// The try of all actions that is under way, or was: 1 is the first.
    [[nodiscard]] int attempt() const noexcept { return progress_.attempt; }
    /// Shorter than a restart takes: nobody means that.
    static constexpr Milliseconds kLeastGrace = std::chrono::minutes(1);
    static constexpr Milliseconds kLongestGrace = std::chrono::hours(1);
    static constexpr Milliseconds kApprovalTime = std::chrono::hours(24);

private:
    using Doing = RunStrand::Doing;
    using Phase = RunProgress::Phase;
    using Steps = std::vector<PlanStep>;
    using StepError = actions::StepError;

    // run_machine.cpp
    [[nodiscard]] Commands drive();
    void advance(RunStrand& strand);
    void end_step(RunStrand& strand, actions::StepResult result);
    void end_list(RunStrand& strand);
    void end_strand(RunStrand& strand, std::optional<StepError> error);
    void end_phase(std::optional<StepError> error);
    void begin_phase(Phase phase);
    [[nodiscard]] bool try_again_later(const StepError& error);
    void begin_try(RunStrand& strand);
    void interrupt(RunStrand& strand, std::optional<std::size_t> depth, const StepError& error);
    void apply_interrupt(RunStrand& strand);
    void end_abandoned(RunStrand& strand);
    [[nodiscard]] bool pass_time(RunStrand& strand);

    // run_machine_steps.cpp: how each kind begins and goes on
    void begin_step(RunStrand& strand, const PlanStep& step);
    void begin_choose(RunStrand& strand, const PlanStep& step);
    void begin_parallel(RunStrand& strand, const PlanStep& step);
    void begin_repeat(RunStrand& strand, const PlanStep& step);
    void next_turn(RunStrand& strand);
    void end_repeat(RunStrand& strand, const PlanStep& step, std::int64_t turns);
    void begin_delay(RunStrand& strand, const PlanStep& step);
    void begin_condition(RunStrand& strand, const PlanStep& step);
    void begin_stop(RunStrand& strand, const PlanStep& step);
    void begin_variables(RunStrand& strand, const PlanStep& step);
    void look(RunStrand& strand, const PlanStep& step);
    void begin_wait(RunStrand& strand, const PlanStep& step);
    void end_wait(RunStrand& strand, bool completed, boost::json::value trigger);
    /// What has been tried, and how it failed.
    struct Tried {
        std::string_view error_class;
        int attempt = 1;
        std::optional<WallTime> first;
    };
    [[nodiscard]] std::optional<WallTime> next_try(const scheduler::RetryPolicy& policy,
                                                   const Tried& tried);
    [[nodiscard]] bool retry_later(RunStrand& strand, const PlanStep& step, const StepError& error);

    // run_machine_places.cpp
    [[nodiscard]] RunStrand* find(std::uint32_t strand) noexcept;
    [[nodiscard]] const RunStrand* find(std::uint32_t strand) const noexcept;
    [[nodiscard]] const Steps& list_of(const RunStrand& strand, std::size_t depth) const;
    [[nodiscard]] const PlanStep& step_at(const RunStrand& strand, std::size_t depth) const;
    [[nodiscard]] const PlanStep& step_at(const RunStrand& strand) const;
    [[nodiscard]] StrandNames names_of(const RunStrand& strand) const;
    [[nodiscard]] boost::json::value repeat_of(const RunStrand& strand) const;
    [[nodiscard]] bool has_branches(const RunStrand& strand) const noexcept;
    void command(RunCommand::Kind kind, const RunStrand& strand, const PlanStep* step);
    void warn(std::string text);
    void note(const RunStrand& strand, const PlanStep& step, actions::StepResult result);

    const RunPlan& plan_;
    RunQuestions& questions_;
    boost::json::value vars_;
    RunProgress progress_;
    Commands commands_;
    WallTime now_;
    bool takes_notes_ = true;
};

}  // namespace aifp::engine
