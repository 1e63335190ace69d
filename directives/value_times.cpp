#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/reading.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"
#include "schedule/cron.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

constexpr int kNoon = 12 * 3600;

// "5", "5:00", "05:00:30" on a twelve-hour clock.
std::optional<int> twelve_hour_seconds(std::string_view text, bool afternoon) {
    const std::string_view digits = trim(text);
    const std::size_t colon = digits.find(':');
    const bool only_hour = colon == std::string_view::npos;
    std::string full = only_hour ? std::string(digits) + ":00" : std::string(digits);
    if ((only_hour ? digits.size() : colon) == 1) {
        full = "0" + full;
    }
    const auto seconds = parse_time_of_day(full);
    if (!seconds || *seconds < 3600 || *seconds >= kNoon + 3600) {
        return std::nullopt;
    }
    return *seconds % kNoon + (afternoon ? kNoon : 0);
}

std::optional<int> spoken_clock(std::string_view text) {
    if (text == "noon") {
        return kNoon;
    }
    if (text == "midnight") {
        return 0;
    }
    for (const std::string_view ending : {"a.m.", "p.m.", "am", "pm"}) {
        if (text.ends_with(ending)) {
            return twelve_hour_seconds(text.substr(0, text.size() - ending.size()),
                                       ending.front() == 'p');
        }
    }
    return std::nullopt;
}

void tell_clock(Reading& reading, const Node& node) {
    reading.report.error(node.mark,
                         quoted(node.text) + " is not a time of day",
                         R"(write for example "17:00", "17:00:30" or "5:00 PM")");
}

bool refuse_bare_clock(Reading& reading, const Node& node) {
    const auto trap = document::yaml11_trap(node);
    const auto seconds = parse_time_of_day(node.text);
    if (trap != document::Yaml11Trap::none && seconds) {
        reading.report.error(node.mark,
                             node.text + " without quotes is a number in YAML 1.1",
                             "write \"" + clock_text(*seconds) + "\" in quotes");
        return true;
    }
    return false;
}

std::optional<std::string> read_clock_text(Reading& reading, const Node& node) {
    if (!node.is_scalar() || node.type == Node::Type::null || !node.tag.empty()) {
        tell_clock(reading, node);
        return std::nullopt;
    }
    if (refuse_bare_clock(reading, node)) {
        return std::nullopt;
    }
    const auto seconds = clock_seconds(node.text);
    if (!seconds) {
        tell_clock(reading, node);
        return std::nullopt;
    }
    return clock_text(*seconds);
}

bool looks_like_date(std::string_view text) noexcept {
    return text.size() >= 8 && text.find('-') == 4;
}

// RFC 3339 with a "T" and seconds, whatever of the two was left out.
std::string full_instant(std::string_view text) {
    std::string full(trim(text));
    if (full.size() > 10 && (full[10] == ' ' || full[10] == 't')) {
        full[10] = 'T';
    }
    constexpr std::size_t kMinuteEnd = 16;  // "2026-11-22T17:00"
    if (full.size() >= kMinuteEnd && full[13] == ':' &&
        (full.size() == kMinuteEnd || full[kMinuteEnd] != ':')) {
        full.insert(kMinuteEnd, ":00");
    }
    if (full.ends_with('z')) {
        full.back() = 'Z';
    }
    return full;
}

std::optional<std::string> read_instant(Reading& reading, const Node& node) {
    return node.is_scalar() && looks_like_date(trim(node.text)) ? read_date_time(reading, node)
                                                                : read_clock_text(reading, node);
}

// From eight to eight is never: the end has to be another time.
bool is_possible(Reading& reading, const Node& node, json::object& window) {
    const json::value* after = window.if_contains("after");
    const json::value* before = window.if_contains("before");
    if (after == nullptr || before == nullptr || *after != *before) {
        return true;
    }
    const std::string both(after->get_string());
    Question question;
    question.id = "conditions." + std::to_string(reading.position) + ".before";
    question.text = "From " + both + " to " + both + " is never. When does it end?";
    question.rule = "another time of day";
    question.group = QuestionGroup::conditions;
    question.about = both;
    const Interview::Place place{node.mark,
                                 "from " + both + " to " + both + " there is no time",
                                 "write another time after before:"};
    const auto answer = reading.interview.ask(reading.report, place, std::move(question));
    const auto end = answer ? read_clock_text(reading, *make_text(*answer, node.mark))
                            : std::optional<std::string>();
    if (end && *end == both) {
        reading.report.error(node.mark, place.message, place.hint);
    }
    window["before"] = end.value_or("");
    return end && *end != both;
}

}  // namespace

std::string clock_text(int seconds) {
    const int rest = seconds % 60;
    const std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    return rest == 0 ? text : text + fmt::format(":{:02}", rest);
}

std::optional<int> clock_seconds(std::string_view text) {
    const std::string lower = to_lower_ascii(trim(text));
    std::string_view clock = lower;
    for (const std::string_view opening : {"time is ", "at "}) {
        if (clock.starts_with(opening)) {
            clock = trim(clock.substr(opening.size()));
        }
    }
    if (const auto spoken = spoken_clock(clock)) {
        return spoken;
    }
    std::string padded(clock);
    if (clock.find(':') == 1) {
        padded.insert(padded.begin(), '0');
    }
    const auto seconds = parse_time_of_day(padded);
    return seconds ? std::optional<int>(*seconds) : std::nullopt;
}

