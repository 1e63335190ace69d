#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actions/action.hpp"
#include "base/clock.hpp"
#include "config/secret_keeper.hpp"
#include "engine/chance.hpp"
#include "engine/compiled.hpp"
#include "engine/parked_runs.hpp"
#include "engine/run_host.hpp"
#include "engine/run_machine.hpp"
#include "engine/run_scope.hpp"
#include "engine/trace_keeper.hpp"
#include "expression/sandbox.hpp"
#include "model/run.hpp"
#include "model/wait.hpp"

namespace aifp::engine {

/// How a run ended, with what its steps gave.
struct RunEnd {
    model::OutcomeRecord outcome;
    boost::json::value outputs;
    boost::json::value result;  ///< Of a `stop`.
    WaitId wait;                ///< Its row, to be removed with the outcome; 0: it had none.
    model::Chain chain = {};    ///< The runs that led to its end, itself the last.
    /// Why it never began, although it was queued or held back. Of one that has begun,
    /// misfire_skipped: it was cancelled because a wait of it was over while the engine was down.
    model::Reason reason = model::Reason::none;
};

/// What a run works with; owned by the engine, outlives every run.
struct RunServices {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ScopeSources& scope_sources;
    expression::Sandbox& sandbox;
    const config::SecretKeeper& keeper;
    TraceKeeper* traces = nullptr;  ///< Null: nothing is traced.
    std::function<std::uint64_t()> chance = draw_chance;
    /// What the links of approvals begin with; empty, or an empty text: there are none.
    std::function<std::string()> link_base = {};
};

/// A run as its row has it.
struct KeptRun {
    WaitId wait;
    std::string version;  ///< Content hash of the directive that it runs.
    WallTime started_at;
    WallTime counts_from;  ///< As started_at, moved with the clock: for its time-out.
    RunProgress progress;
    std::unique_ptr<RunTrace> trace = {};  ///< What it did before, if it is still known.
    WallTime down_until = {};  ///< What was over by then was over while the engine was down.
};
[[nodiscard]] Result<KeptRun> kept_run_from(const model::Wait& wait);

/// One run under way: the shell around RunMachine. It starts steps, keeps their timeouts, and tells
/// when the run has ended. A step that ends within its start costs no timer and no turn of the
/// loop. A run that never waits writes nothing; from its first long wait on it has a row
/// (model::Wait) with its whole progress, written before each step begins: such a run goes on after
/// a crash. Loop thread only. Keeps itself alive until it has ended.
class Run : public std::enable_shared_from_this<Run>, private RunQuestions {
public:
    using Ended = std::function<void(RunEnd)>;
    struct Parts {
        LedgerId id;
        std::shared_ptr<const CompiledDirective> compiled;
        model::Event event;
        RunHost& host;
        Ended ended;
        bool is_awaited = false;  ///< Somebody holds on until it ends: it is not parked.
        std::shared_ptr<const RunProgress> start =
            {};  ///< Where it begins; null: at the beginning.
    };

    Run(const RunServices& services, Parts parts);
    /// One that goes on from its row.
    Run(const RunServices& services, Parts parts, KeptRun kept);

    /// Starts the first step, or goes on. `ended` is called once, perhaps before this returns.
    void begin();
    /// Stops what is under way and ends the run as `why` (cancelled, replaced), after `finally`.
    void stop(model::RunState why, std::string detail);
    /// Stops what is under way and says nothing any more: its row is left for the next start.
    void let_go();

    void time_passed();
    /// The clock was set by so much: its waits last as long as they would have, also in its row.
    void clock_stepped(Milliseconds step);
    /// A state changed.
    void look_again();
    void event_came(const std::string& name, const boost::json::value& data);
    /// One of the triggers that RunHost::listen was given.
    void trigger_came(std::uint32_t strand, std::uint64_t serial, boost::json::object trigger);
    void call_started(std::uint32_t strand, LedgerId run);
    void call_failed(std::uint32_t strand, const actions::StepError& error);
    void call_ended(std::uint32_t strand, const RunEnd& end);
    /// A person's answer to its approval. Errors: conflict when it does not ask, or asks for
    /// several things and the answer names none of them.
    [[nodiscard]] Status answer(const model::RunAnswer& said);
    /// {directive, question, until} of the approval whose link ends with what has this SHA-256.
    /// Errors: not_found when there is none, or none any more.
    [[nodiscard]] Result<boost::json::object> asked_by_link(const std::string& hash);
    /// Who has the link answers, once. Errors: as asked_by_link.
    [[nodiscard]] Status answer_by_link(const std::string& hash, bool yes);

