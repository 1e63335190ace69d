#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/compiled.hpp"
#include "engine/run.hpp"
#include "engine/state_store.hpp"
#include "model/run.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/rate_limits.hpp"
#include "scheduler/timetable.hpp"
#include "storage/recovery.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// Who wants to know what became of things: the log, the terminal, the faces. Loop thread only.
class DispatchObserver {
public:
    virtual ~DispatchObserver() = default;
    /// A decision is durable.
    virtual void on_decided(const model::DecisionRecord& decision, std::string_view directive) = 0;
    /// A run has ended (its outcome is on its way to the store).
    virtual void on_run_ended(const RunEnd& end, std::string_view directive) = 0;
    /// Something could not be stored, or could again.
    virtual void on_store_trouble(const std::string& what) = 0;
};

/// An event that asks to be decided about.
struct Offer {
    model::Event event;
    bool by_hand = false;  ///< Conditions are not asked, and an archived directive may not run.
    std::optional<storage::ReplayMark> replay_mark;
    /// Set when the decision was made before it got here (a refused webhook): it is only recorded.
    model::Reason refused = model::Reason::none;
    std::string detail;
    /// The decision is durable, or could not be stored (io_failure, busy): then nothing happened.
    std::function<void(const Result<model::DecisionRecord>&)> committed;
    /// The run it led to has ended. Not called when there was none.
    std::function<void(const RunEnd&)> ended;
};

struct DispatcherServices {
    Catalog& catalog;
    CompiledCache& compiled;
    expression::Sandbox& sandbox;
    storage::Store& store;
    StateStore& state;
    const RunServices& run_services;
    DispatchObserver& observer;
    /// Whether the directive may run now; looks at its implementation files. none: it may.
    std::function<model::Reason(Entry&)> gate;
    /// A run has ended, and its outcome is on its way to the store: what comes after it may begin.
    std::function<void(const RunEnd&, std::string_view directive)> ended = [](auto&&...) {};
};

/// From events to ended runs: decides, writes first, does, writes after (design: The straight way
/// of the data, steps 6 to 10). Loop thread only; owned by the engine.
class Dispatcher {
public:
    Dispatcher(const DispatcherServices& services, scheduler::RunLimits limits);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher() { *self_ = nullptr; }

    /// Decides now; `committed` follows once the ledger row is durable, and the run starts then.
    void offer(Offer offer);
    /// The same for due instants; their cursors move in the same transaction. What cannot be stored
    /// is tried again until it can.
    void offer_due(std::vector<scheduler::Due> due);
    /// The same for whatever else must be written in the same transaction as the decisions: waits,
    /// states, cursors. Tried again until it can be stored.
    void offer_all(std::vector<Offer> offers, storage::WriteGroup with);
    /// True while due instants wait for the store: collecting more would only pile them up.
    [[nodiscard]] bool is_holding_back() const noexcept { return retrying_ > 0; }

    /// Goes on from the ledger after a crash: queued runs take their turn, cut-off ones become
    /// abandoned.
    void recover(storage::OpenRuns open);

    /// Refuses what comes from now on (engine_stopping).
    void refuse_new() noexcept { stopping_ = true; }
    /// Cancels every run under way and leaves the queued ones in the ledger for the next start.
    void cancel_all(const std::string& why);
    /// Cancels the runs of one directive, queued ones too.
    void cancel_runs_of(DirectiveId directive, const std::string& why);

    /// The directive's `rate`; count 0: none.
    void set_rate(DirectiveId directive, Rate rate);
    /// Runs of before the start that count for its rate.
    void restore_rate(DirectiveId directive, std::vector<WallTime> times) {
        rates_.restore(directive, std::move(times));
    }
    /// How its last run before the start ended, for the condition `last`.
    void restore_last_result(DirectiveId directive, model::ExecutionStatus status) {
        last_results_.emplace(directive, status);
    }
    /// How long until the rate lets the directive run again; nothing: it may.
    [[nodiscard]] std::optional<Milliseconds> rate_wait(DirectiveId directive);

    /// Runs of one directive, under way and queued.
    [[nodiscard]] std::size_t runs_of(DirectiveId directive) const;
    /// Under way, or about to begin.
    [[nodiscard]] std::size_t running() const noexcept { return runs_.size() + to_start_.size(); }
    [[nodiscard]] std::size_t queued() const noexcept { return queue_.queued(); }

private:
    /// A run that was decided about and is not under way yet.
    struct Waiting {
        model::Event event;
        std::function<void(const RunEnd&)> ended;
        bool replaced = false;
    };
    /// A decision on its way to the store. The record's event has no payload: that moved on.
    struct Pending {
        model::DecisionRecord record;
        std::optional<model::Cursor> cursor;
        scheduler::Admission admission;
        std::function<void(const Result<model::DecisionRecord>&)> committed;
    };

    [[nodiscard]] Pending decide(Offer& offer);
    [[nodiscard]] model::Reason check(Entry& entry, const Offer& offer, std::string& detail);
    [[nodiscard]] model::Reason check_rate(DirectiveId directive, std::string& detail);
    [[nodiscard]] model::Reason check_conditions_of(const Entry& entry,
                                                    const Offer& offer,
                                                    std::string& detail);
    [[nodiscard]] model::DecisionRecord record_for_store(const Pending& pending) const;
    void submit_due(std::shared_ptr<std::vector<Pending>> batch, storage::WriteGroup with);
    void retry_later(const Error& error, std::function<void()> again);
    void on_committed(Pending& pending);
    void on_refused(Pending& pending, const Error& error);
    void start_queued(std::vector<LedgerId> ids);
    /// Starts it after what this turn of the loop has still to do: answers go out first.
    void start_soon(LedgerId id);
    void start(LedgerId id);
    /// A run that ends without having begun: replaced, cancelled, or not startable.
    void end_unstarted(LedgerId id, model::RunState state, std::string why);
    void on_run_ended(RunEnd end, const std::function<void(const RunEnd&)>& tell);

    DispatcherServices services_;
    scheduler::RunQueue queue_;
    scheduler::RateLimits rates_;
    std::unordered_map<DirectiveId, model::ExecutionStatus> last_results_;
    std::unordered_map<LedgerId, Waiting> waiting_;
    std::unordered_map<LedgerId, std::shared_ptr<Run>> runs_;
    std::vector<LedgerId> to_start_;
    std::shared_ptr<Dispatcher*> self_;  ///< Null once destroyed: a posted start may come later.
    boost::asio::steady_timer retry_timer_;
    std::vector<std::function<void()>> retries_;
    std::size_t retrying_ = 0;
    bool stopping_ = false;
};

}  // namespace aifp::engine
