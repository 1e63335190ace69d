#pragma once

#include "base/clock.hpp"

namespace aifp::testing {

/// A clock that stands still until it is told to move. Starts at 2026-01-01T00:00:00Z. One thread.
class FakeClock final : public Clock {
public:
    static constexpr WallTime kStart{Milliseconds(1'767'225'600'000)};

    explicit FakeClock(WallTime wall = kStart) : wall_(wall) {}

    [[nodiscard]] WallTime wall() const override { return wall_; }
    [[nodiscard]] MonoTime mono() const override { return mono_; }

    /// Time passes: both clocks move.
    void advance(Milliseconds duration) {
        wall_ += duration;
        mono_ += duration;
    }
    /// Somebody sets the clock: only the wall clock moves, forward or back.
    void step_wall(Milliseconds jump) { wall_ += jump; }

private:
    WallTime wall_;
    MonoTime mono_{std::chrono::hours(1)};
};

}  // namespace aifp::testing
