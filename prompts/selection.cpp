#include "prompts/selection.hpp"

#include <algorithm>

namespace aifp::prompts {
namespace {

bool has_name(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<const PromptDirective*> chosen(std::string_view agent,
                                           std::span<const PromptDirective> directives) {
    std::vector<const PromptDirective*> list;
    for (const PromptDirective& directive : directives) {
        if (speaks_to(directive, agent)) {
            list.push_back(&directive);
        }
    }
    std::stable_sort(list.begin(), list.end(), [](const auto* left, const auto* right) {
        return left->priority < right->priority;
    });
    return list;
}

std::string suppression(const PromptDirective& directive,
                        const Context& context,
                        const Policy& policy) {
    if (!policy.enabled) {
        return "prompt directives are switched off";
    }
    for (const config::PromptRule& rule : policy.rules) {
        if (!rule.agents.empty() && !has_name(rule.agents, context.agent)) {
            continue;
        }
        if (has_name(rule.deny, directive.id)) {
            return "denied by policy";
        }
        if (!rule.allow_only.empty() && !has_name(rule.allow_only, directive.id)) {
            return "policy allows others only";
        }
    }
    return unmet_condition(directive.when, context).value_or("");
}

bool wants_site(const Context& context,
                std::span<const PromptDirective> directives,
                const Policy& policy) {
    if (!context.settings.site_context_enabled ||
        context.settings.site_context == config::SiteProvider::none) {
        return false;
    }
    return std::any_of(directives.begin(), directives.end(), [&](const PromptDirective& each) {
        return each.reads_site && speaks_to(each, context.agent) &&
               suppression(each, context, policy).empty();
    });
}

}  // namespace aifp::prompts
