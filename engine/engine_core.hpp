#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/approval_links.hpp"
#include "engine/armory.hpp"
#include "engine/catalog.hpp"
#include "engine/clock_guard.hpp"
#include "engine/clock_source.hpp"
#include "engine/clock_steps.hpp"
#include "engine/compiled.hpp"
#include "engine/decision_traces.hpp"
#include "engine/directive_watcher.hpp"
#include "engine/dispatcher.hpp"
#include "engine/effects.hpp"
#include "engine/engine.hpp"
#include "engine/event_feed.hpp"
#include "engine/flow_times.hpp"
#include "engine/hooks.hpp"
#include "engine/host_figures.hpp"
#include "engine/loader.hpp"
#include "engine/next_starts.hpp"
#include "engine/notice_desk.hpp"
#include "engine/observation.hpp"
#include "engine/reporter.hpp"
#include "engine/run_watch.hpp"
#include "engine/sensors.hpp"
#include "engine/state_store.hpp"
#include "engine/states.hpp"
#include "engine/store_health.hpp"
#include "expression/sandbox.hpp"
#include "storage/directives.hpp"

namespace aifp::engine {

struct LeftVersion;
struct WhyFacts;

/// The one class behind Engine, Control, Upkeep, States, Insight and Observation. Its work stands
/// in its sources: engine_start.cpp (the start), engine_reload.cpp (changed files and settings),
/// engine_settle.cpp (gate, status, arming), engine_tick.cpp (time and stop), engine_lifecycle.cpp
/// (what people ask for), engine_proposals.cpp (proposals), engine_approvals.cpp (the yes
/// to them and to what is loaded), engine_questions.cpp
/// (what it asks them), engine_views.cpp (what people look at), engine_why.cpp,
/// engine_simulate.cpp, engine_backtest.cpp and engine_insight.cpp (what explains and tries out),
/// engine_snooze.cpp (sleep, and when it starts next), engine_runs.cpp (runs under way),
/// engine_states.cpp (states), engine_upkeep.cpp (what looks after directives),
/// engine_observation.cpp (figures and live events), engine_zone.cpp (the machine in another time
/// zone). Loop thread only.
class EngineCore final : public Engine,
                         public Control,
                         public Upkeep,
                         public States,
                         public Insight,
                         public Observation {
public:
    using Answer = Control::Answer;

    explicit EngineCore(const EngineParts& parts);
    EngineCore(const EngineCore&) = delete;
    EngineCore& operator=(const EngineCore&) = delete;
    ~EngineCore() override { *alive_ = false; }

    void start(std::function<void(Status)> ready) override;
    void stop(Milliseconds grace, std::function<void()> done) override;
    void hurry() override { hurrying_ = true; }
    Control& control() override { return *this; }
    Upkeep& upkeep() override { return *this; }
    void handle_hook(http::Request request, http::Responder responder) override;
    std::size_t hook_body_limit(std::string_view method, std::string_view target) const override;
    void hook_too_large(std::string_view target) override { hooks_.too_large(target); }
    void settings_changed() override;

    void list_directives(Answer answer) override;
    void show_directive(std::string directive, Answer answer) override;
    void act(Verb verb, std::string directive, std::string who, Answer answer) override;
    void snooze(std::string directive, std::string until, std::string who, Answer answer) override;
    void unsnooze(std::string directive, std::string who, Answer answer) override;
    void change_status(DirectiveId directive,
                       model::DirectiveStatus status,
                       std::string who,
                       Answer answer) override;
    void resume_paused(DirectiveId directive, std::string who, Answer answer) override;
    void set_approval(DirectiveId directive,
                      bool approved,
                      std::string who,
                      Answer answer) override;
    void approve(std::string directive,
                 std::string content_hash,
                 std::string who,
                 Answer answer) override;
    void propose_configuration(DirectiveId directive,
                               boost::json::object changes,
                               std::string who,
                               Answer answer) override;
    void questions(std::string directive, Answer answer) override;
    void answer_questions(std::string directive,
                          std::map<std::string, std::string> given,
                          std::string who,
                          Answer answer) override;
    void forget_answers(std::string directive, std::string who, Answer answer) override;
    void list_runs(Answer answer) override;
    void cancel_run(LedgerId run, std::string who, Answer answer) override;
    void begin_run_now(LedgerId run, std::string who, Answer answer) override;
    void answer_run(LedgerId run, model::RunAnswer said, Answer answer) override;
    void history(HistoryQuery query, Answer answer) override;
    void status(Answer answer) override;
    void reload(Answer answer) override;
    States* states() override { return this; }
    [[nodiscard]] Result<boost::json::value> show_states(const std::string& name) override;
    void change_states(model::StateUpdate update, Answer answer) override;
    [[nodiscard]] Result<std::function<void()>> watch_states(
        const std::string& name, std::function<void(const model::StateChange&)> heard) override;
    Insight* insight() override { return this; }
    void why(WhyQuery query, Answer answer) override;
    void simulate(SimulateQuery query, Answer answer) override;
    void dry_run(DryRunQuery query, Answer answer) override;
    void trace(LedgerId run, Answer answer) override;
    void backtest(WhyQuery query, Answer answer) override;
    void replay(ReplayQuery query, Answer answer) override;
    void run_with(RunQuery query, Answer answer) override;
    Observation* observation() override { return this; }
    [[nodiscard]] EngineFigures figures() override;
    [[nodiscard]] Result<std::function<void()>> watch_events(
        FeedListener& listener, std::optional<std::uint64_t> last) override;
    [[nodiscard]] bool is_ready() const override { return ready_ && !stopping_; }
    [[nodiscard]] bool can_store() const override { return health_.is_fine(); }

    void set_missing(DirectiveId directive, std::vector<std::string> names) override;
    void note_written(std::string_view path, std::string_view sha256) override;
    void raise_alert(const Alert& alert) override;
    void clear_alert(DirectiveId directive, std::string_view kind) override;
    [[nodiscard]] std::vector<Alert> alerts() const override { return alerts_; }
    [[nodiscard]] std::vector<BusyRun> busy_runs() const override;
    [[nodiscard]] std::size_t runs_of(DirectiveId directive) const override;
    void cancel_runs(DirectiveId directive, const std::string& why) override;

private:
    /// What a start or a reload reads and writes, handed from thread to thread.
    struct Load;
    using SharedLoad = std::shared_ptr<Load>;

    // engine_start.cpp (Load in engine_load.hpp)
    void connect_parts();
    [[nodiscard]] DispatcherServices dispatcher_services();
    [[nodiscard]] HookFace::Parts hook_parts();
    [[nodiscard]] NoticeDesk::Services notice_services();
    [[nodiscard]] SensorParts sensor_parts();
    [[nodiscard]] SharedLoad make_load(bool everything);
    void run_load(SharedLoad load, std::function<void(Status)> done);
    void write_load(SharedLoad load, std::function<void(Status)> done);
    void read_everything(SharedLoad load, std::function<void(Status)> done);
    void apply_start(Load& load);
    void settle_loaded(Load& load);
    void apply_reload(Load& load);
    void report(const LoadReport& report);
    void tell_new_problems(const model::Diagnostics& problems);
    void begin_watching();
    void reload_files(std::function<void(Status)> done);
    /// Arms it if its status and gate allow, else takes it out; stores a status that has changed.
    /// `definition`, if known, spares parsing the entry's.
    void settle(Entry& entry, const Cursors& cursors, const model::Directive* definition = nullptr);
    void settle_all(std::shared_ptr<std::vector<DirectiveId>> ids,
                    void (EngineCore::*settle_one)(Entry&));
    void settle_anew(Entry& entry);
    struct Arming {
        const model::Directive& directive;
        const Cursors& cursors;
        WallTime now;
    };
    void arm(Entry& entry, const Arming& arming);
    void refuse_to_arm(Entry& entry, const Error& why);
    /// Arms it if it may run; else what would start it is only recorded.
    void arm_or_rest(Entry& entry, const Arming& arming);
    void go_as_far_as_the_gate(Entry& entry);
    void store_cursors(std::vector<model::Cursor> cursors);
    /// Why a directive that is not armed, or a trigger that is switched off, does not run.
    [[nodiscard]] model::Reason reason_at_rest(Entry& entry);
    [[nodiscard]] static std::string why_at_rest(const Entry& entry);
    /// No instant up to `now` stays undecided: before its schedules are armed anew or taken out.
    void decide_overdue(DirectiveId id, WallTime now);
    /// The same for a version that is in force no more, at a start: it is not made up for.
    void decide_left(const Entry& entry, const LeftVersion& left);
    /// The same for one that is still armed: `entry` is the new version, or has been archived.
    void leave_version(const Entry& entry);
    /// A run of the directive has begun or ended: what is counted from that (`after_previous`).
    void count_from_run(DirectiveId id, schedule::CountsFrom moment);
    /// While a run of it is under way nothing is due that is counted from its end.
    void follow_runs(DirectiveId id);
    /// The engine itself pauses what does harm, and says so; a person resumes it.
    void pause_harmful(Entry& entry, std::string_view kind, const std::string& why);
    void forget_harm(DirectiveId directive);
    [[nodiscard]] model::Reason ask_gate(Entry& entry);
    void accept_changed_files(Entry& entry);
    /// Whether a file of a directive may be run by a step now. Errors: denied, not_found.
    [[nodiscard]] Status check_program(std::string_view directive, const std::string& path);
    /// `stored` follows once the row says so; without one, trouble is only told.
    void store_status(const Entry& entry, std::function<void(const Status&)> stored = {});

    // engine_tick.cpp
    void sleep_until_due();
    void tick();
    void on_clock_changed();
    /// Moves what lasts a while with the clock, if somebody has set it.
    void follow_clock();
    /// Whether schedules may go by the clock; tells when that has just become so.
    [[nodiscard]] bool may_go_by_clock();
    void wait_for_runs(MonoTime until, std::function<void()> done);
    void finish_stop(std::function<void()> done);

    // engine_zone.cpp
    void begin_zone();
    /// The machine's zone may be another one.
    void look_at_zone();
    void go_by_new_zone();
    void settle_in_zone(Entry& entry);

    // engine_lifecycle.cpp
    [[nodiscard]] Entry* find_entry(const std::string& directive);
    void run_by_hand(const Entry& entry, Answer answer);
    void offer_by_hand(const Entry& entry, Offer offer, Answer answer);
    [[nodiscard]] Status check_ready(DirectiveId directive);
    /// The same, answered: null when it is not there or the engine is not ready.
    [[nodiscard]] Entry* find_ready(DirectiveId directive, const Answer& answer);
    [[nodiscard]] Status check_change(Entry& entry, model::DirectiveStatus status);
    void put_status(DirectiveId directive,
                    model::DirectiveStatus status,
                    const std::string& who,
                    Answer answer);
    /// From draft or validated as far towards active as the gate lets it.
    void advance(Entry& entry, Answer answer);
    void restore(Entry& entry, const std::string& who, Answer answer);
    void describe_after(DirectiveId directive, Result<boost::json::value> done, Answer answer);

    // engine_proposals.cpp
    struct Draft;
    void say_yes(DirectiveId directive,
                 const std::string& shown_hash,
                 const std::string& who,
                 Answer answer);
    void approve_loaded(DirectiveId directive, const std::string& who, Answer answer);
    /// A yes to one proposal: the hash says to which, a newer one waits for a yes of its own.
    struct Yes {
        DirectiveId directive;
        std::string hash;
        std::string who;   ///< Empty where no yes is needed.
        FileHashes files;  ///< Of what it runs, hashed ahead of the transaction.
    };
    void accept_proposal(std::shared_ptr<Yes> yes, Answer answer);
    void revoke_approval(Entry& entry, const std::string& who, Answer answer);
    void decline(const Entry& entry, std::string who, Answer answer);
    void keep_draft(std::shared_ptr<Draft> draft, Answer answer);
    void finish_draft(const std::shared_ptr<Draft>& draft, Answer answer);
    void finish_yes(DirectiveId directive, const std::string& who, Answer answer);

    // engine_questions.cpp
    struct Answering;
    void keep_answers(std::shared_ptr<Answering> answering, Answer answer);

    // engine_snooze.cpp
    /// The entry, if it can be told to sleep or to wake. Errors: not_found; busy.
    [[nodiscard]] Result<Entry*> find_for_snooze(const std::string& directive);
    void tell_awake(WallTime now);
    /// When it will start by time next: with its calendars, its period and its sleep.
    [[nodiscard]] std::optional<WallTime> next_start(const Entry& entry);
    /// When a run that is due then begins, if accuracy or a fixed jitter puts it off.
    [[nodiscard]] std::optional<WallTime> placed_start(const Entry& entry, WallTime due) const;
    [[nodiscard]] bool look_for_next_start(const Entry& entry, int& steps);
    /// Once next_start() knows those of all of them: calendars are searched in short turns.
    void with_next_starts(std::shared_ptr<std::vector<DirectiveId>> directives,
                          std::function<void()> then);
    /// What holds it back or forbids it now, for people; nothing: it may start.
    [[nodiscard]] std::optional<TimeBlock> time_block_of(const Entry& entry);
    /// Of a directive that is not to run any more: its events that were held back do not either.
    void settle_held_of(const Entry& entry);

    // engine_views.cpp
    [[nodiscard]] boost::json::object live_view(DirectiveId id);
    [[nodiscard]] boost::json::object whole_view(const storage::DirectiveRow& row);
    [[nodiscard]] boost::json::object status_now();

    // engine_why.cpp
    /// How the directive stands now; what its rows say comes later.
    void tell_standing(Entry& entry, const model::Directive& directive, WhyFacts& facts);
    [[nodiscard]] std::string source_of(const Entry& entry,
                                        const model::Directive& directive,
                                        std::uint32_t index);

    // engine_states.cpp
    void tell_states();
    /// When the host's figures are wanted next, if anybody listens to them.
    [[nodiscard]] std::optional<WallTime> next_host_sample() const;
    void refresh_host();
    void tell_run_ended(const RunEnd& end, std::string_view directive);
    void tell_host_boot(const std::vector<storage::StateWrite>& stored);

    // engine_observation.cpp
    [[nodiscard]] EventFeed::Services feed_services();
    void tell_status(Entry& entry);

    // engine_upkeep.cpp
    [[nodiscard]] bool was_written(const ImplementationFile& file) const;

    EngineParts parts_;
    config::Resolver resolver_;
    StateStore state_;
    HostFigures host_;
    WaitIds wait_ids_;
    expression::Sandbox sandbox_;
    ScopeSources scope_sources_;
    Reporter reporter_;
    StoreHealth health_;
    EngineEffects effects_;
    actions::Services action_services_;
    TraceKeeper traces_;
    RunServices run_services_;
    CompiledCache compiled_;
    Catalog catalog_;
    NoticeDesk notices_;
    DecisionTraces decision_traces_;
    EventFeed feed_;
    DispatchObservers observers_;
    Sensors sensors_;
    RunWatch run_watch_;
    Armory armory_;
    NextStarts next_starts_;
    Dispatcher dispatcher_;
    HookFace hooks_;
    ApprovalLinks links_;
    boost::asio::steady_timer stop_timer_;
    ClockGuard clock_guard_;
    ClockSteps clock_steps_;
    std::unique_ptr<ClockSource> clock_source_;
    std::unique_ptr<ZoneSource> zone_source_;
    std::string machine_zone_;
    std::unique_ptr<DirectiveWatcher> watcher_;

    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // false once destroyed
    std::unordered_map<int, std::unique_ptr<StateListener>> watchers_;
    int last_watcher_ = 0;
    std::vector<Alert> alerts_;
    std::set<std::string> told_problems_;      // of the last scan, as text
    std::unordered_set<std::string> written_;  // SHA-256 of what the engine wrote itself

    MonoTime started_at_;
    std::size_t armed_ = 0;
    std::size_t loads_ = 0;
    bool clock_is_wrong_ = false;  // and it was told
    bool ready_ = false;
    bool stopping_ = false;
    bool hurrying_ = false;
    bool loading_ = false;
    bool load_again_ = false;
    std::vector<std::function<void(Status)>> after_load_;
};

/// The bounds of the storm breaker, from the settings.
[[nodiscard]] scheduler::StormLimits storm_limits(const config::Limits& limits);

/// How many compiled directives are kept (CompiledCache).
inline constexpr std::size_t kCompiledDirectives = 1'024;

}  // namespace aifp::engine
