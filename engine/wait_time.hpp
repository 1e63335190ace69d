#pragma once

#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp::engine {

/// The duration that a template gave: "1h30m", or seconds from 0 to a year. Errors: invalid_input.
[[nodiscard]] Result<Milliseconds> wait_time_of(const boost::json::value& value);

}  // namespace aifp::engine
