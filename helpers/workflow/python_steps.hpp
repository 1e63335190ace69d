#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "helpers/workflow/python_values.hpp"
#include "model/directive.hpp"

// Actions, conditions and triggers as Python data. Pure.

namespace aifp::helpers::workflow {

/// A directive's action as `Step(...)`. Errors: invalid_input (a kind no program can perform, a
/// template that cannot be carried over), not_found (an API or channel the settings do not have).
[[nodiscard]] Result<std::string> write_step(const model::Action& action,
                                             const config::Settings& settings,
                                             PythonValues& values);

/// A condition as `Condition(...)`. Errors: invalid_input.
[[nodiscard]] Result<std::string> write_condition(const model::Condition& condition,
                                                  PythonValues& values);

/// Items as a Python tuple over several lines.
[[nodiscard]] std::string tuple_text(const std::vector<std::string>& items);

}  // namespace aifp::helpers::workflow
