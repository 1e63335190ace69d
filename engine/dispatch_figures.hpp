#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/histogram.hpp"
#include "model/run.hpp"
#include "model/run_names.hpp"

namespace aifp::engine {

/// What the dispatcher counts: an addition per decision and two per run, no memory. Read by value.
/// Loop thread only. (docs/metrics.md)
struct DispatchFigures {
    template <class Count>
    using ByName = std::array<Count, model::kMostRunNames>;  ///< By enumerator.

    ByName<std::uint64_t> decided{};     ///< By model::DecisionKind, as they were stored.
    ByName<std::uint64_t> not_run{};     ///< Of the skipped ones, by model::Reason.
    std::uint64_t started = 0;           ///< Runs whose first step began.
    ByName<std::uint64_t> ended{};       ///< By model::RunState, those that never began too.
    Histogram<kLongTimes_ms> durations;  ///< Of runs that began, waits included.
    Histogram<kLongTimes_ms> lateness;   ///< Of due instants that were not made up for.

    // How things stand.
    std::size_t running = 0;        ///< Runs that work.
    std::size_t waiting = 0;        ///< Runs that only wait, parked ones too.
    std::size_t queued = 0;         ///< Runs that wait for their turn.
    std::size_t held = 0;           ///< Events that are held back.
    std::size_t waits_of_runs = 0;  ///< Runs with a row in `waits`.

    void count(const model::DecisionRecord& record) noexcept {
        ++decided[static_cast<std::size_t>(record.kind)];
        if (record.kind == model::DecisionKind::skipped) {
            ++not_run[static_cast<std::size_t>(record.reason)];
        }
    }
};

}  // namespace aifp::engine
