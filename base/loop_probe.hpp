#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

#include "base/clock.hpp"
#include "base/histogram.hpp"

namespace aifp {

/// How late the loop came to what was due, as measured by a LoopProbe.
struct LoopFigures {
    Histogram<kShortTimes_us> lag;   ///< Of every probe since the start.
    std::int64_t recent_max_us = 0;  ///< The greatest of the last one to two minutes.
};

/// Asks the loop to call it at regular times and measures by how much it is late: that is how long
/// the loop was held up at that moment, by work of its own or by a busy machine. A block is seen if
/// a probe was due in it, so short ones show by their number, not each. Ten timers a second, no
/// memory. Loop thread only; owned by the wiring, destroyed after the loop has ended.
class LoopProbe {
public:
    static constexpr Milliseconds kPeriod{100};
    static constexpr Seconds kRecent{60};

    LoopProbe(boost::asio::any_io_executor executor,
              const Clock& clock,
              Milliseconds period = kPeriod)
        : clock_(clock), period_(period), timer_(std::move(executor)) {}
    LoopProbe(const LoopProbe&) = delete;
    LoopProbe& operator=(const LoopProbe&) = delete;

    void start();
    void stop() { timer_.cancel(); }
    [[nodiscard]] LoopFigures figures() const noexcept;

private:
    void wait();
    void on_time();

    const Clock& clock_;
    const Milliseconds period_;
    boost::asio::steady_timer timer_;
    MonoTime due_;
    MonoTime minute_end_;
    Histogram<kShortTimes_us> lag_;
    std::int64_t this_minute_us_ = 0;
    std::int64_t last_minute_us_ = 0;
};

}  // namespace aifp
