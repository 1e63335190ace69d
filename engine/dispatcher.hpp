#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/compiled.hpp"
#include "engine/dispatch_figures.hpp"
#include "engine/dispatcher_services.hpp"
#include "engine/held_events.hpp"
#include "engine/offer.hpp"
#include "engine/parking_lot.hpp"
#include "engine/pending_decision.hpp"
#include "engine/run.hpp"
#include "engine/snoozes.hpp"
#include "engine/start_limits.hpp"
#include "engine/state_store.hpp"
#include "engine/store_line.hpp"
#include "engine/upkeep.hpp"
#include "engine/wait_ids.hpp"
#include "model/run.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/storm_breaker.hpp"
#include "scheduler/timetable.hpp"
#include "storage/recovery.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

struct RunWaiter;

struct KeptRuns;
struct ParkedRows;

/// From events to ended runs: decides, writes first, does, writes after (design: The straight way
/// of the data, steps 6 to 10). Loop thread only; owned by the engine.
class Dispatcher final : private RunHost, private StateListener {
public:
    using Stored = std::function<void(Status)>;

    Dispatcher(const DispatcherServices& services, scheduler::RunLimits limits);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher() override {
        services_.state.stop_listening(*this);
        *self_ = nullptr;
    }

    /// Decides now; `committed` follows once the ledger row is durable, and the run starts then.
    void offer(Offer offer);
    /// The same for due instants; their cursors move in the same transaction. What cannot be stored
    /// is tried again until it can.
    void offer_due(std::vector<scheduler::Due> due);
    /// The same for whatever else must be written in the same transaction as the decisions: waits,
    /// states, cursors. Tried again until it can be stored.
    void offer_all(std::vector<Offer> offers, storage::WriteGroup with);
    /// Stores where schedules stand from now on, behind what is still to be stored about the time
    /// before: after a crash nothing in between is lost.
    void store_cursors(std::vector<model::Cursor> cursors) {
        line_.store_cursors(std::move(cursors));
    }
    /// True while due instants wait for the store: collecting more would only pile them up.
    [[nodiscard]] bool is_holding_back() const noexcept { return line_.is_holding_back(); }

    /// Goes on from the ledger after a crash: queued runs take their turn, those that wait wait on,
    /// other cut-off ones become abandoned.
    void recover(storage::OpenRuns open, const KeptRuns& kept);

    // dispatcher_waits.cpp: what runs wait for
    /// When time_passed has to be called.
    [[nodiscard]] std::optional<WallTime> next_wake() const;
    void time_passed(WallTime now);
    /// The clock was set by so much: runs wait, and events are held back, as long as they would
    /// have been.
    void clock_stepped(Milliseconds step);
    /// Tells the runs that wait for it, in a later turn of the loop.
    void event_came(const std::string& name, const boost::json::value& data);
    /// What a run's wait_for waits for has come; told in a later turn of the loop.
    void trigger_came(const RunWaiter& waiter, boost::json::object trigger);
    [[nodiscard]] bool is_under_way(LedgerId run) const { return runs_.contains(run); }
    /// The runs of a directive end if it wants that when its file changes.
    void directive_edited(DirectiveId directive);
    /// Leaves the runs that have a row to the next start; or only those that just wait.
    void let_kept_go(bool only_resting);
    /// What is under way, for people; waiting, running and queued ones.
    [[nodiscard]] boost::json::array view_runs() const;
    /// Some of those that only wait for a time: they are in their rows. (kept_runs.hpp)
    [[nodiscard]] std::vector<ParkedRun> some_parked(std::size_t limit) const {
        return parked_.some(limit);
    }
    /// `stored` follows once what was written because of it is durable. Errors: not_found.
    [[nodiscard]] Status cancel_run(LedgerId run, const std::string& why, Stored stored);
    /// A queued run begins now, whatever the mode, the limits and the bounds. `stored` follows once
    /// its beginning is durable. Errors: not_found; conflict when it does not wait for its turn.
    [[nodiscard]] Status begin_now(LedgerId run, Stored stored);
    /// Errors: not_found; conflict as Run::answer.
    [[nodiscard]] Status answer_run(LedgerId run, const model::RunAnswer& said);
    /// As Run::asked_by_link and Run::answer_by_link. Errors: not_found.
    [[nodiscard]] Result<boost::json::object> asked_by_link(LedgerId run, const std::string& hash);
    [[nodiscard]] Status answer_by_link(LedgerId run, const std::string& hash, bool yes);

