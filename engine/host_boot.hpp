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

/// A number that stays with the machine and is another one on the next: made of its machine-id
/// (machine-id(5)), or of its name where there is none; it does not tell them. Blocks.
[[nodiscard]] std::uint64_t read_host_place();

}  // namespace aifp::engine
