#include <fmt/format.h>

#include <array>

#include "base/enum_names.hpp"
#include "config/setting_rows.hpp"

namespace aifp::config {
namespace {

using document::Node;
using document::Report;

template <bool Prompts::*kMember>
void read_switch(Prompts& prompts, Report& report, const Node& node, std::string_view name) {
    prompts.*kMember = document::read_boolean(report, node, name).value_or(prompts.*kMember);
}

// null: as if it were not there.
void read_global(Prompts& prompts, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::null) {
        prompts.global_system_prompt =
            document::read_text(report, node, name).value_or(std::string());
    }
}

void read_provider(Prompts& prompts, Report& report, const Node& node, std::string_view name) {
    const std::array names = {name_of(SiteProvider::local), name_of(SiteProvider::none)};
    if (const auto index = document::read_choice(report, node, name, names)) {
        prompts.site_context = static_cast<SiteProvider>(*index);
    }
}

// The rule, or nothing and it is told: half a rule would keep away or let through the wrong ones.
void read_rule(Prompts& prompts, Report& report, const Node& node) {
    const std::size_t errors = report.error_count();
    document::Fields fields(report, node, "a rule of \"policy\"");
    PromptRule rule;
    rule.agents = fields.read(document::read_texts, "agents").value_or(rule.agents);
    rule.deny = fields.read(document::read_texts, "deny").value_or(rule.deny);
    rule.allow_only = fields.read(document::read_texts, "allow_only").value_or(rule.allow_only);
    fields.finish();
    if (report.error_count() == errors && rule.deny.empty() == rule.allow_only.empty()) {
        report.error(node.mark,
                     "a rule of \"policy\" needs exactly one of deny, allow_only",
                     "write it like {agents: [chat], deny: [global_system_prompt]}");
    }
    if (report.error_count() == errors) {
        prompts.policy.push_back(std::move(rule));
    }
}

void read_policy(Prompts& prompts, Report& report, const Node& node, std::string_view) {
    prompts.policy.clear();
    for (const Node* item : document::items_of(node)) {
        read_rule(prompts, report, *item);
    }
}

}  // namespace

std::string_view name_of(SiteProvider provider) noexcept {
    constexpr EnumNames<2> kNames = {"local", "none"};
    return name_in(kNames, provider);
}

std::span<const SettingRow<Prompts>> prompts_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Prompts>{"enabled",
                            "boolean",
                            "",
                            "true",
                            "false: requests to an AI carry no prompt directives at all",
                            read_switch<&Prompts::enabled>},
        SettingRow<Prompts>{"global_system_prompt",
                            "text",
                            "",
                            "",
                            "Said to all AI agents in every request",
                            read_global},
        SettingRow<Prompts>{"site_context_enabled",
                            "boolean",
                            "",
                            "true",
                            "Whether AI agents are told what this project consists of",
                            read_switch<&Prompts::site_context_enabled>},
        SettingRow<Prompts>{"site_context",
                            "choice",
                            "local, none",
                            "local",
                            "Where the site context comes from",
                            read_provider},
        SettingRow<Prompts>{"policy",
                            "list",
                            "rules {agents, deny or allow_only}",
                            "[]",
                            "Which prompt directives an agent is not given",
                            read_policy},
    };
    return kRows;
}

}  // namespace aifp::config
