#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actions/factory.hpp"
#include "engine/run_scope.hpp"
#include "engine/state_store.hpp"
#include "expression/sandbox.hpp"
#include "model/directive.hpp"
#include "triggers/sensor.hpp"

namespace aifp::engine {

using TakeVerdict =
    std::function<void(DirectiveId, std::uint32_t trigger_index, triggers::Verdict)>;

/// What sensors are made with; outlives them.
struct SensorParts {
    const StateStore& state;
    expression::Sandbox& sandbox;
    const ScopeSources& scope_sources;
    const actions::Services& actions;  ///< For what reaches outside: poll, file.
    TakeVerdict take;                  ///< What is seen outside, whenever it is.
};

/// Whose trigger it is.
struct SensorOwner {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    std::string name;
    TimeZone zone;
};

/// Builds the sensor of a trigger whose Source is sensor. Errors: invalid_input for an expression
/// that does not compile, a missing part, or a kind that a watchdog cannot watch.
[[nodiscard]] Result<std::unique_ptr<triggers::Sensor>> make_sensor(const model::Trigger& trigger,
                                                                    const SensorOwner& owner,
                                                                    const SensorParts& parts);

}  // namespace aifp::engine
