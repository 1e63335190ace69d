#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/catalog.hpp"
#include "engine/compiled.hpp"
#include "engine/dispatch_observer.hpp"
#include "engine/run.hpp"
#include "engine/state_store.hpp"
#include "engine/store_health.hpp"
#include "engine/wait_ids.hpp"
#include "schedule/schedule.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

class RunWatch;

/// What the dispatcher works with; all of it outlives it.
struct DispatcherServices {
    Catalog& catalog;
    CompiledCache& compiled;
    expression::Sandbox& sandbox;
    storage::Store& store;
    StateStore& state;
    const RunServices& run_services;
    DispatchObserver& observer;
    StoreHealth& health;
    WaitIds& wait_ids;
    /// Whether the directive may run now; looks at its implementation files. none: it may.
    std::function<model::Reason(Entry&)> gate;
    /// A line of a run for the log.
    std::function<void(const actions::RunContext&, const std::string&)> log;
    /// next_wake() may have changed.
    std::function<void()> wake_changed;
    /// Pauses a directive that does harm, at once: `kind` ("storm_breaker", "stop_after") and why.
    std::function<void(Entry&, std::string_view kind, const std::string& why)> pause;
    RunWatch* watch = nullptr;  ///< Null: no run can wait for triggers but events.
    /// A run has ended, and its outcome is on its way to the store: what comes after it may begin.
    std::function<void(const RunEnd&, std::string_view directive)> ended = [](auto&&...) {};
    /// Why a directive that is not armed does not run; never none.
    std::function<model::Reason(Entry&)> reason_at_rest;
    std::uint64_t host_place = 0;  ///< As scheduler::place_within.
    /// A run of the directive has begun, or one that was let in has ended and counts no more;
    /// `anchor`: one waits for its turn, or ended without having begun.
    std::function<void(DirectiveId, schedule::CountsFrom)> run_moved = [](auto&&...) {};
};

}  // namespace aifp::engine
