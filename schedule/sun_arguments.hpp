#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schedule/sun.hpp"

// What directives write about the sun, from their canonical arguments (docs/directive-kinds.md).
// Thread-safe.

namespace aifp::schedule {

/// A duration that may go back: "-20m", "+1h30m", "10m". Errors: invalid_input with what to write.
[[nodiscard]] Result<Milliseconds> parse_offset(std::string_view text);
/// The shortest form that parse_offset reads: "-20m", "1h30m".
[[nodiscard]] std::string format_offset(Milliseconds offset);

/// The plan of a `sun` trigger: `sun` (an event, or "elevation" with `elevation` and `direction`)
/// and `offset`; without position. Errors: invalid_input.
[[nodiscard]] Result<SunPlan> read_sun_plan(const boost::json::object& arguments);

/// The main argument of a `sun` condition that is a map: after, after_offset, before,
/// before_offset. Errors: invalid_input.
[[nodiscard]] Result<SunWindow> read_sun_window(const boost::json::object& window);

inline constexpr Milliseconds kMaxSunOffset = std::chrono::hours(12);

}  // namespace aifp::schedule
