#include "engine/clock_source.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace aifp::engine {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kNsPerMs = 1'000'000;

class TimerFdClockSource final : public ClockSource {
public:
    TimerFdClockSource(boost::asio::any_io_executor executor, ClockCallbacks callbacks)
        : descriptor_(executor, ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)),
          callbacks_(std::move(callbacks)) {
        wait();
    }

    void sleep_until(WallTime at) override {
        deadline_ = at;
        arm();
    }

    void stop() override {
        stopped_ = true;
        boost::system::error_code ignored;
        descriptor_.close(ignored);
    }

private:
    // Zero would disarm the timer, so a passed time becomes the first instant there is.
    void arm() {
        const auto ms = std::max<std::int64_t>(to_unix_ms(deadline_), 1);
        itimerspec spec{};
        spec.it_value.tv_sec = ms / kMsPerSecond;
        spec.it_value.tv_nsec = (ms % kMsPerSecond) * kNsPerMs;
        ::timerfd_settime(descriptor_.native_handle(),
                          TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                          &spec,
                          nullptr);
    }

    void wait() {
        descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                               [this](const boost::system::error_code& error) {
                                   if (!error && !stopped_) {
                                       on_readable();
                                   }
                               });
    }

    void on_readable() {
        std::uint64_t expirations = 0;
        const auto got = ::read(descriptor_.native_handle(), &expirations, sizeof expirations);
        const bool clock_was_set = got < 0 && errno == ECANCELED;
        wait();
        if (clock_was_set) {
            arm();  // a cancelled timer stays silent until it is set again
            callbacks_.clock_changed();
        } else if (got > 0) {
            callbacks_.wake();
        }
    }

    boost::asio::posix::stream_descriptor descriptor_;
    ClockCallbacks callbacks_;
    WallTime deadline_{Milliseconds::max()};
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<ClockSource> create_clock_source(boost::asio::any_io_executor executor,
                                                 ClockCallbacks callbacks) {
    return std::make_unique<TimerFdClockSource>(std::move(executor), std::move(callbacks));
}

}  // namespace aifp::engine