    /// Refuses what comes from now on (engine_stopping).
    void refuse_new() noexcept { stopping_ = true; }
    /// Cancels every run under way and leaves the queued ones in the ledger for the next start.
    void cancel_all(const std::string& why);
    /// Cancels the runs of one directive, queued ones too.
    void cancel_runs_of(DirectiveId directive, const std::string& why);

    // dispatcher_flow.cpp: what holds events back
    /// Rows of `waits` of kind flow, as they were when the engine stopped; before recover().
    void restore_flow(std::vector<model::Wait> rows);
    /// What is held back of the directive does not run after all.
    void settle_held(DirectiveId directive, model::Reason reason, const std::string& detail);
    [[nodiscard]] std::size_t held_of(DirectiveId directive) const;
    /// Events that come meanwhile are recorded as snoozed. `stored` follows once it is durable.
    void snooze(DirectiveId directive, WallTime until, std::string by, Stored stored);
    /// Errors: conflict when it is awake.
    [[nodiscard]] Status unsnooze(DirectiveId directive, Stored stored);
    /// Nothing: it is awake.
    [[nodiscard]] const Snooze* snooze_of(DirectiveId directive) const;
    /// The directives that came back by themselves since the last call.
    [[nodiscard]] std::vector<DirectiveId> end_snoozes(WallTime now);

    [[nodiscard]] StartLimits& limits() noexcept { return limits_; }
    /// Its last run before the start, for the conditions `last` and `cooldown`.
    void restore_last_run(DirectiveId directive, const LastRun& run) {
        last_runs_.emplace(directive, run);
    }
    /// Null: none is known.
    [[nodiscard]] const LastRun* last_run(DirectiveId directive) const override;
    /// How often the directive had failed in a row before the start.
    void restore_failures(const storage::FailureStreak& streak);
    /// A person let it go on, or changed it: failures in a row and starts are counted anew.
    void forget_harm(DirectiveId directive);
    void set_storm_limits(scheduler::StormLimits limits) { storms_.set_limits(limits); }

    /// What time and limits would make of an event of now: why it would not run, or what would hold
    /// it back; nothing: neither.
    struct Outlook {
        model::Reason reason = model::Reason::none;
        std::string detail;
        std::optional<Hold> hold;
    };
    [[nodiscard]] Outlook outlook(const Entry& entry, const std::string& key);
    /// What the conditions of a directive are asked with.
    [[nodiscard]] ConditionContext condition_context(DirectiveId directive,
                                                     const expression::Scope& scope,
                                                     std::string_view trigger_id) const;

    /// Those under way that do not just wait; without their limits.
    [[nodiscard]] std::vector<BusyRun> busy_runs() const;
    /// Runs of one directive, under way and queued.
    [[nodiscard]] std::size_t runs_of(DirectiveId directive) const;
    /// Under way, or about to begin.
    [[nodiscard]] std::size_t running() const noexcept { return runs_.size() + to_start_.size(); }
    /// The same, and those that are parked or on their way back.
    [[nodiscard]] std::size_t under_way() const noexcept {
        return running() + parked_.size();  // they keep their places in the mode
    }
    /// running(), and groups on their way to the store that may let a run begin.
    [[nodiscard]] std::size_t unfinished() const noexcept { return running() + line_.storing(); }
    [[nodiscard]] std::size_t queued() const noexcept { return queue_.queued(); }
    [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }
    /// What was counted since the start, and how things stand.
    [[nodiscard]] DispatchFigures figures() const;

private:
    /// How a run ends that has not begun.
    struct Ending {
        model::RunState state = model::RunState::cancelled;
        std::string why;
        model::Reason reason = model::Reason::none;  ///< Set: it becomes skipped, and no run ends.
    };
    /// A run that was decided about and is not under way yet.
    struct Waiting {
        model::Event event;
        std::function<void(const RunEnd&)> ended;
        std::shared_ptr<const RunProgress> start = {};
        bool is_stored = false;        ///< Its decision is durable: its end may be written.
        bool forced = false;           ///< A person wants it to begin now.
        bool was_queued = false;       ///< Asked again before it begins: much may have changed.
        std::optional<Ending> ending;  ///< Will not begin; ends as soon as it may.
        std::optional<scheduler::FlowBlock> rests_for;  ///< Its turn has come, but not its time.
        [[nodiscard]] bool is_by_hand() const;
    };

