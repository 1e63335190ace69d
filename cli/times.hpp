#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/time_zone.hpp"

namespace aifp::cli {

/// A length in its largest fitting unit, rounded down: "45 s", "5 min", "3 h", "12 days". A unit
/// begins to be used at two of it.
[[nodiscard]] std::string rough_duration(Milliseconds duration);
/// "in 5 min", "3 s ago", "now" (less than a second either way).
[[nodiscard]] std::string relative_time(WallTime then, WallTime now);
/// The same for a text of the API; "-" when it is no instant.
[[nodiscard]] std::string relative_time(std::string_view rfc3339, WallTime now);
/// "2026-11-22 18:00:00" in `zone`.
[[nodiscard]] std::string local_time(WallTime instant, const TimeZone& zone);
/// "12 ms", "1.5 s", else as rough_duration.
[[nodiscard]] std::string measured(Milliseconds duration);

}  // namespace aifp::cli
