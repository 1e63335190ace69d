#pragma once

#include <string>

#include "base/clock.hpp"

namespace aifp::engine {

/// When the machine was last started.
struct HostBoot {
    std::string id;  ///< Another one for every boot; empty: the system does not say.
    Seconds uptime{0};
};

/// A boot is an occasion only so long: the engine may be restarted much later.
/// (reference/semantics.md 3.15)
inline constexpr Seconds kFreshBoot{5 * 60};

/// Reads /proc (man: proc(5)).
[[nodiscard]] HostBoot read_host_boot();

}  // namespace aifp::engine