    // dispatcher_decide.cpp
    [[nodiscard]] PendingDecision decide(Offer& offer);
    void admit(Entry& entry, const model::Event& event, PendingDecision& pending);
    [[nodiscard]] static scheduler::RunRequest request_for(const Entry& entry,
                                                           LedgerId run,
                                                           const std::string& key);
    [[nodiscard]] model::Reason check(Entry& entry, Offer& offer, model::DecisionRecord& record);
    /// What a limit says; none if it says nothing.
    [[nodiscard]] static model::Reason refuse(model::DecisionRecord& record,
                                              std::optional<LimitBlock> block);
    [[nodiscard]] model::Reason check_standing(Entry& entry, bool by_hand);
    /// Gives the event its variables and its key, too.
    [[nodiscard]] model::Reason check_conditions_of(const Entry& entry,
                                                    Offer& offer,
                                                    std::string& detail);
    [[nodiscard]] model::Reason recheck_conditions(const Entry& entry,
                                                   const model::Event& event,
                                                   std::string& detail);
    [[nodiscard]] model::Reason check_origin(Entry& entry,
                                             const model::Event& event,
                                             std::string& detail);
    [[nodiscard]] model::Reason check_storm(Entry& entry,
                                            const model::Event& event,
                                            std::string& detail);
    [[nodiscard]] model::DecisionRecord record_for_store(const PendingDecision& pending) const;

    // dispatcher.cpp
    void on_committed(PendingDecision& pending);
    void on_refused(PendingDecision& pending, const Error& error);
    /// To the log and the terminal, unless the directive drops runs silently.
    void tell_decided(const model::DecisionRecord& record);
    /// What a new run does to the others of its directive.
    void apply(LedgerId id, const scheduler::Admission& admission);

    // dispatcher_flow.cpp
    [[nodiscard]] model::Reason check_times(const Entry& entry, std::string& detail);
    /// What the limits say: sets the record's reason, or gives how long the event is held back.
    [[nodiscard]] std::optional<Hold> ask_limits(const Entry& entry,
                                                 const Offer& offer,
                                                 model::DecisionRecord& record);
    [[nodiscard]] std::optional<Hold> hold_of(const Entry& entry, const Offer& offer) const;
    void hold_back(const Entry& entry, Offer& offer, const Hold& hold, PendingDecision& pending);
    void count_start(const Entry& entry, PendingDecision& pending);
    void count_end(DirectiveId directive, const std::string& key, storage::WriteGroup& group);
    void put_into(storage::WriteGroup& group, const PendingDecision& pending) const;
    void flow_stored(PendingDecision& pending);
    void hold_stored(const PendingDecision& pending);
    void skip_overtaken(const PendingDecision& pending);
    void flow_refused(PendingDecision& pending);
    void release_held(WallTime now);
    [[nodiscard]] Offer release(HeldEvent held, WallTime now);
    void skip_held(HeldEvent held, model::Reason reason, const std::string& detail);
    void tell_not_run(const model::DecisionRecord& record,
                      const std::function<void(const RunEnd&)>& ended);
    void recover_held(std::vector<model::DecisionRecord> waiting);
    void recover_one(HeldEvent held, storage::WriteGroup& group);
    [[nodiscard]] boost::json::object view_of(const HeldEvent& held) const;
    [[nodiscard]] WallTime place_in_lane(const scheduler::Due& due, WallTime now);
    void write_snooze(storage::WriteGroup group, std::function<void()> undo, Stored stored);

    // dispatcher_turn.cpp
    void start_queued(std::vector<LedgerId> ids);
    /// `ids` were not marked as started, and together never will be.
    void begin_apart(const std::vector<LedgerId>& ids, const Error& error);
    [[nodiscard]] std::vector<LedgerId> begin_turn(LedgerId id, storage::WriteGroup& group);
    [[nodiscard]] std::optional<scheduler::FlowBlock> find_rest(const Entry& entry,
                                                                const Waiting& waiting) const;
    void rest_until(LedgerId id,
                    Waiting& waiting,
                    const Entry& entry,
                    const scheduler::FlowBlock& block);
    void waiting_time_passed(LedgerId id);
    [[nodiscard]] std::optional<Ending> reason_to_give_up(Entry& entry, const Waiting& waiting);
    [[nodiscard]] std::optional<Ending> expiry_of(const Entry& entry, const model::Event& event);
    /// A queued run waits no longer than max_age: sees to it, or finds that its time is up.
    void watch_age(LedgerId id);
    void give_start_back(const Waiting& waiting, storage::WriteGroup& group);
    void skip_late(LedgerId id, Waiting waiting, const Ending& ending);

