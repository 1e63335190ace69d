#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace aifp::engine {

/// Wakes the engine when something is due and when somebody sets the clock. Loop thread only.
class ClockSource {
public:
    virtual ~ClockSource() = default;
    /// Calls `wake` at `at` (or a little after); replaces what was asked before. A time that has
    /// passed wakes at the next turn of the loop.
    virtual void sleep_until(WallTime at) = 0;
    /// Stops waking. No callback follows.
    virtual void stop() = 0;
};

struct ClockCallbacks {
    std::function<void()> wake;
    std::function<void()> clock_changed;  ///< The wall clock was set (timerfd, cancel-on-set).
};

using MakeClockSource =
    std::function<std::unique_ptr<ClockSource>(boost::asio::any_io_executor, ClockCallbacks)>;

/// Waits on a timerfd on the real-time clock.
[[nodiscard]] std::unique_ptr<ClockSource> create_clock_source(
    boost::asio::any_io_executor executor, ClockCallbacks callbacks);

}  // namespace aifp::engine
