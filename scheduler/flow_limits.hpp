#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/rate.hpp"
#include "model/flow.hpp"
#include "model/run.hpp"

// What limits the starts of one directive, for each value of its key alone. Pure: `now` is given.
// (reference/semantics.md 2 no. 13, docs/flow.md)
namespace aifp::scheduler {

/// The limits of a directive. Zero and nothing: no such limit.
struct FlowLimits {
    Milliseconds throttle{0};  ///< Smallest distance between two starts.
    Milliseconds cooldown{0};  ///< From the end of a run to the next start.
    std::optional<Rate> rate;

    [[nodiscard]] bool any() const noexcept {
        return throttle.count() > 0 || cooldown.count() > 0 || rate.has_value();
    }
};

/// What one value of the key remembers of its starts. The unset time means never.
struct FlowMark {
    WallTime last_start{};  ///< When a run was last let in; it may still wait for its turn.
    WallTime last_begin{};  ///< When one last began.
    WallTime last_end{};
    /// rate with burst: when its bucket is full again, if nothing more starts.
    WallTime full_at{};
    /// rate without: the times of the last `count` starts, rising.
    std::vector<WallTime> starts{};
    friend bool operator==(const FlowMark&, const FlowMark&) = default;
};

/// Why nothing may start now, and from when on it may.
struct FlowBlock {
    model::Reason reason = model::Reason::none;  ///< throttled, cooldown or rate_limited.
    WallTime until;
};

/// The first limit that forbids a start at `now`. Times after `now` (the clock was set back) count
/// as now, so that nothing is held up for longer than its limit.
[[nodiscard]] std::optional<FlowBlock> find_block(const FlowLimits& limits,
                                                  const FlowMark& mark,
                                                  WallTime now);
/// The same for a run that was let in before and whose turn has come: what runs since then leave
/// between its beginning and theirs. Throttle and cooldown alone: a rate counts what is let in.
[[nodiscard]] std::optional<FlowBlock> find_turn_block(const FlowLimits& limits,
                                                       const FlowMark& mark,
                                                       WallTime now);
/// The clock was set by so much while the engine ran.
void move_times(FlowMark& mark, Milliseconds by);
/// A run is let in.
void note_start(const FlowLimits& limits, FlowMark& mark, WallTime now);
/// What was let in at `at` does not begin after all.
void give_back(const FlowLimits& limits, FlowMark& mark, WallTime at);
void note_begin(FlowMark& mark, WallTime now);
void note_end(FlowMark& mark, WallTime now);
/// From when on the mark forbids nothing any more.
[[nodiscard]] WallTime void_from(const FlowLimits& limits, const FlowMark& mark);

/// "{"start":…,"begin":…,"end":…,"full":…,"starts":[…]}": milliseconds since 1970; what is unset is
/// left out.
[[nodiscard]] std::string to_text(const FlowMark& mark);
/// What to_text wrote; nothing for any other text.
[[nodiscard]] std::optional<FlowMark> mark_from(std::string_view text);

/// How long a run is put off: a share of jitter.max that `chance` chooses, or, if it is fixed, the
/// name of the directive. Less than max.
[[nodiscard]] Milliseconds jitter_pause(const model::Jitter& jitter,
                                        std::string_view directive,
                                        std::uint64_t chance) noexcept;

/// Where in [from, from + accuracy) a start is placed: on a grid of the host, the widest of nine
/// from 1 ms to 1 d that always has a point there. Each point of a wider grid is one of the
/// narrower ones, so that starts of different accuracy fall together, too. `host` chooses where the
/// grids lie; accuracy is at least 1 ms. (systemd.timer(5), AccuracySec=;
/// reference/semantics.md 3.8)
[[nodiscard]] WallTime place_within(WallTime from,
                                    Milliseconds accuracy,
                                    std::uint64_t host) noexcept;

/// The distance between runs that are caught up, if the directive names none: its period, at most
/// ten seconds.
inline constexpr Milliseconds kLongestStagger{10'000};
/// The distance between the first such runs of two directives, so that what was missed by many
/// does not come at once.
inline constexpr Milliseconds kLaneStep{1'000};

}  // namespace aifp::scheduler
