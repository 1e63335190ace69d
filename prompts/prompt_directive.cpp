#include "prompts/prompt_directive.hpp"

#include <algorithm>
#include <array>

#include "base/enum_names.hpp"
#include "base/text.hpp"

namespace aifp::prompts {
namespace {

constexpr std::size_t kMaxIdBytes = 64;

template <class List, class Value>
bool contains(const List& list, const Value& value) noexcept {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::string_view name_of(Trust trust) noexcept {
    constexpr EnumNames<4> kNames = {"engine", "owner", "site", "external"};
    return name_in(kNames, trust);
}

std::string_view name_of(Volatility volatility) noexcept {
    constexpr EnumNames<4> kNames = {"fixed", "config", "session", "turn"};
    return name_in(kNames, volatility);
}

bool speaks_to(const PromptDirective& directive, std::string_view agent) noexcept {
    return contains(directive.agents, "all") || contains(directive.agents, agent);
}

std::optional<std::string> unmet_condition(const When& when, const Context& context) {
    if (!when.providers.empty() && !contains(when.providers, context.provider)) {
        return "provider is not " + join(when.providers, " or ");
    }
    for (const std::string& name : when.tools) {
        const bool is_offered =
            std::any_of(context.tools.begin(), context.tools.end(), [&name](const Tool& tool) {
                return tool.name == name;
            });
        if (!is_offered) {
            return "no tool " + name;
        }
    }
    for (const std::string& key : when.has) {
        if (!find_value(context, key)) {
            return "no " + key;
        }
    }
    return std::nullopt;
}

std::span<const std::string_view> known_agents() noexcept {
    static constexpr std::array<std::string_view, 4> kAgents = {
        "all", "chat", "pipeline", "codegen"};
    return kAgents;
}

bool is_prompt_id(std::string_view text) noexcept {
    const auto fits = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '_' || letter == '.' || letter == '-';
    };
    return !text.empty() && text.size() <= kMaxIdBytes &&
           std::all_of(text.begin(), text.end(), fits);
}

}  // namespace aifp::prompts