    // dispatcher_runs.cpp
    /// Starts it after what this turn of the loop has still to do: answers go out first.
    void start_soon(LedgerId id);
    void start_next_soon();
    void start_next();
    void start(LedgerId id);
    [[nodiscard]] std::optional<Ending> reason_not_to_start(Entry* entry, const Waiting& waiting);
    void begin_run(std::shared_ptr<Run> run);
    /// A run that ends without having begun: replaced, cancelled, or not startable. Waits until its
    /// decision is stored: an end without a beginning would be lost.
    void end_unstarted(LedgerId id, Ending ending);
    void on_run_ended(RunEnd end, const std::function<void(const RunEnd&)>& tell);
    void count_failure(const RunEnd& end, storage::WriteGroup& group);
    void stop_failing(DirectiveId directive, std::string_view last);
    void abandon(const model::DecisionRecord& record, std::string why, WaitId wait);

    // dispatcher_parking.cpp
    void park_soon(LedgerId run);
    void take_up_parked(const std::vector<ParkedRun>& places);
    void go_on(ParkingLot::Return back, ParkedRows& rows);
    /// Now, or once it is back from its row; `stored` follows once what was written for it until
    /// then is durable. False: no such run is under way.
    bool with_run(LedgerId run, std::function<void(Run&)> work, Stored stored = {});
    void tell_once_durable(Stored stored);

    // dispatcher_recovery.cpp
    /// Finds a place for a run that the ledger has as queued.
    void readmit(LedgerId id);
    void resume(model::DecisionRecord record,
                const model::Wait& wait,
                const KeptRuns& kept,
                std::unique_ptr<RunTrace> trace = nullptr);
    [[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> compile_version(
        const Entry& entry, const std::string& version, const KeptRuns& kept);

    // dispatcher_waits.cpp
    void later(std::function<void(Dispatcher&)> work);
    void on_state_change(const model::StateChange& /*change*/) override {}
    void on_changes_told() override;
    [[nodiscard]] WaitId new_wait_id() override { return services_.wait_ids.next(); }
    void keep(model::Wait wait, std::function<void(Status)> stored) override;
    void wake_at(LedgerId run, std::optional<WallTime> at) override;
    void set_resting(LedgerId run, bool rests) override;
    void tell(LedgerId run, std::string_view directive, const std::string& text) override;

    // dispatcher_calls.cpp
    [[nodiscard]] LedgerId find_own_run(const model::Event& event, DirectiveId directive) const;
    void tell_callers(const RunEnd& end);
    void call(const StepRef& by, const std::string& directive, boost::json::value with) override;
    void await(const StepRef& by, LedgerId called) override;
    [[nodiscard]] Status listen(const WaitRef& wait,
                                const PlanStep& step,
                                const CompiledDirective& compiled) override;
    void unlisten(LedgerId run, std::uint32_t strand) override;
    void leave_listening(LedgerId run) override;

    DispatcherServices services_;
    DispatchFigures figures_;  ///< Without what is now.
    scheduler::RunQueue queue_;
    scheduler::StormBreaker storms_;
    StartLimits limits_;
    HeldEvents held_;
    Snoozes snoozes_;
    std::vector<model::Wait> held_rows_;  ///< Between restore_flow and recover.
    WallTime down_until_;                 ///< What was over by then was over while it was down.
    /// Instants that are made up for, of all directives: when the next backlog may begin, and when
    /// the present one did.
    WallTime lane_free_;
    WallTime lane_begin_;
    std::unordered_map<DirectiveId, int> failures_;  ///< In a row, of those with stop_after.
    std::unordered_map<DirectiveId, LastRun> last_runs_;
    std::unordered_map<LedgerId, Waiting> waiting_;
    std::unordered_map<LedgerId, std::shared_ptr<Run>> runs_;
    ParkingLot parked_;
    std::deque<LedgerId> to_start_;
    std::uint64_t decided_ = 0;         ///< How often something was decided.
    std::uint64_t decided_before_ = 0;  ///< By the last turn that looked for time to start a run.
    int quiet_turns_ = 0;
    int postponed_ = 0;
    std::set<std::pair<WallTime, LedgerId>> wakes_;
    std::unordered_map<LedgerId, WallTime> wake_of_;
    std::multimap<LedgerId, StepRef> callers_;          ///< By the run that they wait for.
    std::unordered_map<LedgerId, LedgerId> called_by_;  ///< While the called run is live.
    bool looking_ = false;                              ///< state_changed() is on its way.
    std::shared_ptr<Dispatcher*> self_;  ///< Null once destroyed: a posted start may come later.
    StoreLine line_;
    bool stopping_ = false;
    bool cancelled_all_ = false;
};

}  // namespace aifp::engine
