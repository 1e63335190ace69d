#include "config/setting_readers.hpp"

#include <fmt/format.h>

#include <array>

#include "base/enum_names.hpp"

namespace aifp::config {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::uint64_t kKibibyte = 1 << 10;
constexpr std::uint64_t kMebibyte = 1 << 20;

template <auto kMember>
void read_address(Settings& settings, Report& report, const Node& node, std::string_view name) {
    const auto text = document::read_text(report, node, name);
    if (text && !is_listen_address(*text)) {
        report.error(node.mark,
                     fmt::format("{} is no address to listen on", document::quoted(*text)),
                     "write it like \"127.0.0.1:7717\" or \"[::1]:7717\"; port 0 takes a free one");
    } else if (text) {
        settings.*kMember = *text;
    }
}

// What a path can be put behind.
void read_public_url(Settings& settings, Report& report, const Node& node, std::string_view name) {
    read_url<&Settings::hooks_public_url>(settings, report, node, name);
    if (settings.hooks_public_url.find_first_of("?#") != std::string::npos) {
        refuse_url(report, node, settings.hooks_public_url);
        settings.hooks_public_url.clear();
    }
}

template <auto kMember>
void read_rate(Settings& settings, Report& report, const Node& node, std::string_view name) {
    const auto text = document::read_text(report, node, name);
    const auto rate = text ? parse_rate(*text) : Result<Rate>(settings.*kMember);
    if (!rate) {
        report.error(node.mark, rate.error().detail(), "write it like \"1000/10s\"");
    } else {
        settings.*kMember = *rate;
    }
}

std::string hint_for(std::string_view list) {
    if (list == "env") {
        return "write names of environment variables";
    }
    if (list == "hosts") {
        return "write names such as nas.home, without a port";
    }
    return list == "scope" ? "write some of read, author, operate, approve"
                           : "write addresses such as \"10.0.0.1\" or \"10.0.0.0/8\"";
}

// A list of texts that each pass `is_good`.
template <auto kMember, auto kIsGood>
void read_list(Settings& settings, Report& report, const Node& node, std::string_view name) {
    settings.*kMember = {};
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(report, *item, name);
        if (text && !kIsGood(*text)) {
            report.error(item->mark,
                         fmt::format("{} cannot stand in {}", document::quoted(*text), name),
                         hint_for(name));
        } else if (text) {
            (settings.*kMember).push_back(*text);
        }
    }
}

void read_name(Settings& settings, Report& report, const Node& node, std::string_view name) {
    if (node.type == document::Node::Type::null) {
        return;  // as if it were not there: from the folder's name
    }
    const auto text = document::read_text(report, node, name);
    if (text && !is_project_name(*text)) {
        report.error(node.mark,
                     fmt::format("{} cannot be the name of a project", document::quoted(*text)),
                     "write a-z, 0-9, _, . and -, at most 64 of them, a letter or a digit first");
    } else if (text) {
        settings.name = *text;
    }
}

void read_timezone(Settings& settings, Report& report, const Node& node, std::string_view name) {
    const auto text = document::read_text(report, node, name);
    if (!text) {
        return;
    }
    const auto zone = TimeZone::load(*text);
    if (!zone) {
        report.error(node.mark, zone.error().detail(), "write a name such as Europe/Berlin or UTC");
        return;
    }
    settings.timezone = *zone;
    settings.timezone_given = true;
}

template <auto kMember, auto kRows>
void read_section(Settings& settings, Report& report, const Node& node, std::string_view name) {
    read_rows(kRows(), settings.*kMember, report, node, name);
}

// A section whose keys are members of Settings itself.
template <auto kRows>
void read_own_section(Settings& settings, Report& report, const Node& node, std::string_view name) {
    read_rows(kRows(), settings, report, node, name);
}

