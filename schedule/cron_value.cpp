#include "schedule/cron_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace aifp::schedule {
namespace {

constexpr std::array<std::string_view, 12> kMonths{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{
    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::string allowed(const FieldRule& rule) {
    std::string text = fmt::format("write a number from {} to {}", rule.min, rule.max);
    if (!rule.names.empty()) {
        text += fmt::format(" or a name such as {}", rule.kind == FieldKind::month ? "JAN" : "MON");
    }
    return text;
}

std::string out_of_range_hint(const FieldRule& rule, int value) {
    const bool one_too_far = value == rule.max + 1 && rule.min == 0;
    if (one_too_far && rule.kind != FieldKind::weekday) {
        return fmt::format("write 0: the {} after {} is 0", rule.name, rule.max);
    }
    return allowed(rule);
}

std::string name_hint(const FieldRule& rule, const std::string& lower) {
    std::string_view likely;
    for (std::string_view name : rule.names) {
        if (lower.starts_with(name)) {
            likely = name;  // "monday"
        }
    }
    if (likely.empty()) {
        likely = nearest_name(lower, rule.names).value_or("");
    }
    if (likely.empty()) {
        return allowed(rule);
    }
    std::string upper(likely);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
        return static_cast<char>(c - 'a' + 'A');
    });
    return "write " + upper;
}

}  // namespace

FieldRule rule_of(FieldKind kind) noexcept {
    switch (kind) {
        case FieldKind::second:
            return {kind, "second", 0, 59, {}};
        case FieldKind::minute:
            return {kind, "minute", 0, 59, {}};
        case FieldKind::hour:
            return {kind, "hour", 0, 23, {}};
        case FieldKind::day:
            return {kind, "day", 1, 31, {}};
        case FieldKind::month:
            return {kind, "month", 1, 12, kMonths};
        case FieldKind::weekday:
            break;
    }
    return {kind, "weekday", 0, 7, kWeekdays};
}

std::optional<int> read_whole_number(std::string_view text) noexcept {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number =
        error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
    return is_number ? std::optional(value) : std::nullopt;
}

std::optional<ValueMistake> read_field_value(const FieldRule& rule,
                                             std::string_view text,
                                             int& value) {
    if (const auto number = read_whole_number(text)) {
        value = *number;
        if (value >= rule.min && value <= rule.max) {
            return std::nullopt;
        }
        return ValueMistake{
            fmt::format("{} {} is out of range {}-{}", rule.name, value, rule.min, rule.max),
            out_of_range_hint(rule, value)};
    }
    const std::string lower = to_lower_ascii(text);
    for (std::size_t i = 0; i < rule.names.size(); ++i) {
        if (lower == rule.names[i]) {
            value = rule.min + static_cast<int>(i);
            return std::nullopt;
        }
    }
    return ValueMistake{fmt::format("`{}` is not a {}", printable(text), rule.name),
                        name_hint(rule, lower)};
}

std::string printable(std::string_view text) {
    std::string shown(text);
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return shown;
}

}  // namespace aifp::schedule
