#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/factory.hpp"
#include "engine/conditions.hpp"
#include "engine/run_plan.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// What a wait_for waits for.
struct WantedEvent {
    std::string name;
    /// Reads the names of the run; `trigger` is the event that has come. None: every one.
    std::optional<expression::CompiledExpression> filter;
};

/// What a step does and asks, beside its PlanStep, whose `id` is its index. Immutable.
struct CompiledStep {
    using Conditions = std::vector<std::unique_ptr<ConditionNode>>;
    std::unique_ptr<actions::Action> action;  ///< Of a leaf; of an approval: who is told, or null.
    std::vector<Conditions> conditions;       ///< One list per question of RunQuestions::holds.
    expression::CompiledValue value;          ///< What RunQuestions::value renders.
    std::vector<WantedEvent> events;          ///< wait_for: any of them ...
    std::vector<model::Trigger> triggers;     ///< ... and the triggers of other kinds.
    std::string target;                       ///< call: the directive.
};

/// The conditions of a list in an action's arguments.
[[nodiscard]] std::vector<model::Condition> conditions_in(const boost::json::value& list);

/// The kinds that RunMachine does itself; a test holds them and the factory's equal to the grammar.
[[nodiscard]] std::vector<std::string_view> flow_kinds();

/// Compiles one list of a directive: appends to `steps`. `list` begins the places ("action",
/// "on_error step"). Errors: what make_action and compile_conditions say, with the place.
[[nodiscard]] Result<std::vector<PlanStep>> compile_steps(const std::vector<model::Action>& actions,
                                                          std::string_view list,
                                                          const actions::Services& services,
                                                          std::vector<CompiledStep>& steps);

}  // namespace aifp::engine
