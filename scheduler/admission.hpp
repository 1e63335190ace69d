#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"

namespace aifp::scheduler {

/// A run that asks to start. Its conditions have been checked before.
struct RunRequest {
    DirectiveId directive;
    LedgerId run;
    model::RunMode mode = model::RunMode::single;
    int max = 10;  ///< For queued (running and waiting) and parallel.
    /// mode and max hold among the runs of the same key; empty: it has none.
    std::string key = {};
};

/// What becomes of a RunRequest.
struct Admission {
    model::DecisionKind kind = model::DecisionKind::started;
    model::Reason reason = model::Reason::none;  ///< Of a skip.
    LedgerId blocker;  ///< single busy: the run that is still going; else 0.
    /// restart: these are running; cancel them (as replaced). The new run is `queued` and is
    /// returned by on_run_ended once the last of them has ended.
    std::vector<LedgerId> cancel;
    /// restart: these had not begun and will not; record them as replaced. They are forgotten here.
    std::vector<LedgerId> dropped;
};

/// The bounds over all directives.
struct RunLimits {
    std::size_t max_concurrent_runs = 64;
    std::size_t max_queued_runs = 10'000;
};

/// Decides which run may go now: run modes per directive and key, bounds over all. Loop thread
/// only; owned by the engine. Pure: it starts and stops nothing. A directive, and a key, without
/// live runs cost nothing. Rules (reference: semantics 3.1): `restart` registers the new run first,
/// then replaces the others; two triggers in the same tick never leave nothing running. A queued
/// run gets its turn in the order in which it came; those that only wait for a free place are
/// served first in, first out over all directives. A restart takes over the place of the run it
/// replaces and so is never refused for a full queue.
class RunQueue {
public:
    explicit RunQueue(RunLimits limits) : limits_(limits) {}
    RunQueue(RunQueue&&) = default;  // its runs point into its lanes: it is never copied
    RunQueue& operator=(RunQueue&&) = default;

    /// started: go. queued: wait until on_run_ended names it. skipped: mode_single_busy, mode_max
    /// or queue_full. `run` must not be live already.
    [[nodiscard]] Admission offer(const RunRequest& request);
    /// The run ended, or was cancelled while it waited. Returns the runs to start now. An unknown
    /// run changes nothing.
    [[nodiscard]] std::vector<LedgerId> on_run_ended(LedgerId run);
    /// Makes a run of before the start live again, whatever the bounds: it was let in once.
    void adopt(const RunRequest& request);
    /// A running run only waits from now on: it keeps its place among those of its directive, but
    /// takes none of max_concurrent_runs; or it goes on, perhaps beyond that bound. Returns the
    /// runs to start now.
    [[nodiscard]] std::vector<LedgerId> set_resting(LedgerId run, bool rests);
    /// A waiting run starts now, whatever the mode and the bounds. False: it does not wait, or the
    /// run that it replaces has not ended yet.
    [[nodiscard]] bool begin_now(LedgerId run);
    /// New bounds, for a reload. Returns the runs to start now; what runs goes on.
    [[nodiscard]] std::vector<LedgerId> set_limits(RunLimits limits);

    /// Of any key.
    [[nodiscard]] bool is_live(DirectiveId directive) const;
    /// Key by key; running first, then waiting; each in the order in which it came.
    [[nodiscard]] std::vector<LedgerId> runs_of(DirectiveId directive) const;
    [[nodiscard]] std::size_t running() const noexcept { return running_; }
    [[nodiscard]] std::size_t resting() const noexcept { return resting_; }
    [[nodiscard]] std::size_t queued() const noexcept { return runs_.size() - running_ - resting_; }

private:
    enum class Stage : std::uint8_t {
        running,
        resting,          ///< Under way, but it only waits.
        waits_for_turn,   ///< Behind another run of its directive.
        waits_for_place,  ///< In places_, for max_concurrent_runs.
    };
    struct Live {
        std::vector<LedgerId> running;
        std::vector<LedgerId> waiting;
        bool restarting = false;  ///< The one waiting takes over when the running ones have ended.
    };
    using LaneName = std::pair<DirectiveId, std::string>;  ///< Directive and key.
    using Lanes = std::map<LaneName, Live>;
    using Lane = Lanes::value_type;
    struct Run {
        Lane* lane;  ///< Stays where it is while it has a run.
        Stage stage;
    };

    [[nodiscard]] Lane& lane_of(const RunRequest& request);
    [[nodiscard]] Admission find_place(const RunRequest& request);
    [[nodiscard]] Admission wait_for_turn(const RunRequest& request, Lane& lane);
    [[nodiscard]] Admission replace(const RunRequest& request, Lane& lane);
    void advance(Lane& lane, std::vector<LedgerId>& started);
    void start(LedgerId id, Run& run, std::vector<LedgerId>& started);
    void fill_places(std::vector<LedgerId>& started);

    RunLimits limits_;
    Lanes lanes_;
    std::unordered_map<LedgerId, Run> runs_;
    std::deque<LedgerId> places_;  ///< In the order in which they get a place.
    std::size_t running_ = 0;
    std::size_t resting_ = 0;
};

}  // namespace aifp::scheduler
