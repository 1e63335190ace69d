#pragma once

#include "base/clock.hpp"

namespace aifp {

/// How long ago the machine was started; goes on while it sleeps, and nobody sets it
/// (clock_gettime(2), CLOCK_BOOTTIME). Thread-safe.
[[nodiscard]] Milliseconds read_time_since_boot();

}  // namespace aifp