std::optional<std::string> read_date_time(Reading& reading, const Node& node) {
    std::string full = node.is_scalar() ? full_instant(node.text) : std::string();
    if (full.size() == 10 && looks_like_date(full)) {
        reading.report.error(node.mark,
                             quoted(node.text) + " is a date without a time",
                             "write \"" + full + "T08:00:00\"");
        return std::nullopt;
    }
    if (!parse_instant(full, TimeZone::utc())) {
        reading.report.error(node.mark,
                             quoted(node.text) + " is not a date and time",
                             R"(write for example "2026-12-24T18:00:00")");
        return std::nullopt;
    }
    return full;
}

Value read_clock(Reading& reading, const Key& /*key*/, const Node& node) {
    const auto text = read_clock_text(reading, node);
    return text ? Value(json::string(*text)) : Value();
}

Value read_instants(Reading& reading, const Node& node) {
    json::array list;
    bool right = true;
    for (const Node* item : document::items_of(node)) {
        const auto text = read_instant(reading, *item);
        right = right && text.has_value();
        if (text &&
            std::find(list.begin(), list.end(), json::value(json::string(*text))) == list.end()) {
            list.emplace_back(json::string(*text));
        }
    }
    if (right && list.empty()) {
        reading.report.error(node.mark, "no time is given", R"(write for example at: "17:00")");
        return std::nullopt;
    }
    return right ? Value(std::move(list)) : Value();
}

Value read_time_window(Reading& reading, const Node& node) {
    document::Fields fields(reading.report, node, "condition time");
    json::object window;
    bool right = node.type == Node::Type::mapping;
    for (const Key& key : time_window_keys()) {
        const Node* value = fields.take(key.name);
        for (const std::string_view alias : words_of(key.aliases)) {
            const Node* other = fields.take(alias);
            value = value == nullptr ? other : value;
        }
        if (value != nullptr) {
            auto read = read_value(reading, key, *value);
            right = right && read.has_value();
            window.emplace(key.name, read.value_or(json::value()));
        }
    }
    const std::size_t errors = reading.report.error_count();
    fields.finish();
    right = right && reading.report.error_count() == errors;
    if (right && window.empty()) {
        reading.report.error(node.mark,
                             "the condition time is empty",
                             R"(write for example time: {after: "16:00", before: "23:30"})");
        return std::nullopt;
    }
    return right && is_possible(reading, node, window) ? Value(std::move(window)) : Value();
}

Value read_cron(Reading& reading, const Node& node) {
    const auto text = document::read_text(reading.report, node, "cron");
    if (!text) {
        return std::nullopt;
    }
    const auto fields = schedule::parse_cron(*text, reading.directive);
    if (!fields) {
        const schedule::CronError& error = fields.error();
        reading.report.error(
            place_inside(reading.report.source(), node, error.offset), error.message, error.hint);
        return std::nullopt;
    }
    if (!fields->can_fire) {
        Question question;
        question.id = "triggers." + std::to_string(reading.position) + ".cron";
        question.text = "There is no such date: when is it to run?";
        question.rule = "a cron expression, such as 0 9 28 2 *";
        question.priority = QuestionPriority::high;
        question.about = *text;
        if (const auto answer = reading.interview.ask(std::move(question))) {
            return read_cron(reading, *make_text(*answer, node.mark));
        }
        reading.report.warning(node.mark,
                               "this schedule never fires: there is no such date",
                               "look at the day and the month");
    }
    std::vector<std::string> words;
    for (const std::string_view word : split(*text, ' ')) {
        if (!trim(word).empty()) {
            words.emplace_back(trim(word));
        }
    }
    return json::value(json::string(join(words, " ")));
}

Value read_zone(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    if (TimeZone::load(*text)) {
        return json::value(json::string(*text));
    }
    constexpr std::array<std::string_view, 18> kCommon = {"UTC",
                                                          "Europe/Berlin",
                                                          "Europe/London",
                                                          "Europe/Paris",
                                                          "Europe/Vienna",
                                                          "Europe/Zurich",
                                                          "Europe/Madrid",
                                                          "Europe/Rome",
                                                          "Europe/Warsaw",
                                                          "America/New_York",
                                                          "America/Chicago",
                                                          "America/Denver",
                                                          "Asia/Tokyo",
                                                          "Asia/Kolkata",
                                                          "Asia/Shanghai",
                                                          "Australia/Sydney",
                                                          "Africa/Cairo",
                                                          "America/Los_Angeles"};
    const auto nearest = nearest_name(*text, kCommon);
    reading.report.error(node.mark,
                         quoted(*text) + " is not in the time zone database",
                         nearest ? "did you mean " + quoted(*nearest) + "?"
                                 : "write an IANA name such as Europe/Berlin");
    return std::nullopt;
}

}  // namespace aifp::directives
