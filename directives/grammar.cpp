#include "directives/grammar.hpp"

#include "base/enum_names.hpp"

#include "base/text.hpp"
#include "directives/grammar_rows.hpp"

namespace aifp::directives {
namespace {

// In the order of ValueType.
constexpr EnumNames<67> kDescriptions{{
    "nothing",                                                                 // nothing
    "a value",                                                                 // any
    "a text",                                                                  // text
    "a text",                                                                  // shell_text
    "a name of letters, digits and _",                                         // identifier
    "a name of a-z, 0-9, _, . and -",                                          // directive_name
    "true or false",                                                           // boolean
    "a whole number",                                                          // integer
    R"(a duration such as "90s", "10m" or "1h30m")",                           // duration
    R"(a duration such as "90s", "10m" or "1h30m")",                           // positive_duration
    R"(a duration such as "90s", "10m" or "1h30m")",                           // interval
    R"(a size such as "10 MiB")",                                              // size
    "one of a few words",                                                      // choice
    R"(a time of day such as "17:00")",                                        // time_of_day
    R"(a time of day such as "17:00" or a date and time, or a list of them)",  // instants
    "weekdays such as [mon, tue]",                                             // weekdays
    R"(a cron expression such as "0 7 * * 1-5")",                              // cron
    "a time zone such as Europe/Berlin",                                       // zone
    "a path such as porch or garden/door",                                     // webhook_path
    "HTTP methods such as [POST]",                                             // methods
    "none, or a map with bearer, hmac_sha256 or ip",                           // auth
    R"(a rate such as "60/1m")",                                               // rate
    "the name of an event",                                                    // event_name
    R"(an expression such as state.lux < 40)",                                 // expression
    R"(a request such as "POST http://lamp.local/on")",                        // request
    R"(a list such as [notify-send, hello] or a text)",                        // command_line
    R"(status codes such as [200, "3xx"])",                                    // statuses
    "a map of names and values",                                               // map
    "a map of names and texts",                                                // text_map
    "a map of state names and values",                                         // state_map
    "a text or a list of texts",                                               // text_list
    "a path inside the project such as src/lights.py",                         // project_path
    R"(a map such as {after: "16:00", before: "23:30"})",                      // time_window
    "a map such as {gap: skip, overlap: first}",                               // dst
    "the id of a trigger or a list of them",                                   // trigger_ids
    "a list of conditions",                                                    // conditions
    "a list of actions",                                                       // actions
    "a list of triggers",                                                      // triggers
    "a list such as [{if: state.lux < 40, then: [{log: dark}]}]",              // options
    R"(a duration such as "90s" or {minutes: 5}, or a template)",              // wait_time
    "a whole number or a template",                                            // count
    "a list or a template that gives one",                                     // items
    "a number",                                                                // number
    "a map such as {attempts: 3, delay: 1s}",                                  // retry
    "classes of errors such as [timeout, connect, 5xx]",                       // error_classes
    "true, or classes of errors such as [timeout, 5xx]",                       // error_switch
    "the name of a state",                                                     // state_name
    "a value, a list of values, or null for any",                              // state_values
    "a number or the name of a state",                                         // bound
    "a map with arm, expect and within",                                       // watchdog
    "a map such as {name: presence, is: home}",                                // state_window
    "a map such as {name: lux, below: 40}",                                    // number_window
    "success, failure or timeout",                                             // last_result
    "a URL such as http://meter.local/now, or a command as a list",            // poll_source
    "create, modify, delete or move, or a list of them",                       // file_events
    R"(an offset such as "-20m" or "1h30m")",                                  // offset
    "degrees such as -4",                                                      // degrees
    "below_horizon, above_horizon, or a map such as {after: sunset}",          // sun_window
    "a map of names and values",                                               // variables
    "a map such as {failures: 5}",                                             // stop_after
    "events such as [failure, recovery]",                                      // notice_events
    "events such as [failure, recovery], or a map with events and channel",    // notices
    R"(a date and a time such as "2026-12-24T18:00:00")",                      // instant
    R"(a rate such as "60/1h", or {limit: 60/1h, burst: 5})",                  // run_rate
    "a duration such as 5m, or {max: 5m, fixed: true}",                        // jitter
    "names of calendars, or {include: [...], exclude: [...]}",                 // calendars
    "skip, once or all, or {policy: all, cap: 10, stagger: 30s}",              // misfire
}};

}  // namespace

std::span<const Kind> kinds_of(Group group) noexcept {
    switch (group) {
        case Group::trigger:
            return rows::triggers();
        case Group::condition:
            return rows::conditions();
        case Group::action:
            break;
    }
    return rows::actions();
}

std::span<const Key> common_keys(Group group) noexcept {
    switch (group) {
        case Group::trigger:
            return rows::trigger_common();
        case Group::condition:
            return rows::condition_common();
        case Group::action:
            break;
    }
    return rows::action_common();
}

std::span<const Key> directive_keys() noexcept {
    return rows::directive();
}
std::span<const Key> stop_after_keys() noexcept {
    return rows::stop_after();
}
std::span<const Key> auth_keys() noexcept {
    return rows::auth();
}
std::span<const Key> time_window_keys() noexcept {
    return rows::time_window();
}
std::span<const Key> sun_window_keys() noexcept {
    return rows::sun_window();
}
std::span<const Key> dst_keys() noexcept {
    return rows::dst();
}
std::span<const Key> notices_keys() noexcept {
    return rows::notices();
}
std::span<const Key> retry_keys() noexcept {
    return rows::retry();
}
std::span<const Key> option_keys() noexcept {
    return rows::option();
}
std::span<const Key> run_rate_keys() noexcept {
    return rows::run_rate();
}
std::span<const Key> jitter_keys() noexcept {
    return rows::jitter();
}
std::span<const Key> calendar_keys() noexcept {
    return rows::calendars();
}
std::span<const Key> misfire_keys() noexcept {
    return rows::misfire();
}
std::span<const Key> watchdog_keys() noexcept {
    return rows::watchdog();
}
std::span<const Key> state_window_keys() noexcept {
    return rows::state_window();
}
std::span<const Key> number_window_keys() noexcept {
    return rows::number_window();
}

bool has_word(std::string_view words, std::string_view word) noexcept {
    if (word.empty() || word.find(' ') != std::string_view::npos) {
        return false;
    }
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        if (words.substr(0, end) == word) {
            return true;
        }
        words = end == std::string_view::npos ? std::string_view{} : words.substr(end + 1);
    }
    return false;
}

