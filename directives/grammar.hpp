#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// The language as one table: parser, JSON Schema, documentation test and hints all read it. A kind
// or key is added here and nowhere else (source: reference/directive_forms.md, docs/
// directive-kinds.md). Everything in this header is constant data: thread-safe.

namespace aifp::directives {

/// The three lists of a directive.
enum class Group : std::uint8_t { trigger, condition, action };

/// What a value has to be; each has one reader (values.cpp) and one schema (schema.cpp).
enum class ValueType : std::uint8_t {
    nothing,            ///< null: the kind says it all ("manual").
    any,                ///< Any value; secrets allowed.
    text,               ///< A string; unquoted traps (08:00, on, 1_000) are refused.
    shell_text,         ///< A string for /bin/sh; templates are refused.
    identifier,         ///< [A-Za-z_][A-Za-z0-9_]*: a name for expressions.
    directive_name,     ///< [a-z0-9_.-]{1,64}
    boolean,            ///< true or false
    integer,            ///< A whole number within Key::low and Key::high.
    duration,           ///< "1h30m"; may be 0s.
    positive_duration,  ///< "1h30m", longer than nothing.
    interval,           ///< At least one second.
    size,               ///< "1 MiB"
    choice,             ///< One of Key::choices.
    time_of_day,        ///< "17:00" or "17:00:30"; "5:00 PM" is understood.
    instants,           ///< Times of day and date-times, one or a list.
    weekdays,           ///< mon … sun, one or a list; names, ranges, "weekdays", "weekend".
    cron,               ///< A cron expression.
    zone,               ///< IANA time zone name.
    webhook_path,       ///< Path below /hooks/.
    methods,            ///< HTTP methods, one or a list.
    auth,               ///< "none" or a map of rules.
    rate,               ///< "60/1m"
    event_name,         ///< Name of an event.
    expression,         ///< A Lua expression.
    request,            ///< "METHOD URL"
    command_line,       ///< A list, or one text split by simple quoting.
    statuses,           ///< HTTP status codes and classes.
    map,                ///< Names to any values; secrets allowed.
    text_map,           ///< Names to texts; secrets allowed.
    state_map,          ///< State names to values.
    text_list,          ///< One text or a list.
    project_path,       ///< A path inside the project.
    time_window,        ///< Map with after, before, weekdays.
    dst,                ///< Map with gap and overlap.
    trigger_ids,        ///< One id or a list.
    conditions,         ///< A list of conditions.
    actions,            ///< A list of actions.
    triggers,           ///< A list of triggers.
    options,            ///< What choose chooses from: a list of {if, then}.
    wait_time,          ///< A duration, a map of hours, minutes ..., or a template.
    count,              ///< A whole number or a template.
    items,              ///< A list or a template.
    number,             ///< A number within Key::low and Key::high.
    retry,              ///< Map of retry_keys().
    error_classes,      ///< One class of errors or a list (docs/errors.md).
    error_switch,       ///< true, false, or error classes.
    state_name,         ///< The name of a state, or of a figure of the host.
    state_values,       ///< One value of a state or a list, as texts; null: any.
    bound,              ///< A number, or the name of a state that holds one.
    watchdog,           ///< Map with arm, expect, within.
    state_window,       ///< Map with a state's name and what it has to be.
    number_window,      ///< Map with a state's name and its bounds.
    last_result,        ///< How the last run ended: success, failure, timeout, one or a list.
    poll_source,        ///< A URL, or a command as a list.
    file_events,        ///< create, modify, delete, move, one or a list.
    offset,             ///< A duration that may be negative: "-20m".
    degrees,            ///< A number from -90 to 90.
    sun_window,         ///< above_horizon, below_horizon, or a map with after and before.
    variables,          ///< Names to any values; no secrets.
    stop_after,         ///< Map of stop_after_keys().
    notice_events,      ///< Names of model::NoticeEvent, one or a list; all or none.
    notices,            ///< The same, or a map of notices_keys().
    instant,            ///< A date and a time, in the directive's zone unless it names an offset.
    run_rate,           ///< "60/1h", or a map of run_rate_keys().
    jitter,             ///< A duration, or a map of jitter_keys().
    calendars,          ///< Names of calendars, or a map of calendar_keys().
    misfire,            ///< skip, once or all, or a map of misfire_keys().
};

/// One key: a modifier of a kind, a key of a directive, or a kind's main argument.
struct Key {
    std::string_view name;  ///< As in canonical form.
    ValueType type = ValueType::text;
    std::string_view doc = {};       ///< One line for people.
    std::string_view fallback = {};  ///< The default as JSON text; left out of canonical form.
    std::string_view aliases = {};   ///< Other spellings, separated by blanks.
    std::string_view choices = {};   ///< For ValueType::choice, separated by blanks.
    bool templated = false;          ///< `{{ … }}` is allowed.
    bool required = false;
    bool built = true;  ///< false: known, but not built yet; using it is an error.
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// One kind of trigger, condition or action.
struct Kind {
    Group group = Group::trigger;
    std::string_view name;        ///< The kind key of the canonical form.
    std::string_view short_name;  ///< In the spec's columns `trigger` and `action`.
    std::string_view aliases;     ///< Other spellings of the kind key, separated by blanks.
    Key argument;                 ///< The main argument; its aliases hold in the long form.
    std::span<const Key> keys;
    bool built = true;
    std::string_view doc;
};

/// All kinds of a group, in the order of the documentation.
[[nodiscard]] std::span<const Kind> kinds_of(Group group) noexcept;
/// Keys that every item of the group takes beside its own.
[[nodiscard]] std::span<const Key> common_keys(Group group) noexcept;
/// The keys of a directive.
[[nodiscard]] std::span<const Key> directive_keys() noexcept;
/// The keys of `auth:`, of the conditions `time:` and `sun:`, and of `dst:`.
[[nodiscard]] std::span<const Key> auth_keys() noexcept;
[[nodiscard]] std::span<const Key> time_window_keys() noexcept;
[[nodiscard]] std::span<const Key> sun_window_keys() noexcept;
[[nodiscard]] std::span<const Key> dst_keys() noexcept;
/// The keys of a directive's `notices:`.
[[nodiscard]] std::span<const Key> notices_keys() noexcept;
/// The keys of `retry:` and of an option of `choose:`.
[[nodiscard]] std::span<const Key> retry_keys() noexcept;
[[nodiscard]] std::span<const Key> option_keys() noexcept;
/// The keys of `stop_after:`.
[[nodiscard]] std::span<const Key> stop_after_keys() noexcept;
/// The keys of the maps that `rate:`, `jitter:`, `calendars:` and `misfire:` may be.
[[nodiscard]] std::span<const Key> run_rate_keys() noexcept;
[[nodiscard]] std::span<const Key> jitter_keys() noexcept;
[[nodiscard]] std::span<const Key> calendar_keys() noexcept;
[[nodiscard]] std::span<const Key> misfire_keys() noexcept;
/// The keys of `watchdog:`, and of the conditions `state:` and `numeric_state:`.
[[nodiscard]] std::span<const Key> watchdog_keys() noexcept;
[[nodiscard]] std::span<const Key> state_window_keys() noexcept;
[[nodiscard]] std::span<const Key> number_window_keys() noexcept;

/// The row for a kind key as written (name or alias), or nullptr.
[[nodiscard]] const Kind* find_kind(Group group, std::string_view word) noexcept;
/// The row for a key as written (name or alias), or nullptr.
[[nodiscard]] const Key* find_key(std::span<const Key> keys, std::string_view word) noexcept;

/// Every spelling, for hints with the nearest one.
[[nodiscard]] std::vector<std::string_view> kind_words(Group group);
[[nodiscard]] std::vector<std::string_view> key_words(std::span<const Key> keys);

/// "trigger", "condition" or "action".
[[nodiscard]] std::string_view name_of(Group group) noexcept;
/// What a value of this type looks like, for messages: `a duration such as "1h30m"`.
[[nodiscard]] std::string_view describe(ValueType type) noexcept;
/// Whether `words` (separated by blanks) holds `word`.
[[nodiscard]] bool has_word(std::string_view words, std::string_view word) noexcept;
/// The words of a blank-separated list.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view words);

}  // namespace aifp::directives
