#include "base/clock.hpp"
#include "base/boot_time.hpp"

#include <ctime>

#include <sys/timex.h>

namespace aifp {

WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

bool SystemClock::is_synchronised() const {
    timex state{};  // nothing is set
    const int answer = ::adjtimex(&state);
    return answer >= 0 && answer != TIME_ERROR;
}

MonoTime SystemClock::mono() const {
    return std::chrono::steady_clock::now();
}

Milliseconds read_time_since_boot() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return Seconds(time.tv_sec) +
           std::chrono::duration_cast<Milliseconds>(std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace aifp
