#include "prompts/context.hpp"

#include <array>

namespace aifp::prompts {
namespace {

using Value = std::optional<std::string>;

Value present(const std::string& text) {
    return text.empty() ? std::nullopt : Value(text);
}

Value present(const std::optional<std::int64_t>& number) {
    return number ? Value(std::to_string(*number)) : std::nullopt;
}

Value pipeline_id(const Context& context) {
    const bool is_known = context.pipeline && *context.pipeline != nullptr;
    return is_known ? Value(std::to_string((*context.pipeline)->id)) : std::nullopt;
}

struct Row {
    std::string_view key;
    Value (*read)(const Context& context);
};
constexpr std::array kRows = {
    Row{"agent", [](const Context& context) { return present(context.agent); }},
    Row{"provider", [](const Context& context) { return present(context.provider); }},
    Row{"model", [](const Context& context) { return present(context.model); }},
    Row{"job_id", [](const Context& context) { return present(context.job_id); }},
    Row{"user_id", [](const Context& context) { return present(context.user_id); }},
    Row{"session_id", [](const Context& context) { return context.session_id; }},
    Row{"step_id", [](const Context& context) { return context.step_id; }},
    Row{"directive", [](const Context& context) { return context.directive; }},
    Row{"pipeline_id", pipeline_id},
};

}  // namespace

std::span<const std::string_view> context_keys() noexcept {
    static constexpr auto kKeys = [] {
        std::array<std::string_view, kRows.size()> keys;
        for (std::size_t i = 0; i < kRows.size(); ++i) {
            keys[i] = kRows[i].key;
        }
        return keys;
    }();
    return kKeys;
}

std::optional<std::string> find_value(const Context& context, std::string_view key) {
    for (const Row& row : kRows) {
        if (row.key == key) {
            return row.read(context);
        }
    }
    return std::nullopt;
}

}  // namespace aifp::prompts
