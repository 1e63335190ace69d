#pragma once

#include "engine/conditions.hpp"

// Conditions on what the engine knows (docs/triggers.md, Conditions).

namespace aifp::engine {

using MadeCondition = Result<std::unique_ptr<ConditionNode>>;

/// `state: {name, is, is_not, attribute, for}`: as text; a state that is not known is "unknown".
[[nodiscard]] MadeCondition make_state_condition(const model::Condition& condition,
                                                 expression::Sandbox& sandbox);
/// `numeric_state: {name, above, below, attribute}`: exclusive bounds, numbers or names of states.
/// What is no number is an error: the condition cannot be decided.
[[nodiscard]] MadeCondition make_numeric_condition(const model::Condition& condition,
                                                   expression::Sandbox& sandbox);
/// `last: [success, failure, timeout]`: false as long as the directive never ran.
[[nodiscard]] MadeCondition make_last_condition(const model::Condition& condition,
                                                expression::Sandbox& sandbox);
/// `cooldown: 10m`: so long after the end of its last run, or it never ran.
[[nodiscard]] MadeCondition make_cooldown_condition(const model::Condition& condition,
                                                    expression::Sandbox& sandbox);

}  // namespace aifp::engine
