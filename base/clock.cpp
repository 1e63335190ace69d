#include "base/clock.hpp"

namespace aifp {

WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono() const {
    return std::chrono::steady_clock::now();
}

}  // namespace aifp
