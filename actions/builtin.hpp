#pragma once

#include <memory>

#include "actions/factory.hpp"

// One factory per kind; each kind is one file. Errors: as make_action().

namespace aifp::actions {

using MadeAction = Result<std::unique_ptr<Action>>;

[[nodiscard]] MadeAction make_log(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_set(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_emit(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_notify(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_http_request(const model::Action& action, const Services& services);
/// Both `command` (program and arguments) and `shell` (text for /bin/sh -c).
[[nodiscard]] MadeAction make_command(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_run(const model::Action& action, const Services& services);
[[nodiscard]] MadeAction make_ai(const model::Action& action, const Services& services);

/// `${NAME}` and secrets resolved, then compiled. Errors: as make_action().
[[nodiscard]] Result<expression::CompiledValue> compile_argument(const boost::json::value& value,
                                                                 const Services& services);

/// An argument for this run. Errors: denied for an environment variable that is not declared, else
/// invalid_input: that a name is not defined is a fault of the template (class `template`), not of
/// what the action needs.
[[nodiscard]] Result<boost::json::value> render_argument(expression::Sandbox& sandbox,
                                                         const expression::CompiledValue& value,
                                                         const expression::Scope& scope);

/// Tells who listens what the step is about to do; `make` gives it, and is only called then.
template <class Make>
void note(const RunContext& context, const Make& make) {
    if (context.notes != nullptr) {
        context.notes->rendered(make());
    }
}

/// An action that ends within the call: the result is passed on and there is nothing to cancel.
[[nodiscard]] Cancel end_now(const Done& done, StepResult result);

}  // namespace aifp::actions
