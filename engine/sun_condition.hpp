#pragma once

#include <memory>

#include "engine/conditions.hpp"

namespace aifp::engine {

/// The condition `sun`: above_horizon, below_horizon, or a window between events of the day. Asked
/// where the settings name no place, it cannot be decided: kMissingPosition.
[[nodiscard]] Result<std::unique_ptr<ConditionNode>> make_sun_condition(
    const model::Condition& condition, expression::Sandbox& sandbox);

}  // namespace aifp::engine
