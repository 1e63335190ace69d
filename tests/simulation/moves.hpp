#pragma once

#include <span>

#include "tests/simulation/bench.hpp"

namespace aifp::simulation {

/// Something that may happen in a seed.
struct Move {
    const char* name;
    int weight;
    void (*make)(Bench& bench);
};
/// What may happen while the engine is up, and while it is down.
[[nodiscard]] std::span<const Move> moves(bool is_up) noexcept;

}  // namespace aifp::simulation
