#include "engine/trigger_values.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"

namespace aifp::engine {

Result<std::string> render_variables(const CompiledDirective& compiled,
                                     expression::Sandbox& sandbox,
                                     RunScope& scope) {
    if (compiled.variables.empty()) {
        return std::string();
    }
    boost::json::object vars;
    for (const auto& [name, value] : compiled.variables) {
        auto rendered = value.is_literal() ? Result<boost::json::value>(value.literal())
                                           : sandbox.render_value(value, scope);
        if (!rendered) {
            return fail(rendered.error().with_context(fmt::format("variables: {}", name)));
        }
        vars[name] = std::move(*rendered);
        scope.set_vars(vars);
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