std::vector<std::string_view> words_of(std::string_view words) {
    return words.empty() ? std::vector<std::string_view>{} : split(words, ' ');
}

const Kind* find_kind(Group group, std::string_view word) noexcept {
    for (const Kind& kind : kinds_of(group)) {
        if (kind.name == word || has_word(kind.aliases, word)) {
            return &kind;
        }
    }
    return nullptr;
}

const Key* find_key(std::span<const Key> keys, std::string_view word) noexcept {
    for (const Key& key : keys) {
        if (key.name == word || has_word(key.aliases, word)) {
            return &key;
        }
    }
    return nullptr;
}

std::vector<std::string_view> kind_words(Group group) {
    std::vector<std::string_view> words;
    for (const Kind& kind : kinds_of(group)) {
        words.push_back(kind.name);
        for (const std::string_view alias : words_of(kind.aliases)) {
            words.push_back(alias);
        }
    }
    return words;
}

std::vector<std::string_view> key_words(std::span<const Key> keys) {
    std::vector<std::string_view> words;
    for (const Key& key : keys) {
        words.push_back(key.name);
        for (const std::string_view alias : words_of(key.aliases)) {
            words.push_back(alias);
        }
    }
    return words;
}

std::string_view name_of(Group group) noexcept {
    switch (group) {
        case Group::trigger:
            return "trigger";
        case Group::condition:
            return "condition";
        case Group::action:
            break;
    }
    return "action";
}

std::string_view describe(ValueType type) noexcept {
    return name_in(kDescriptions, type);
}

}  // namespace aifp::directives
