#pragma once

#include "base/clock.hpp"

namespace aifp::daemon {

/// The day (UTC, its beginning) on which the program was built, or the one that SOURCE_DATE_EPOCH
/// named then. Thread-safe.
[[nodiscard]] WallTime built_at() noexcept;

}  // namespace aifp::daemon
