#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/rate.hpp"

namespace aifp::scheduler {

/// At most `count` runs in any stretch of `period`: a sliding window over the times of the last
/// `count` runs, 8 bytes each. Pure. (reference/semantics.md 2 no. 13)
class RateWindow {
public:
    explicit RateWindow(Rate rate) noexcept : rate_(rate) {}

    /// When the next run may start, if not now. Times after `now` (the clock was set back) count as
    /// now: nothing is ever held up for longer than one period.
    [[nodiscard]] std::optional<WallTime> blocked_until(WallTime now);
    void take(WallTime at);
    /// The run that was taken at `at` did not come to be.
    void give_back(WallTime at);
    /// The clock was set by so much.
    void clock_stepped(Milliseconds step) {
        for (auto& time : times_) {
            time += step;
        }
    }
    /// Another limit; what was counted goes on counting.
    void set_rate(Rate rate);
    [[nodiscard]] const Rate& rate() const noexcept { return rate_; }

private:
    Rate rate_;
    std::deque<WallTime> times_;  // rising
};

/// The limits of all directives that have one. Loop thread only; owned by the engine. Pure.
class RateLimits {
public:
    /// Nothing: the directive has no limit (any more).
    void set(DirectiveId directive, std::optional<Rate> rate);
    /// The clock was set by so much.
    void clock_stepped(Milliseconds step) {
        for (auto& [directive, window] : windows_) {
            window.clock_stepped(step);
        }
    }
    /// Counts what ran before the engine started, from the ledger; in any order.
    void restore(DirectiveId directive, std::vector<WallTime> times);

    [[nodiscard]] std::optional<WallTime> blocked_until(DirectiveId directive, WallTime now);
    void take(DirectiveId directive, WallTime at);
    void give_back(DirectiveId directive, WallTime at);
    /// Nothing if it has none.
    [[nodiscard]] std::optional<Rate> rate_of(DirectiveId directive) const;

private:
    std::unordered_map<DirectiveId, RateWindow> windows_;
};

}  // namespace aifp::scheduler
