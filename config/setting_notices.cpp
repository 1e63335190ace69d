#include <fmt/format.h>

#include <array>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "config/setting_rows.hpp"

// The section `notices` of engine.yaml (docs/notices.md).

namespace aifp::config {
namespace {

using document::Node;
using document::Report;

constexpr document::DurationRange kSpan{Milliseconds(0), std::chrono::hours(24 * 7)};
// Without one of this name nobody is told: that is no mistake.
constexpr std::string_view kUsualChannel = "alerts";
constexpr document::DurationRange kLimit{Milliseconds(1'000), std::chrono::hours(24 * 366)};

void read_events(Notices& notices, Report& report, const Node& node, std::string_view name) {
    std::array<std::string_view, model::kNoticeEvents> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = model::name_of(static_cast<model::NoticeEvent>(i));
    }
    auto& events = notices.rules.events.emplace();
    if (node.is_scalar() && (node.text == "all" || node.text == "none")) {
        if (node.text == "all") {
            events.set();
        }
        return;
    }
    for (const Node* item : document::items_of(node)) {
        if (const auto index = document::read_choice(report, *item, name, words)) {
            events.set(*index);
        }
    }
}

// null: as if it were not there.
template <auto kMember>
void read_word(Notices& notices, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::null) {
        notices.rules.*kMember = document::read_text(report, node, name).value_or(std::string());
    }
}

template <auto kMember, const document::DurationRange& kRange>
void read_span(Notices& notices, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::null) {
        notices.rules.*kMember = document::read_duration(report, node, name, kRange);
    }
}

std::optional<QuietTime> quiet_time_from(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto from = parse_time_of_day(trim(text.substr(0, dash)));
    const auto until = parse_time_of_day(trim(text.substr(dash + 1)));
    return from && until && *from != *until ? std::optional(QuietTime{*from, *until})
                                            : std::nullopt;
}

void read_quiet(Notices& notices, Report& report, const Node& node, std::string_view name) {
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(report, *item, name);
        const auto time = text ? quiet_time_from(*text) : std::nullopt;
        if (time) {
            notices.quiet.push_back(*time);
        } else if (text) {
            report.error(item->mark,
                         fmt::format("{} is no quiet time", document::quoted(*text)),
                         "write from and until, such as \"22:00-07:00\"");
        }
    }
}

}  // namespace

std::span<const SettingRow<Notices>> notice_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Notices>{"events",
                            "list",
                            "failure, recovery, missed, overdue, stuck, error_rate",
                            "all",
                            "What people are told of; all, none or some",
                            read_events},
        SettingRow<Notices>{"channel",
                            "text",
                            "name of a channel",
                            "alerts",
                            "Channel of notify; without one called alerts nothing is sent",
                            read_word<&model::NoticeRules::channel>},
        SettingRow<Notices>{"to",
                            "text",
                            "",
                            "",
                            "Who gets it, if the channel asks",
                            read_word<&model::NoticeRules::to>},
        SettingRow<Notices>{"digest",
                            "duration",
                            "",
                            "15m",
                            "Repeats within it are told once, with counts",
                            read_span<&model::NoticeRules::digest, kSpan>},
        SettingRow<Notices>{"stuck_after",
                            "duration",
                            "",
                            "",
                            "A run under way for longer is stuck; without it, by its usual time",
                            read_span<&model::NoticeRules::stuck_after, kLimit>},
        SettingRow<Notices>{"quiet",
                            "list",
                            "times of day",
                            "[]",
                            "Nobody is told meanwhile, such as \"22:00-07:00\"; it waits",
                            read_quiet},
    };
    return kRows;
}

void check_notice_channel(const Settings& settings, Report& report, const Node& root) {
    const auto& channel = settings.notices.rules.channel;
    const Node* section = root.find("notices");
    const Node* written = section != nullptr ? section->find("channel") : nullptr;
    const bool is_named = !channel.empty() && channel != kUsualChannel;
    if (written != nullptr && is_named && !settings.notify.contains(channel)) {
        report.error(written->mark,
                     fmt::format("no channel is called {}", document::quoted(channel)),
                     fmt::format("write it below notify: {{{}: {{log: true}}}}", channel));
    }
}

}  // namespace aifp::config
