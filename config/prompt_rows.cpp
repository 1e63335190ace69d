#include <fmt/format.h>

#include <array>

#include "base/enum_names.hpp"
#include "config/setting_readers.hpp"

namespace aifp::config {
namespace {

void read_wordpress(Prompts& prompts, Report& report, const Node& node, std::string_view name) {
    read_rows(wordpress_rows(), prompts.wordpress, report, node, name);
}

void read_folders(Prompts& prompts, Report& report, const Node& node, std::string_view name) {
    if (auto folders = document::read_texts(report, node, name)) {
        prompts.context_folders = std::move(*folders);
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
    constexpr EnumNames<3> kNames = {"local", "none", "wordpress"};
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
                            read_plain_text<&Prompts::global_system_prompt>},
        SettingRow<Prompts>{"site_context_enabled",
                            "boolean",
                            "",
                            "true",
                            "Whether AI agents are told what this project consists of",
                            read_switch<&Prompts::site_context_enabled>},
        SettingRow<Prompts>{"site_context",
                            "choice",
                            "local, none, wordpress",
                            "local",
                            "Where the site context comes from",
                            read_choice<&Prompts::site_context, 3>},
        SettingRow<Prompts>{"policy",
                            "list",
                            "rules {agents, deny or allow_only}",
                            "[]",
                            "Which prompt directives an agent is not given",
                            read_policy},
        SettingRow<Prompts>{
            "wordpress", "map", "", "{}", "The site of site_context: wordpress", read_wordpress},
        SettingRow<Prompts>{"context_folders",
                            "list",
                            "folders",
                            "[context]",
                            "Where context files may lie; relative ones below the project",
                            read_folders},
    };
    return kRows;
}

std::span<const SettingRow<WordPress>> wordpress_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<WordPress>{
            "url", "text", "URL", "", "Of the site's front page", read_url<&WordPress::url>},
        SettingRow<WordPress>{"user",
                              "text",
                              "",
                              "",
                              "Login name; without it, what the site shows to everybody",
                              read_plain_text<&WordPress::user>},
        SettingRow<WordPress>{"password",
                              "text",
                              "!secret",
                              "",
                              "An application password of that user",
                              read_secret<&WordPress::password>},
        SettingRow<WordPress>{"events_secret",
                              "text",
                              "!secret",
                              "",
                              "Signs what the site tells of changes; without it, nothing is taken",
                              read_secret<&WordPress::events_secret>},
        SettingRow<WordPress>{"poll",
                              "duration",
                              "",
                              "5m",
                              "How often the site is looked at for changes; 0: never",
                              read_seconds<&WordPress::poll, 0, 86'400>},
        SettingRow<WordPress>{"max_age",
                              "duration",
                              "",
                              "1h",
                              "After it the site is read anew, whatever was told",
                              read_seconds<&WordPress::max_age, 60, 604'800>},
        SettingRow<WordPress>{"ca_file",
                              "text",
                              "file",
                              "",
                              "Certificates to trust besides the system's",
                              read_plain_text<&WordPress::ca_file>},
        SettingRow<WordPress>{"allow_plain_http",
                              "boolean",
                              "",
                              "false",
                              "true: the password may travel unencrypted to another machine",
                              read_switch<&WordPress::allow_plain_http>},
    };
    return kRows;
}

void check_site(const Settings& settings, document::Report& report, const document::Node& root) {
    const Node* const prompts = root.find("prompts");
    const Node* const provider = prompts == nullptr ? nullptr : prompts->find("site_context");
    const bool is_remote = settings.prompts.site_context == SiteProvider::wordpress;
    if (provider != nullptr && is_remote && settings.prompts.wordpress.url.empty()) {
        report.error(provider->mark,
                     "\"site_context: wordpress\" needs to know the site",
                     "write \"wordpress: {url: \"https://example.org\"}\" beside it");
    }
}

}  // namespace aifp::config
