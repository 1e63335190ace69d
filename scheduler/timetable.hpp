#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"
#include "schedule/schedule.hpp"
#include "scheduler/due.hpp"

namespace aifp::scheduler {

/// One schedule to be watched.
struct ArmRequest {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    schedule::Schedule schedule;
    std::optional<WallTime> decided_until;  ///< The stored cursor; nothing for a new directive.
    model::Misfire misfire = model::Misfire::skip;
    std::optional<Milliseconds> grace;         ///< Default: min(nominal period, 1 h).
    std::uint32_t cap = 100;                   ///< Runs of `misfire: all` at most.
    std::optional<Milliseconds> stagger = {};  ///< Default: min(nominal period, kLongestStagger).
    /// Why its directive may not run. none: it may. Else its instants are decided with this reason:
    /// the first when it comes, later ones together once an hour, the rest when that ends.
    model::Reason at_rest = model::Reason::none;
};

/// What a clock that was set means for the table.
struct ClockReview {
    Milliseconds stepped_back{0};        ///< 0: it did not go back behind what was seen.
    std::vector<model::Cursor> rearmed;  ///< Cursors that now begin anew; to be stored.
    std::string note;                    ///< For the log; empty when nothing happened.
};

/// The armed schedules of one project, ordered by when they are due next. Loop thread only; owned
/// by the engine. Reads no clock: `now` is given. Each instant is handed out once: the cursor of an
/// entry moves when `collect` returns it. What is late is treated as decide_backlog says.
class Timetable {
public:
    static constexpr Milliseconds kMaxStepBack = std::chrono::hours(3);
    static constexpr Milliseconds kMaxDefaultGrace = std::chrono::hours(1);
    static constexpr Milliseconds kRestPause = std::chrono::hours(1);

    /// Adds the schedule, or replaces the one of the same directive and trigger. A new one (no
    /// cursor) is decided until `now`; so is one whose cursor lies more than kMaxStepBack in the
    /// future. Returns the cursor from which it goes on.
    WallTime arm(ArmRequest request, WallTime now);
    /// Takes out all schedules of the directive. Returns how many there were.
    std::size_t disarm(DirectiveId directive);

    /// When `collect` has something to do next; nothing when no schedule fires any more.
    [[nodiscard]] std::optional<WallTime> next_due();
    /// When the directive will run next after `now`, suppressed instants left out: what status
    /// shows. Nothing for one at rest.
    [[nodiscard]] std::optional<WallTime> next_run(DirectiveId directive, WallTime now) const;

    /// Where the schedules of a directive stand, to arm them anew without losing or doubling any.
    [[nodiscard]] std::vector<model::Cursor> cursors_of(DirectiveId directive) const;

    /// Whether one of its schedules, or that of `trigger`, counts from runs: else the next three
    /// have nothing to do.
    [[nodiscard]] bool counts_runs(DirectiveId directive,
                                   std::optional<std::uint32_t> trigger = {}) const;
    /// A run of the directive has begun (run_start) or ended (run_end) at `at`: its schedules that
    /// count from that do so. The cursors that moved, to be stored.
    [[nodiscard]] std::vector<model::Cursor> count_from(DirectiveId directive,
                                                        schedule::CountsFrom moment,
                                                        WallTime at);
    /// Whether a run of the directive is under way: nothing of what counts from its end is due
    /// then.
    void set_running(DirectiveId directive, bool runs);
    /// There is a schedule that waits for the end of a run.
    [[nodiscard]] bool waits_for_end(DirectiveId directive) const;

    /// Decides what is due at `now`, earliest first. Stops after the entry with which there are
    /// `max_rows` rows or more (an entry gives at most kMaxRowsOfBacklog); what is left is due at
    /// the next call.
    [[nodiscard]] std::vector<Due> collect(WallTime now, std::size_t max_rows);
    /// The same for one directive, before it is armed anew or taken out: no instant up to `now` is
    /// left undecided.
    [[nodiscard]] std::vector<Due> collect_of(DirectiveId directive, WallTime now);

    /// To be called when the clock was set. Forward: nothing to do, `collect` sees the misfires.
    /// Back by no more than kMaxStepBack: nothing fires twice, the entries wait for the clock.
    /// Further: the new time is taken, every cursor becomes `now`, nothing is replayed.
    [[nodiscard]] ClockReview on_clock_changed(WallTime now);

    [[nodiscard]] std::size_t size() const noexcept { return armed_; }
    /// How many were due at `before` and are not decided yet. Costs as much as there are.
    [[nodiscard]] std::size_t count_due(WallTime before) const;

private:
    struct Entry {
        schedule::Schedule schedule;
        DirectiveId directive;
        WallTime decided_until;
        Milliseconds grace;
        Milliseconds stagger;
        std::uint32_t cap = 0;
        std::uint32_t trigger_index = 0;
        std::uint32_t generation = 0;  ///< Of its item in the heap; older items are void.
        std::uint32_t next_of_directive = kNone;
        model::Misfire misfire = model::Misfire::skip;
        model::Reason at_rest = model::Reason::none;
        bool armed = true;
        bool waits_for_end = false;  ///< Counts from the end of a run that is under way.
    };
    struct Item {
        WallTime due;
        std::uint32_t slot;
        std::uint32_t generation;
    };
    static constexpr std::uint32_t kNone = UINT32_MAX;

    [[nodiscard]] std::uint32_t find_slot(DirectiveId directive, std::uint32_t trigger) const;
    [[nodiscard]] std::uint32_t take_slot(Entry entry);
    [[nodiscard]] bool is_void(const Item& item) const;
    void watch(std::uint32_t slot, std::optional<WallTime> due);
    void watch_next(std::uint32_t slot);
    void drop_void_items();
    void decide(std::uint32_t slot, WallTime now, std::vector<Due>& rows);

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_slots_;
    std::unordered_map<DirectiveId, std::uint32_t> first_slot_;
    std::vector<Item> heap_;  ///< Earliest first, then by slot.
    std::size_t armed_ = 0;
    WallTime latest_seen_{};  ///< The latest `now` ever given, until the clock steps far back.
};

}  // namespace aifp::scheduler
