#include "engine/trigger_values.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"

namespace aifp::engine {

namespace {

Status render_some(const CompiledDirective::Variables& variables,
                   expression::Sandbox& sandbox,
                   RunScope& scope,
                   boost::json::object& vars) {
    for (const auto& [name, value] : variables) {
        auto rendered = value.is_literal() ? Result<boost::json::value>(value.literal())
                                           : sandbox.render_value(value, scope);
        if (!rendered) {
            return fail(rendered.error().with_context(fmt::format("variables: {}", name)));
        }
        vars[name] = std::move(*rendered);
        scope.set_vars(vars);
    }
    return {};
}

}  // namespace

// The trigger's own come first: the directive's may read them. (reference/semantics.md 3.5)
Result<std::string> render_variables(const CompiledDirective& compiled,
                                     expression::Sandbox& sandbox,
                                     RunScope& scope) {
    static const CompiledDirective::Variables kNone;
    const auto index = scope.event().trigger_index;
    const bool by_trigger = scope.event().cause != "manual" && scope.event().cause != "call";
    const auto& own = by_trigger && index < compiled.trigger_variables.size()
                          ? compiled.trigger_variables[index]
                          : kNone;
    if (compiled.variables.empty() && own.empty()) {
        return std::string();
    }
    boost::json::object vars;
    for (const auto* variables : {&own, &compiled.variables}) {
        if (auto rendered = render_some(*variables, sandbox, scope, vars); !rendered) {
            return fail(std::move(rendered).error());
        }
    }
    auto text = json_text(vars);
    if (text.size() > kMaxVariablesBytes) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("variables: they are {} KiB large; at most {} KiB are kept",
                                text.size() / 1024,
                                kMaxVariablesBytes / 1024));
    }
    return text;
}

Result<std::string> render_key(const CompiledDirective& compiled,
                               expression::Sandbox& sandbox,
                               const RunScope& scope) {
    if (!compiled.key) {
        return std::string();
    }
    auto key = sandbox.render(*compiled.key, scope);
    if (!key) {
        return fail(key.error().with_context("key"));
    }
    if (key->size() > kMaxKeyBytes) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format(
                "key: it is {} bytes long; at most {} are allowed", key->size(), kMaxKeyBytes));
    }
    return key;
}

}  // namespace aifp::engine
