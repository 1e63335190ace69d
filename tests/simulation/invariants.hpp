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
[[nodiscard]] std::span<const Invariant> limit_invariants() noexcept;
[[nodiscard]] std::span<const Invariant> wait_invariants() noexcept;

/// The calls of one run, in order.
using Calls = std::vector<const Call*>;
[[nodiscard]] std::map<std::int64_t, Calls> calls_by_run(const Evidence& evidence);
/// The version that a run belongs to; null: it has called nothing.
[[nodiscard]] const Plan* plan_of(const Evidence& evidence, const Calls& calls);

/// Whether no start of the engine was tried in between.
[[nodiscard]] bool was_up(const Evidence& evidence, MonoTime from, MonoTime until);

}  // namespace aifp::simulation
