#include "cli/times.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace aifp::cli {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

std::string rough_duration(Milliseconds duration) {
    const std::int64_t seconds = std::chrono::duration_cast<Seconds>(duration).count();
    if (seconds < 2 * kMinute) {
        return fmt::format("{} s", seconds);
    }
    if (seconds < 2 * kHour) {
        return fmt::format("{} min", seconds / kMinute);
    }
    if (seconds < 2 * kDay) {
        return fmt::format("{} h", seconds / kHour);
    }
    return fmt::format("{} days", seconds / kDay);
}

std::string relative_time(WallTime then, WallTime now) {
    const Milliseconds ahead = then - now;
    if (ahead > -Seconds(1) && ahead < Seconds(1)) {
        return "now";
    }
    return ahead.count() > 0 ? "in " + rough_duration(ahead) : rough_duration(-ahead) + " ago";
}

std::string relative_time(std::string_view rfc3339, WallTime now) {
    const auto instant = parse_instant(rfc3339, TimeZone::utc());
    return instant ? relative_time(*instant, now) : "-";
}

std::string local_time(WallTime instant, const TimeZone& zone) {
    const CivilTime civil = zone.to_local(instant).civil;
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                       civil.year,
                       civil.month,
                       civil.day,
                       civil.hour,
                       civil.minute,
                       civil.second);
}

std::string measured(Milliseconds duration) {
    if (duration < Seconds(1)) {
        return fmt::format("{} ms", duration.count());
    }
    if (duration < Seconds(60)) {
        return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000.0);
    }
    return rough_duration(duration);
}

}  // namespace aifp::cli