constexpr std::array kSettingsRows = {
    SettingRow<Settings>{"name",
                         "text",
                         "",
                         "",
                         "Of the project, in URLs (/p/NAME); without it, from the folder's name",
                         read_name},
    SettingRow<Settings>{"approval",
                         "choice",
                         "required, owner_files, off",
                         "owner_files",
                         "Whose directives run without a yes",
                         read_choice<&Settings::approval, 3>},
    SettingRow<Settings>{"durability",
                         "choice",
                         "full, normal",
                         "full",
                         "full: a ledger row is on disk before the caller is answered",
                         read_choice<&Settings::durability, 2>},
    SettingRow<Settings>{"timezone",
                         "text",
                         "IANA name",
                         "",
                         "Zone of directives that name none; without it, the machine's",
                         read_timezone},
    SettingRow<Settings>{"latitude",
                         "number",
                         "degrees",
                         "",
                         "Where the sun is looked at; north is positive",
                         read_number<&Settings::latitude, -90, 90>},
    SettingRow<Settings>{"longitude",
                         "number",
                         "degrees",
                         "",
                         "East is positive",
                         read_number<&Settings::longitude, -180, 180>},
    SettingRow<Settings>{"elevation_m",
                         "number",
                         "metres",
                         "0",
                         "Height above the land around: the sun rises earlier there",
                         read_number<&Settings::elevation_m, 0, 9'000>},
    SettingRow<Settings>{"traces",
                         "choice",
                         "all, failed, off",
                         "failed",
                         "Which runs leave their steps in the store (aifp trace)",
                         read_choice<&Settings::traces, 3>},
    SettingRow<Settings>{"apis", "map", "", "{}", "Services that actions call by name", read_apis},
    SettingRow<Settings>{
        "notify", "map", "", "{default: {log: true}}", "Channels of notify", read_channels},
    SettingRow<Settings>{"notices",
                         "map",
                         "",
                         "{}",
                         "What people are told of directives",
                         read_section<&Settings::notices, notice_rows>},
    SettingRow<Settings>{"calendars",
                         "map",
                         "lists of dates, weekdays, times",
                         "{}",
                         "Days and times that directives include or exclude (docs/flow.md)",
                         read_calendars},
    SettingRow<Settings>{"blackout",
                         "list",
                         "names of calendars",
                         "[]",
                         "While one of them holds, no directive starts by itself",
                         read_blackout},
    SettingRow<Settings>{"env",
                         "list",
                         "",
                         "[]",
                         "Environment variables that env(NAME) may read",
                         read_list<&Settings::env, is_variable_name>},
    SettingRow<Settings>{"limits",
                         "map",
                         "",
                         "{}",
                         "Bounds that keep the engine small",
                         read_section<&Settings::limits, limits_rows>},
    SettingRow<Settings>{"retention",
                         "map",
                         "",
                         "{}",
                         "How long the ledger is kept",
                         read_section<&Settings::retention, retention_rows>},
    SettingRow<Settings>{
        "admin", "map", "", "{}", "The admin endpoint", read_own_section<admin_rows>},
    SettingRow<Settings>{
        "hooks", "map", "", "{}", "Where webhooks come in", read_own_section<hooks_rows>},
    SettingRow<Settings>{
        "mcp", "map", "", "{}", "What AI assistants may do", read_own_section<mcp_rows>},
    SettingRow<Settings>{"prompts",
                         "map",
                         "",
                         "{}",
                         "What stands in front of every request to an AI (docs/prompts.md)",
                         read_section<&Settings::prompts, prompts_rows>},
    SettingRow<Settings>{"llm",
                         "map",
                         "",
                         "{}",
                         "The AI that is asked (docs/llm.md)",
                         read_section<&Settings::llm, llm_rows>},
    SettingRow<Settings>{"chat",
                         "map",
                         "",
                         "{}",
                         "How far the chat agent goes (docs/agents.md)",
                         read_section<&Settings::chat, chat_rows>},
    SettingRow<Settings>{"codegen",
                         "map",
                         "",
                         "{}",
                         "How far an AI goes to write a program (docs/agents.md)",
                         read_section<&Settings::codegen, codegen_rows>},
};

}  // namespace

std::span<const SettingRow<Settings>> settings_rows() noexcept {
    return kSettingsRows;
}

