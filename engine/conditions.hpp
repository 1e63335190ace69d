#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/resolver.hpp"
#include "expression/sandbox.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"
#include "schedule/sun.hpp"

namespace aifp::engine {

class StateStore;

/// The last run of a directive that worked, failed or took too long.
struct LastRun {
    model::ExecutionStatus status = model::ExecutionStatus::success;
    WallTime ended_at;
};

/// What conditions are asked about.
struct ConditionContext {
    expression::Sandbox& sandbox;
    const expression::Scope& scope;  ///< Gives `now` and the zone for time windows too.
    std::string_view trigger_id;
    const StateStore* states = nullptr;  ///< For `state` and `numeric_state`.
    const LastRun* last = nullptr;       ///< For `last` and `cooldown`; null: it never ran.
    std::optional<schedule::SunPosition> position = std::nullopt;  ///< For `sun`.
};

/// One compiled condition. Immutable; loop thread only.
class ConditionNode {
public:
    virtual ~ConditionNode() = default;
    /// Errors: of the expression; a condition that cannot be decided is not met.
    [[nodiscard]] virtual Result<bool> holds(const ConditionContext& context) const = 0;
    /// As the user wrote it, for "condition 2 is false: ...".
    [[nodiscard]] virtual std::string text() const = 0;
    /// What it read, for the same sentence: `presence is "away"`. Empty when there is nothing to
    /// tell beyond the text.
    [[nodiscard]] virtual std::string explain(const ConditionContext& /*context*/) const {
        return {};
    }
};

/// The verdict over all conditions of a directive: all must hold.
struct ConditionVerdict {
    model::Reason reason = model::Reason::none;  ///< none, condition_false or condition_error.
    std::string detail;                          ///< Which condition, and why.
};

/// One row per kind that is built; a test holds it equal to the grammar's condition rows.
[[nodiscard]] std::vector<std::string_view> condition_kinds();

/// Errors: invalid_input for an expression that does not compile or an unknown kind.
[[nodiscard]] Result<std::vector<std::unique_ptr<ConditionNode>>> compile_conditions(
    const std::vector<model::Condition>& conditions, expression::Sandbox& sandbox);

/// `condition 1 is false: state.presence == "home" (presence is "away")`. Values of names that
/// sound secret are not shown; bounded.
[[nodiscard]] std::string describe_verdict(std::size_t index,
                                           const ConditionNode& condition,
                                           const Result<bool>& verdict,
                                           const ConditionContext& context);

[[nodiscard]] ConditionVerdict check_conditions(
    const std::vector<std::unique_ptr<ConditionNode>>& conditions, const ConditionContext& context);

}  // namespace aifp::engine
