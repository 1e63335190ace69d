#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace aifp::testing {

/// A clock that stands still until it is told to move. Starts at 2026-01-01T00:00:00Z. Thread-safe
/// to read.
class FakeClock final : public Clock {
public:
    static constexpr WallTime kStart{Milliseconds(1'767'225'600'000)};

    explicit FakeClock(WallTime wall = kStart) : wall_(wall) {}

    [[nodiscard]] WallTime wall() const override { return wall_.load(); }
    [[nodiscard]] MonoTime mono() const override { return mono_.load(); }

    /// Time passes: both clocks move.
    void advance(Milliseconds duration) {
        wall_ = wall_.load() + duration;
        mono_ = mono_.load() + duration;
    }
    /// Somebody sets the clock: only the wall clock moves, forward or back.
    void step_wall(Milliseconds jump) { wall_ = wall_.load() + jump; }

private:
    std::atomic<WallTime> wall_;
    std::atomic<MonoTime> mono_{MonoTime(std::chrono::hours(1))};
};

}  // namespace aifp::testing
