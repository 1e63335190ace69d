#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/wait_ids.hpp"
#include "model/wait.hpp"
#include "scheduler/flow_limits.hpp"

namespace aifp::engine {

/// What limits the directive's starts by marks. Its rate is among them if it has a key or holds
/// events back; a plain rate is counted by the ledger alone (scheduler::RateLimits).
[[nodiscard]] scheduler::FlowLimits limits_of(const Entry& entry);

/// What each directive with limits remembers of its starts, for each value of its key: a row of
/// `waits` each, written with the decision or the end that changes it. Loop thread only; owned by
/// the dispatcher.
class FlowMarks {
public:
    /// Beyond it the marks go first that forbid something for the shortest time.
    static constexpr std::size_t kMaxMarks = 50'000;

    explicit FlowMarks(WaitIds& wait_ids) noexcept : wait_ids_(wait_ids) {}

    /// Whether the row is one of these.
    [[nodiscard]] static bool owns(const model::Wait& row);
    void restore(const model::Wait& row);

    [[nodiscard]] std::optional<scheduler::FlowBlock> find_block(const Entry& entry,
                                                                 const std::string& key,
                                                                 WallTime now) const;
    /// What forbids the beginning of a run that was let in before.
    [[nodiscard]] std::optional<scheduler::FlowBlock> find_turn_block(const Entry& entry,
                                                                      const std::string& key,
                                                                      WallTime now) const;
    /// The mark as it is: what take_back wants.
    [[nodiscard]] scheduler::FlowMark mark_of(DirectiveId directive, const std::string& key) const;
    /// The row to be written with the decision; the run begins with it, or waits for its turn.
    [[nodiscard]] model::Wait note_start(const Entry& entry,
                                         const std::string& key,
                                         WallTime now,
                                         bool begins);
    /// The row to be written when its turn has come; nothing if the directive has no throttle.
    [[nodiscard]] std::optional<model::Wait> note_begin(const Entry& entry,
                                                        const std::string& key,
                                                        WallTime now);
    /// What was let in at `at` does not begin after all; the row to be written, if it counted.
    [[nodiscard]] std::optional<model::Wait> give_back(const Entry& entry,
                                                       const std::string& key,
                                                       WallTime at);
    /// The same with the end; nothing if the directive has no cooldown.
    [[nodiscard]] std::optional<model::Wait> note_end(const Entry& entry,
                                                      const std::string& key,
                                                      WallTime now);
    /// The start of `now` could not be stored: `before` holds again, unless another came since.
    void take_back(const Entry& entry,
                   const std::string& key,
                   WallTime now,
                   scheduler::FlowMark before);
    /// The clock was set by so much: what is to be written for that.
    [[nodiscard]] std::vector<model::Wait> clock_stepped(Milliseconds step);
    /// Rows that forbid nothing any more, or are too many: to be removed.
    [[nodiscard]] std::vector<WaitId> sweep(WallTime now);
    [[nodiscard]] std::size_t size() const noexcept { return marks_.size(); }

private:
    using Place = std::pair<DirectiveId, std::string>;
    struct Slot {
        WaitId wait;
        WallTime void_from;
        scheduler::FlowMark mark;
    };
    Slot& slot_of(const Place& place);
    [[nodiscard]] model::Wait settle(const Place& place,
                                     Slot& slot,
                                     const scheduler::FlowLimits& limits);
    [[nodiscard]] model::Wait set_void(const Place& place, Slot& slot, WallTime from);

    WaitIds& wait_ids_;
    std::map<Place, Slot> marks_;
    std::set<std::pair<WallTime, Place>> by_void_;
};

}  // namespace aifp::engine
