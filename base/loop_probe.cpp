#include "base/loop_probe.hpp"

#include <algorithm>
#include <boost/system/error_code.hpp>
#include <chrono>

namespace aifp {

void LoopProbe::start() {
    minute_end_ = clock_.mono() + kRecent;
    wait();
}

LoopFigures LoopProbe::figures() const noexcept {
    return {lag_, std::max(this_minute_us_, last_minute_us_)};
}

void LoopProbe::wait() {
    due_ = clock_.mono() + period_;
    timer_.expires_after(period_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            on_time();
        }
    });
}

void LoopProbe::on_time() {
    const auto now = clock_.mono();
    const auto late = std::max(now - due_, MonoTime::duration::zero());
    const auto late_us = std::chrono::duration_cast<std::chrono::microseconds>(late).count();
    if (now >= minute_end_) {
        last_minute_us_ = std::exchange(this_minute_us_, 0);
        minute_end_ = now + kRecent;
    }
    lag_.add(late_us);
    this_minute_us_ = std::max(this_minute_us_, late_us);
    wait();
}

}  // namespace aifp
