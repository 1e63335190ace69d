#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/time_zone.hpp"

namespace aifp {

/// An instant for people: "17:00" in the zone, with the date in front when it is not that of `now`,
/// with seconds when they are not 0.
[[nodiscard]] std::string local_words(WallTime at, WallTime now, const TimeZone& zone);

}  // namespace aifp
