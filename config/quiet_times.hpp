#pragma once

#include <optional>
#include <span>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "config/settings.hpp"

namespace aifp::config {

/// When the quiet time that `now` lies in ends, neighbouring ones taken together; nothing: it is
/// not quiet. Pure. A time of day that the clock leaves out ends right after the gap.
[[nodiscard]] std::optional<WallTime> quiet_until(std::span<const QuietTime> times,
                                                  const TimeZone& zone,
                                                  WallTime now);

}  // namespace aifp::config
