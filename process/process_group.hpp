#pragma once

#include <sys/types.h>

namespace aifp::process {

/// Whether a process of the group other than its leader is alive (a zombie is not). Reads /proc,
/// some milliseconds on a busy machine: only for the end of a terminated child.
[[nodiscard]] bool has_living_members(pid_t group);

}  // namespace aifp::process
