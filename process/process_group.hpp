#pragma once

#include <sys/types.h>

#include <algorithm>

#include "base/clock.hpp"

namespace aifp::process {

/// Whether a process of the group other than its leader is alive (a zombie is not). Reads /proc,
/// some milliseconds on a busy machine: only for the end of a terminated child.
[[nodiscard]] bool has_living_members(pid_t group);

/// How long to wait before that is asked for the `look`-th time (from 0): longer and longer, for
/// many children may be ending at once.
[[nodiscard]] constexpr Milliseconds pause_before_look(int look) noexcept {
    constexpr Milliseconds kFirst{20};
    constexpr Milliseconds kLongest{500};
    return look < 5 ? std::min(kFirst * (1 << look), kLongest) : kLongest;
}

}  // namespace aifp::process
