#pragma once

#include <span>

#include "tests/simulation/evidence.hpp"
#include "tests/simulation/journal.hpp"

namespace aifp::simulation {

/// A promise of the engine that is held against the evidence of one seed. Those that have to be
/// watched while it runs (cursors, bounds, nothing before its record) stand in bench*.cpp.
struct Invariant {
    const char* name;
    void (*check)(const Invariant& self, const Evidence& evidence, Journal& journal);
};
[[nodiscard]] std::span<const Invariant> run_invariants() noexcept;
[[nodiscard]] std::span<const Invariant> event_invariants() noexcept;
[[nodiscard]] std::span<const Invariant> schedule_invariants() noexcept;

}  // namespace aifp::simulation