namespace {

constexpr std::array kLimitsRows = {
    SettingRow<Limits>{"max_concurrent_runs",
                       "integer",
                       "runs",
                       "64",
                       "Runs at the same time, over all directives",
                       read_integer<&Limits::max_concurrent_runs, 1, 10'000>},
    SettingRow<Limits>{"max_queued_runs",
                       "integer",
                       "runs",
                       "10000",
                       "Runs that wait, over all directives",
                       read_integer<&Limits::max_queued_runs, 0, kMillion>},
    SettingRow<Limits>{"max_own_starts_per_minute",
                       "integer",
                       "starts",
                       "50",
                       "A directive whose own runs start it more often is paused; 0: never",
                       read_integer<&Limits::max_own_starts_per_minute, 0, kMillion>},
    SettingRow<Limits>{"max_starts_per_minute",
                       "integer",
                       "starts",
                       "30000",
                       "A directive that is started more often is paused; 0: never",
                       read_integer<&Limits::max_starts_per_minute, 0, kMillion>},
    SettingRow<Limits>{"max_file_size",
                       "size",
                       "bytes",
                       "1 MiB",
                       "Largest directive file",
                       read_size<&Limits::max_file_size, kKibibyte, 64 * kMebibyte>},
    SettingRow<Limits>{"max_payload",
                       "size",
                       "bytes",
                       "1 MiB",
                       "Largest body of a webhook that names no max_body",
                       read_size<&Limits::max_payload, 0, 64 * kMebibyte>},
    SettingRow<Limits>{"max_output",
                       "size",
                       "bytes",
                       "64 KiB",
                       "Kept of what a program writes",
                       read_size<&Limits::max_output, 0, 64 * kMebibyte>},
    SettingRow<Limits>{"max_state_entries",
                       "integer",
                       "names",
                       "10000",
                       "Names in the project's state",
                       read_integer<&Limits::max_state_entries, 0, kMillion>},
    SettingRow<Limits>{"expression_instructions",
                       "integer",
                       "instructions",
                       "100000",
                       "How long one expression may compute",
                       read_integer<&Limits::expression_instructions, 1'000, 1'000 * kMillion>},
    SettingRow<Limits>{"expression_memory",
                       "size",
                       "bytes",
                       "4 MiB",
                       "Memory of the expressions",
                       read_size<&Limits::expression_memory, 256 * kKibibyte, 1024 * kMebibyte>},
};

}  // namespace

std::span<const SettingRow<Limits>> limits_rows() noexcept {
    return kLimitsRows;
}

std::span<const SettingRow<Retention>> retention_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Retention>{"ledger_days",
                              "integer",
                              "days",
                              "90",
                              "Older rows of the ledger are removed",
                              read_integer<&Retention::ledger_days, 1, 36'500>},
        SettingRow<Retention>{"ledger_rows",
                              "integer",
                              "rows",
                              "1000000",
                              "More rows of the ledger than this are removed, the oldest first",
                              read_integer<&Retention::ledger_rows, 1'000, 1'000 * kMillion>},
    };
    return kRows;
}

std::span<const SettingRow<Settings>> admin_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Settings>{"address",
                             "text",
                             "address:port",
                             "127.0.0.1:7717",
                             "Where the admin endpoint listens, beside the unix socket",
                             read_address<&Settings::admin_address>},
        SettingRow<Settings>{"hosts",
                             "list",
                             "names",
                             "[]",
                             "Names that it is asked for by, besides localhost and addresses",
                             read_list<&Settings::admin_hosts, is_plain_name>},
        SettingRow<Settings>{"rate",
                             "rate",
                             "requests",
                             "1000/10s",
                             "Of each client (a token, a user); more are told 429",
                             read_rate<&Settings::admin_rate>},
    };
    return kRows;
}

std::span<const SettingRow<Settings>> hooks_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Settings>{"listen",
                             "text",
                             "address:port",
                             "127.0.0.1:7718",
                             "Where webhooks come in",
                             read_address<&Settings::hooks_listen>},
        SettingRow<Settings>{"public_url",
                             "text",
                             "URL",
                             "",
                             "Where that is reached from outside, for the links of approvals; "
                             "without it, where it listens",
                             read_public_url},
        SettingRow<Settings>{"trusted_proxies",
                             "list",
                             "addresses and CIDR ranges",
                             "[]",
                             "Proxies whose X-Forwarded-For is believed",
                             read_list<&Settings::trusted_proxies, is_network>},
    };
    return kRows;
}

std::span<const SettingRow<Settings>> mcp_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Settings>{"scope",
                             "list",
                             "read, author, operate, approve",
                             "[read, author]",
                             "What an AI assistant may do; without approve it can only propose",
                             read_list<&Settings::mcp_scope, is_scope_name>},
    };
    return kRows;
}

}  // namespace aifp::config
