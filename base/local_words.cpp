#include "base/local_words.hpp"

#include <fmt/format.h>

namespace aifp {

std::string local_words(WallTime at, WallTime now, const TimeZone& zone) {
    const CivilTime then = zone.to_local(at).civil;
    const CivilTime today = zone.to_local(now).civil;
    const bool same_day =
        then.year == today.year && then.month == today.month && then.day == today.day;
    auto text = same_day ? std::string()
                         : fmt::format("{:04}-{:02}-{:02} ", then.year, then.month, then.day);
    text += fmt::format("{:02}:{:02}", then.hour, then.minute);
    return then.second == 0 ? text : fmt::format("{}:{:02}", text, then.second);
}

}  // namespace aifp
