#pragma once

#include <cstdint>

namespace aifp::engine {

/// A number by chance, each equally likely: for pauses, not for secrets. Loop thread only.
[[nodiscard]] std::uint64_t draw_chance();

}  // namespace aifp::engine
