#include "directives/grammar_knows.hpp"

namespace aifp::directives::rows {
namespace {

constexpr Kind row(std::string_view name,
                   std::string_view aliases,
                   ValueType type,
                   std::string_view long_names,
                   std::string_view doc) {
    return {.group = Group::condition,
            .name = name,
            .short_name = name,
            .aliases = aliases,
            .argument = {.name = name, .type = type, .doc = doc, .aliases = long_names},
            .keys = {},
            .doc = doc};
}

constexpr Kind kRows[] = {
    row("expression",
        "template condition",
        ValueType::expression,
        "condition template value_template",
        "A Lua expression that must be true"),
    row("time",
        {},
        ValueType::time_window,
        {},
        "Only between two times of day (may pass midnight), or on given weekdays"),
    row("trigger",
        {},
        ValueType::trigger_ids,
        "id ids",
        "Only if one of these triggers started the run"),
    row("any", "or", ValueType::conditions, "conditions", "At least one of a list holds"),
    row("all", "and", ValueType::conditions, "conditions", "All of a list hold"),
    row("not", {}, ValueType::conditions, "conditions", "None of a list holds"),
    row("state", {}, ValueType::state_window, {}, "A state has a value, for some time already"),
    row("numeric_state", {}, ValueType::number_window, {}, "A number is in a range"),
    row("sun",
        {},
        ValueType::sun_window,
        "state position",
        "The sun is above_horizon or below_horizon, or the time is after or before sunset and "
        "its like (docs/sun.md)"),
    row("last", {}, ValueType::last_result, "result", "How the directive's last run ended"),
    row("cooldown",
        {},
        ValueType::positive_duration,
        "length",
        "So much time has passed since the end of the directive's last run"),
};

constexpr Key kCommon[] = {
    {.name = "enabled",
     .type = ValueType::boolean,
     .doc = "false: as if it were not there",
     .fallback = "true"},
    {.name = "for", .type = ValueType::any, .doc = "How long it has held", .built = false},
};

constexpr Key kTimeWindow[] = {
    {.name = "after", .type = ValueType::time_of_day, .doc = "Not before this time of day"},
    {.name = "before", .type = ValueType::time_of_day, .doc = "Not at or after this time of day"},
    {.name = "weekdays",
     .type = ValueType::weekdays,
     .doc = "Only on these days",
     .aliases = "days"},
};

constexpr std::string_view kSunEvents = "sunrise sunset dawn dusk noon";
constexpr Key kSunWindow[] = {
    {.name = "after",
     .type = ValueType::choice,
     .doc = "Not before this event of the day",
     .choices = kSunEvents},
    {.name = "after_offset", .type = ValueType::offset, .doc = "Moves after: -20m is earlier"},
    {.name = "before",
     .type = ValueType::choice,
     .doc = "Not at or after this event of the day",
     .choices = kSunEvents},
    {.name = "before_offset", .type = ValueType::offset, .doc = "Moves before: 20m is later"},
};

}  // namespace

std::span<const Kind> conditions() noexcept {
    return kRows;
}
std::span<const Key> condition_common() noexcept {
    return kCommon;
}
std::span<const Key> state_window() noexcept {
    return kStateWindow;
}
std::span<const Key> number_window() noexcept {
    return kNumberWindow;
}
std::span<const Key> time_window() noexcept {
    return kTimeWindow;
}
std::span<const Key> sun_window() noexcept {
    return kSunWindow;
}

}  // namespace aifp::directives::rows
