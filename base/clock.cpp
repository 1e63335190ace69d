#include "base/clock.hpp"

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

}  // namespace aifp
