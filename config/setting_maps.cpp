#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/setting_readers.hpp"
#include "document/scalar.hpp"

namespace aifp::config {
namespace {

// RFC 9110, 5.6.2: the characters of a header's name.
bool is_header_name(std::string_view text) noexcept {
    constexpr std::string_view kAllowed =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

template <class Owner>
void read_headers(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::mapping) {
        report.error(node.mark,
                     fmt::format("{} must be a map of names and texts, not {}",
                                 document::quoted(name),
                                 document::describe_type(node.type)));
        return;
    }
    for (const Node::Member& member : node.members) {
        const auto value = document::read_text_or_secret(report, *member.value, member.key);
        const bool breaks_line =
            value && value->is_string() &&
            value->as_string().find_first_of("\r\n") != boost::json::string::npos;
        if (!is_header_name(member.key) || breaks_line) {
            report.error(member.key_mark,
                         fmt::format("{} is no header", document::quoted(member.key)),
                         "a name has letters, digits and dashes, a value has one line");
        } else if (value) {
            owner.headers.insert_or_assign(member.key, *value);
        }
    }
}

void read_base_url(Api& api, Report& report, const Node& node, std::string_view name) {
    const auto text = document::read_text(report, node, name);
    if (text && !is_http_url(*text)) {
        refuse_url(report, node, *text);
    }
    api.base_url = text.value_or(std::string());
}

void read_timeout(Api& api, Report& report, const Node& node, std::string_view name) {
    const document::DurationRange range{Milliseconds(1), std::chrono::hours(1)};
    api.timeout = document::read_duration(report, node, name, range).value_or(api.timeout);
}

void read_log(Channel& channel, Report& report, const Node& node, std::string_view name) {
    const auto value = document::read_boolean(report, node, name);
    if (value && !*value) {
        report.error(node.mark, "a channel cannot be \"log: false\"", "remove the channel");
    }
    channel.kind = Channel::Kind::log;
}

void read_http(Channel& channel, Report& report, const Node& node, std::string_view name) {
    auto url = document::read_text_or_secret(report, node, name);
    if (url && url->is_string() && !is_http_url(url->as_string())) {
        refuse_url(report, node, url->as_string());
    }
    channel.kind = Channel::Kind::http;
    channel.url = url.value_or(boost::json::value());
}

void read_command(Channel& channel, Report& report, const Node& node, std::string_view name) {
    auto words = document::read_texts(report, node, name);
    if (words && (node.type != Node::Type::sequence || words->empty() || words->front().empty())) {
        report.error(node.mark,
                     "a command is a list of the program and its arguments",
                     "write it like [notify-send, \"From the engine\"]");
    }
    channel.kind = Channel::Kind::command;
    channel.command = words.value_or(std::vector<std::string>());
}

// Exactly one of log, http, command; headers only beside http.
void check_channel(Report& report, const Node::Member& member) {
    constexpr std::array<std::string_view, 3> kKinds = {"log", "http", "command"};
    const Node& node = *member.value;
    const auto kinds = std::count_if(kKinds.begin(), kKinds.end(), [&node](std::string_view kind) {
        return node.find(kind) != nullptr;
    });
    if (node.type == Node::Type::mapping && kinds != 1) {
        report.error(member.key_mark,
                     fmt::format("channel {} must have exactly one of log, http, command",
                                 document::quoted(member.key)),
                     "write {log: true}, {http: URL} or {command: [PROGRAM, ...]}");
    } else if (node.find("headers") != nullptr && node.find("http") == nullptr) {
        report.error(
            member.key_mark,
            fmt::format("channel {} has headers, but no http", document::quoted(member.key)));
    }
}

// The members of a map of NAME -> Entry.
template <class Entry>
void read_named(std::map<std::string, Entry>& entries,
                std::span<const SettingRow<Entry>> rows,
                Report& report,
                const Node::Member& member) {
    Entry entry;
    read_rows(rows, entry, report, *member.value, member.key);
    entries.insert_or_assign(member.key, std::move(entry));
}

}  // namespace

bool is_http_url(std::string_view text) noexcept {
    const bool has_scheme = text.starts_with("http://") || text.starts_with("https://");
    return text.find_first_of(" \t\r\n") == std::string_view::npos &&
           ((has_scheme && text.size() > text.find("//") + 2) || text.starts_with("${"));
}

void refuse_url(Report& report, const Node& node, std::string_view text) {
    report.error(node.mark,
                 fmt::format("{} is no URL", document::quoted(text)),
                 "write it like \"http://lamp.local/\" or \"https://example.org/api\"");
}

bool check_map(Report& report, const Node& node, std::string_view name) {
    if (node.type == Node::Type::mapping) {
        return true;
    }
    report.error(node.mark,
                 fmt::format("{} must be a map of names, not {}",
                             document::quoted(name),
                             document::describe_type(node.type)));
    return false;
}

bool check_name(Report& report, const Node::Member& member, std::string_view what) {
    if (!is_plain_name(member.key)) {
        report.error(member.key_mark,
                     fmt::format("{} cannot name {}", document::quoted(member.key), what),
                     "a name has up to 64 letters, digits, \"_\", \"-\" and \".\"");
        return false;
    }
    return true;
}

void read_apis(Settings& settings, Report& report, const Node& node, std::string_view name) {
    if (!check_map(report, node, name)) {
        return;
    }
    for (const Node::Member& member : node.members) {
        if (!check_name(report, member, "an API")) {
            continue;
        }
        read_named(settings.apis, api_rows(), report, member);
        if (member.value->type == Node::Type::mapping &&
            member.value->find("base_url") == nullptr) {
            report.error(member.key_mark,
                         fmt::format("API {} needs a base_url", document::quoted(member.key)));
        }
    }
}

void read_channels(Settings& settings, Report& report, const Node& node, std::string_view name) {
    if (!check_map(report, node, name)) {
        return;
    }
    for (const Node::Member& member : node.members) {
        if (check_name(report, member, "a channel")) {
            read_named(settings.notify, channel_rows(), report, member);
            check_channel(report, member);
        }
    }
}

std::span<const SettingRow<Api>> api_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Api>{
            "base_url", "text", "URL", "", "Stands in front of an action's path", read_base_url},
        SettingRow<Api>{"headers",
                        "map",
                        "texts or !secret",
                        "{}",
                        "Sent with every request",
                        read_headers<Api>},
        SettingRow<Api>{
            "timeout", "duration", "", "30s", "Of an action that names none", read_timeout},
    };
    return kRows;
}

std::span<const SettingRow<Channel>> channel_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Channel>{"log", "boolean", "", "", "true: a line in the log", read_log},
        SettingRow<Channel>{"http", "text", "URL or !secret", "", "A POST to this URL", read_http},
        SettingRow<Channel>{"headers",
                            "map",
                            "texts or !secret",
                            "{}",
                            "Sent with the POST",
                            read_headers<Channel>},
        SettingRow<Channel>{"command",
                            "list",
                            "program and arguments",
                            "",
                            "A program and its arguments; the message is its standard input",
                            read_command},
    };
    return kRows;
}

}  // namespace aifp::config