    [[nodiscard]] LedgerId id() const noexcept { return id_; }
    [[nodiscard]] DirectiveId directive() const noexcept { return scope_.event().directive; }
    [[nodiscard]] WallTime started_at() const noexcept { return started_at_; }
    [[nodiscard]] bool is_kept() const noexcept { return wait_id_.value != 0; }
    [[nodiscard]] bool is_resting() const noexcept { return rests_; }
    /// For how long it has worked since it began or last waited.
    [[nodiscard]] Milliseconds busy() const {
        return std::chrono::duration_cast<Milliseconds>(services_.clock.mono() - busy_since_);
    }
    /// The runs that led to what it does, itself the last.
    [[nodiscard]] const model::Chain& chain() const noexcept { return chain_; }
    [[nodiscard]] const std::string& key() const noexcept { return scope_.event().key; }
    /// Where it can be found again if it is put away now: it rests, only waits for a time, a minute
    /// or more, and its row has all of it. Nothing: it has to stay.
    [[nodiscard]] std::optional<ParkedRun> parking_place() const;
    [[nodiscard]] std::unique_ptr<RunTrace> take_trace() noexcept { return std::move(trace_); }
    [[nodiscard]] bool stops_on_edit() const noexcept { return compiled_->stops_on_edit; }
    /// For people: what it does or waits for, and until when (docs/admin-api.md).
    [[nodiscard]] boost::json::object view();

private:
    /// A leaf under way.
    struct Leaf {
        std::uint32_t strand = 0;
        const PlanStep* step = nullptr;
        actions::Cancel cancel;
        bool timed_out = false;
        RunTrace::StepNumber traced = 0;
        std::optional<boost::asio::steady_timer> timer;
    };
    using SharedLeaf = std::shared_ptr<Leaf>;

    // run.cpp
    void take(RunMachine::Commands commands);
    void work();
    void execute(const RunCommand& command);
    void cancel_leaf(std::uint32_t strand);
    void start_leaf(const RunCommand& command);
    void on_leaf_ended(const SharedLeaf& leaf, actions::StepResult result);
    void arm_run_timer(Milliseconds after);
    void arm_for_try();
    void on_run_timeout();
    [[nodiscard]] std::string resume_text() const;
    void finish(const RunCommand& command);

    // run_waits.cpp
    [[nodiscard]] bool wants_row();
    void write_row();
    [[nodiscard]] model::Wait row() const;
    /// Whether its row alone will do until wake_time().
    [[nodiscard]] bool only_waits_for_time() const;
    [[nodiscard]] std::optional<WallTime> wake_time() const;
    [[nodiscard]] std::optional<WallTime> end_of_try() const;
    void tell_host();
    [[nodiscard]] boost::json::object view_of(const RunStrand& strand, const PlanStep& step);

    // run_listening.cpp
    void listen(const RunCommand& command);
    void stop_listening();
    [[nodiscard]] bool is_awaited(const RunStrand& strand, const boost::json::value& trigger);
    [[nodiscard]] bool passes(const WantedEvent& wanted,
                              const RunStrand& strand,
                              const boost::json::value& trigger);

    // run_asking.cpp
    void ask(const RunCommand& command);
    [[nodiscard]] boost::json::value approval_names(std::uint32_t strand);
    [[nodiscard]] const RunStrand* asking_by_link(const std::string& hash) const;
    void take_answer(const RunStrand& strand, bool yes, const std::string& who);
    [[nodiscard]] std::string new_link(const PlanStep& step, std::uint32_t strand) override;
    void call(const RunCommand& command);
    [[nodiscard]] Result<bool> holds(const PlanStep& step,
                                     std::size_t which,
                                     const StrandNames& names) override;
    [[nodiscard]] Result<boost::json::value> value(const PlanStep& step,
                                                   const StrandNames& names) override;
    [[nodiscard]] double chance() override;

    [[nodiscard]] actions::RunContext context() const;
    [[nodiscard]] WallTime now() const { return services_.clock.wall(); }

    const RunServices& services_;
    LedgerId id_;
    std::shared_ptr<const CompiledDirective> compiled_;
    RunHost& host_;
    RunScope scope_;
    model::Chain chain_;
    RunMachine machine_;
    Ended ended_;
    bool is_awaited_ = false;

    WallTime started_at_;
    WallTime counts_from_;  // as KeptRun
    MonoTime started_mono_;
    MonoTime busy_since_;
    bool resumes_ = false;
    WallTime down_until_;  // as KeptRun
    bool stopping_ = false;
    bool was_late_ = false;  // its time was over: what follows has its own
    bool missed_ = false;    // as RunEnd::reason
    bool busy_ = false;      // work() is under way, or waits for the row
    bool gone_ = false;      // let go
    bool rests_ = false;     // as the host knows it
    std::vector<RunCommand> commands_;
    std::list<SharedLeaf> leaves_;
    std::unique_ptr<RunTrace> trace_;  // null: not traced
    std::optional<boost::asio::steady_timer> run_timer_;

    WaitId wait_id_;
    std::uint64_t version_ = 0;  // of the progress
    std::uint64_t written_ = 0;  // the version that the row has
    std::optional<WallTime> wake_;
    std::optional<boost::asio::steady_timer> write_timer_;
    std::map<std::uint32_t, std::uint64_t> listening_;  // strand -> serial of its wait_for
    std::uint64_t last_serial_ = 0;
    std::map<std::uint32_t, std::string> links_;  // strand -> what its link ends with, until sent
};

}  // namespace aifp::engine
