#include "actions/factory.hpp"

#include <fmt/format.h>

#include <array>

#include "actions/builtin.hpp"

namespace aifp::actions {
namespace {

constexpr Milliseconds kInProcess = Seconds(30);
constexpr Milliseconds kNetwork = Seconds(30);
constexpr Milliseconds kProgram = std::chrono::minutes(10);
constexpr Milliseconds kAnswer = std::chrono::minutes(10);

constexpr std::array kRows{
    ActionRow{"http_request", make_http_request, kNetwork},
    ActionRow{"command", make_command, kProgram},
    ActionRow{"shell", make_command, kProgram},
    ActionRow{"log", make_log, kInProcess},
    ActionRow{"set", make_set, kInProcess},
    ActionRow{"emit", make_emit, kInProcess},
    ActionRow{"notify", make_notify, kNetwork},
    ActionRow{"run", make_run, kProgram},
    ActionRow{"ai", make_ai, kAnswer},
};

const ActionRow* find_row(std::string_view kind) {
    for (const auto& row : kRows) {
        if (row.kind == kind) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace

std::span<const ActionRow> action_rows() noexcept {
    return kRows;
}

Result<std::unique_ptr<Action>> make_action(const model::Action& action, const Services& services) {
    const auto* row = find_row(action.kind);
    if (row == nullptr) {
        return fail(ErrorCode::invalid_input, fmt::format("unknown action {}", action.kind));
    }
    auto made = row->make(action, services);
    if (!made) {
        return fail(made.error().with_context(action.kind));
    }
    return made;
}

Milliseconds timeout_of(const model::Action& action) noexcept {
    if (action.timeout) {
        return *action.timeout;
    }
    const auto* row = find_row(action.kind);
    return row != nullptr ? row->default_timeout : kInProcess;
}

Result<expression::CompiledValue> compile_argument(const boost::json::value& value,
                                                   const Services& services) {
    auto resolved = services.resolver.value(value);
    if (!resolved) {
        return fail(std::move(resolved).error());
    }
    return services.sandbox.compile_value(*resolved);
}

Result<boost::json::value> render_argument(expression::Sandbox& sandbox,
                                           const expression::CompiledValue& value,
                                           const expression::Scope& scope) {
    auto rendered = sandbox.render_value(value, scope);
    if (!rendered && rendered.error().code() == ErrorCode::not_found) {
        return fail(ErrorCode::invalid_input, rendered.error().detail());
    }
    return rendered;
}

Cancel end_now(const Done& done, StepResult result) {
    done(std::move(result));
    return {};
}

}  // namespace aifp::actions
