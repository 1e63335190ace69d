#include "tests/simulation/transcript.hpp"

#include <algorithm>

#include "base/time_zone.hpp"

namespace aifp::simulation {

void Transcript::put(WallTime at, const std::string& text) {
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kSeconds = 8;
    const auto stamp = format_utc_ms(at);
    if (stamp.compare(0, kDate, day_) != 0) {
        day_ = stamp.substr(0, kDate);
        text_ += day_ + "\n";
    }
    auto clock = stamp.substr(kDate + 1, kSeconds + 4);
    if (clock.ends_with(".000")) {
        clock.replace(kSeconds, 4, "    ");
    }
    auto line = clock + "  " + text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    text_ += line + "\n";
}

}  // namespace aifp::simulation
