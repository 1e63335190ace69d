#pragma once

#include <optional>

#include "base/clock.hpp"

namespace aifp {

/// The time by which old things are removed for their age. It follows the wall clock, but not a
/// leap ahead of more than kMaxLeap (a board that begins with a time years ahead would lose
/// everything) unless the clock is known to be kept right. One thread at a time.
class ExpiryClock {
public:
    static constexpr Milliseconds kMaxLeap = std::chrono::hours(7 * 24);

    /// Null: every time is believed. `clock` must outlive it.
    explicit ExpiryClock(const Clock* clock) : clock_(clock) {}

    /// When the newest thing was made that is there at the start; without one the first time that
    /// comes is believed.
    void begin(std::optional<WallTime> newest) { believed_ = newest; }
    /// `now`, or the last time that was believed, which is before it.
    [[nodiscard]] WallTime at(WallTime now) {
        if (clock_ == nullptr || !believed_ || now <= *believed_ + kMaxLeap ||
            clock_->is_synchronised()) {
            believed_ = now;
        }
        return *believed_;
    }

private:
    const Clock* clock_;
    std::optional<WallTime> believed_;
};

}  // namespace aifp
