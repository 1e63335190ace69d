#pragma once

#include <optional>

#include "base/clock.hpp"

namespace aifp::simulation {

/// A moment on both clocks.
struct Moment {
    WallTime wall;
    MonoTime mono;
};

/// The only time there is in the simulation's program: it stands still until it is moved. The
/// program's own steady_clock and timerfd_settime take the place of the system's, so that the
/// loop's timers (time-outs, pauses before a retry, the watcher's quiet time) follow it too. One at
/// a time; one thread.
class SimulatedTime final : public Clock {
public:
    explicit SimulatedTime(WallTime start);
    SimulatedTime(const SimulatedTime&) = delete;
    SimulatedTime& operator=(const SimulatedTime&) = delete;

    [[nodiscard]] WallTime wall() const override { return wall_; }
    [[nodiscard]] MonoTime mono() const override;

    /// Time passes: both clocks move.
    void advance(MonoTime::duration duration);
    /// Somebody sets the clock.
    void step_wall(Milliseconds jump) { wall_ += jump; }

    /// When the loop's earliest timer is due; nothing: it has none. May be earlier than that.
    [[nodiscard]] static std::optional<MonoTime> next_timer();
    /// Lets the loop see in its next turn that timers are due.
    static void ring_timer();
    /// The loop is gone.
    static void forget_timer();

private:
    WallTime wall_;
    MonoTime::duration rest_{0};  ///< Below a millisecond, not in wall_ yet.
};

/// The watches on folders (of directives, of triggers), in the place of inotify: tells the engine
/// that something has changed. Nothing happens without an engine that watches.
void tell_folder_changed();

}  // namespace aifp::simulation
