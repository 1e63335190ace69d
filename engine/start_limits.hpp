#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/flow_marks.hpp"
#include "engine/held_events.hpp"
#include "scheduler/rate_limits.hpp"

namespace aifp::engine {

/// How long an event is held back.
struct Hold {
    HoldKind kind = HoldKind::debounce;
    WallTime deadline;
};

/// What chooses how long.
struct HoldChoice {
    std::uint64_t chance = 0;  ///< The pause of a jitter that is not fixed.
    std::uint64_t host = 0;    ///< As scheduler::place_within.
};
/// What debounce, jitter and accuracy of the directive, in this order, hold an event of `now` back
/// for. `due`: the instant that it is for, if it is a matter of time and not made up for.
[[nodiscard]] std::optional<Hold> hold_for(const Entry& entry,
                                           WallTime now,
                                           std::optional<WallTime> due,
                                           const HoldChoice& choice);

/// A limit that forbids a start.
struct LimitBlock {
    model::Reason reason = model::Reason::none;  ///< throttled, cooldown or rate_limited.
    std::string detail;                          ///< For people, with until when.
    WallTime again_at;
};

/// A start that was counted: what is written with its decision, and what it takes to undo it.
struct CountedStart {
    WallTime at;
    std::optional<scheduler::FlowMark> before;  ///< Nothing: no mark counts it.
    std::vector<model::Wait> rows;
    std::vector<WaitId> rows_over;
};

/// What limits how often directives start: `rate`, `throttle`, `cooldown`, for each value of their
/// key (docs/flow.md). Says only what holds; the dispatcher decides and writes, a simulation only
/// tells. Loop thread only, or one thread of its own; owned by whoever asks.
class StartLimits {
public:
    explicit StartLimits(WaitIds& wait_ids) noexcept : marks_(wait_ids) {}

    /// The directive's own plain rate, unless its marks count it.
    void set_rate(const Entry& entry);
    /// Runs of before the start that count for it.
    void restore_rate(DirectiveId directive, std::vector<WallTime> times) {
        rates_.restore(directive, std::move(times));
    }
    /// A row of before the start; false: it is not one of these.
    [[nodiscard]] bool restore(const model::Wait& row);

    /// The clock was set by so much: what is to be written for that.
    [[nodiscard]] std::vector<model::Wait> clock_stepped(Milliseconds step) {
        rates_.clock_stepped(step);
        return marks_.clock_stepped(step);
    }

    /// The plain rate: asked whatever holds the event back.
    [[nodiscard]] std::optional<LimitBlock> check_rate(const Entry& entry, WallTime now);
    /// The others: asked when it would start.
    [[nodiscard]] std::optional<LimitBlock> check_marks(const Entry& entry,
                                                        const std::string& key,
                                                        WallTime now) const;
    /// What holds up a run that was let in before and whose turn has come.
    [[nodiscard]] std::optional<scheduler::FlowBlock> find_turn_block(const Entry& entry,
                                                                      const std::string& key,
                                                                      WallTime now) const {
        return marks_.find_turn_block(entry, key, now);
    }

    /// A run of `at` is let in; it begins at once, or waits for its turn.
    [[nodiscard]] CountedStart count_start(
        const Entry& entry, const std::string& key, WallTime at, bool begins, WallTime now);
    /// Its decision could not be stored: nothing of it happened.
    void undo(const Entry& entry, const std::string& key, CountedStart counted);
    /// It does not begin after all; the row to be written, if one counted it.
    [[nodiscard]] std::optional<model::Wait> give_back(const Entry& entry,
                                                       const std::string& key,
                                                       WallTime at);
    /// Its turn has come.
    [[nodiscard]] std::optional<model::Wait> count_begin(const Entry& entry,
                                                         const std::string& key,
                                                         WallTime now) {
        return marks_.note_begin(entry, key, now);
    }
    /// It has ended: what is written with that, if the directive has a cooldown.
    void count_end(const Entry& entry,
                   const std::string& key,
                   WallTime now,
                   storage::WriteGroup& group);

private:
    scheduler::RateLimits rates_;
    FlowMarks marks_;
};

}  // namespace aifp::engine
