#pragma once

#include "directives/grammar_rows.hpp"

// The keys of the triggers on what the engine knows (docs/triggers.md). Inner part of the grammar.

namespace aifp::directives::rows {

inline constexpr Key kForKey{.name = "for",
                             .type = ValueType::wait_time,
                             .doc = "How long it has to stay so; survives a restart",
                             .templated = true,
                             .low = 1};

inline constexpr Key kStateKeys[] = {
    {.name = "from", .type = ValueType::state_values, .doc = "Only from these values; null: any"},
    {.name = "to", .type = ValueType::state_values, .doc = "Only to these values; null: any"},
    {.name = "not_from", .type = ValueType::text_list, .doc = "Not from these values"},
    {.name = "not_to", .type = ValueType::text_list, .doc = "Not to these values"},
    {.name = "attribute", .type = ValueType::text, .doc = "Watch this attribute, not the value"},
    kForKey,
};
inline constexpr Key kNumericKeys[] = {
    {.name = "above", .type = ValueType::bound, .doc = "Higher than this number, or that state"},
    {.name = "below", .type = ValueType::bound, .doc = "Lower than this number, or that state"},
    {.name = "reset_below",
     .type = ValueType::bound,
     .doc = "Once fired, fires again only after it was lower than this"},
    {.name = "reset_above",
     .type = ValueType::bound,
     .doc = "Once fired, fires again only after it was higher than this"},
    {.name = "attribute", .type = ValueType::text, .doc = "Watch this attribute, not the value"},
    kForKey,
};
inline constexpr Key kTemplateKeys[] = {kForKey};
inline constexpr Key kConditionKeys[] = {
    {.name = "check_interval",
     .type = ValueType::interval,
     .doc = "How often to look, besides at every change of a state that it names",
     .fallback = R"("30s")",
     .aliases = "check_interval_seconds"},
    kForKey,
};
inline constexpr Key kWhileKeys[] = {
    {.name = "every",
     .type = ValueType::interval,
     .doc = "The time between two runs, and before the first",
     .required = true},
};
inline constexpr Key kAfterKeys[] = {
    {.name = "match",
     .type = ValueType::choice,
     .doc = "all: one run of each since the last time; any: of one of them",
     .fallback = R"("all")",
     .choices = "all any"},
    {.name = "within",
     .type = ValueType::positive_duration,
     .doc = "All in so long a time, counted from the first"},
    {.name = "on",
     .type = ValueType::choice,
     .doc = "How they have to end",
     .fallback = R"("success")",
     .choices = "success failure any"},
};
inline constexpr Key kFileKeys[] = {
    {.name = "events",
     .type = ValueType::file_events,
     .doc = "What has to happen: create, modify, delete, move",
     .fallback = R"(["create","modify"])",
     .aliases = "on"},
    {.name = "settle",
     .type = ValueType::duration,
     .doc = "How long the file must be left alone first",
     .fallback = R"("500ms")"},
};
inline constexpr Key kPollKeys[] = {
    {.name = "every",
     .type = ValueType::interval,
     .doc = "How often",
     .aliases = "interval",
     .required = true},
    {.name = "value",
     .type = ValueType::expression,
     .doc = "What of the answer is watched; reads output, such as output.json.power"},
    {.name = "headers", .type = ValueType::text_map, .doc = "Header fields of the request"},
    {.name = "timeout",
     .type = ValueType::positive_duration,
     .doc = "How long one look may take",
     .fallback = R"("30s")"},
};

inline constexpr Key kWatchdog[] = {
    {.name = "arm", .type = ValueType::triggers, .doc = "What starts the time", .required = true},
    {.name = "expect",
     .type = ValueType::triggers,
     .doc = "What has to come in time",
     .required = true},
    {.name = "within",
     .type = ValueType::positive_duration,
     .doc = "How much time there is",
     .required = true},
};
inline constexpr Key kStateWindow[] = {
    {.name = "name",
     .type = ValueType::state_name,
     .doc = "Name of the state",
     .aliases = "state",
     .required = true},
    {.name = "is", .type = ValueType::state_values, .doc = "One of these values", .aliases = "to"},
    {.name = "is_not", .type = ValueType::text_list, .doc = "None of these values"},
    {.name = "attribute", .type = ValueType::text, .doc = "Look at this attribute"},
    {.name = "for", .type = ValueType::positive_duration, .doc = "Unchanged for so long"},
};
inline constexpr Key kNumberWindow[] = {
    {.name = "name",
     .type = ValueType::state_name,
     .doc = "Name of the state",
     .aliases = "state numeric_state",
     .required = true},
    {.name = "above", .type = ValueType::bound, .doc = "Higher than this number, or that state"},
    {.name = "below", .type = ValueType::bound, .doc = "Lower than this number, or that state"},
    {.name = "attribute", .type = ValueType::text, .doc = "Look at this attribute"},
};

}  // namespace aifp::directives::rows
