#include "config/quiet_times.hpp"

namespace aifp::config {
namespace {

constexpr int kDay = 24 * 60 * 60;

std::optional<WallTime> end_of(const QuietTime& time, const TimeZone& zone, WallTime now) {
    auto civil = zone.to_local(now).civil;
    const int second = civil.hour * 3'600 + civil.minute * 60 + civil.second;
    const bool passes_midnight = time.until <= time.from;
    const bool is_in = passes_midnight ? second >= time.from || second < time.until
                                       : second >= time.from && second < time.until;
    if (!is_in) {
        return std::nullopt;
    }
    if (passes_midnight && second >= time.from) {
        ++civil.day;  // to_instants takes the 32nd as the 1st
    }
    const int until = time.until % kDay;
    civil.hour = until / 3'600;
    civil.minute = until / 60 % 60;
    civil.second = until % 60;
    const auto end = zone.to_instants(civil).first;
    return end > now ? std::optional(end) : std::nullopt;
}

}  // namespace

std::optional<WallTime> quiet_until(std::span<const QuietTime> times,
                                    const TimeZone& zone,
                                    WallTime now) {
    std::optional<WallTime> end;
    for (std::size_t round = 0; round <= times.size(); ++round) {
        const auto before = end;
        for (const auto& time : times) {
            if (const auto next = end_of(time, zone, end.value_or(now))) {
                end = next;
            }
        }
        if (end == before) {
            break;
        }
    }
    return end;
}

}  // namespace aifp::config
