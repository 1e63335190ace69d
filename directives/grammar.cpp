#include "directives/grammar.hpp"

#include "base/text.hpp"
#include "directives/grammar_rows.hpp"

namespace aifp::directives {

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
std::span<const Key> auth_keys() noexcept {
    return rows::auth();
}
std::span<const Key> time_window_keys() noexcept {
    return rows::time_window();
}
std::span<const Key> dst_keys() noexcept {
    return rows::dst();
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
    switch (type) {
        case ValueType::nothing:
            return "nothing";
        case ValueType::any:
            return "a value";
        case ValueType::text:
        case ValueType::shell_text:
            return "a text";
        case ValueType::identifier:
            return "a name of letters, digits and _";
        case ValueType::directive_name:
            return "a name of a-z, 0-9, _, . and -";
        case ValueType::boolean:
            return "true or false";
        case ValueType::integer:
            return "a whole number";
        case ValueType::duration:
        case ValueType::positive_duration:
        case ValueType::interval:
            return R"(a duration such as "90s", "10m" or "1h30m")";
        case ValueType::size:
            return R"(a size such as "10 MiB")";
        case ValueType::choice:
            return "one of a few words";
        case ValueType::time_of_day:
            return R"(a time of day such as "17:00")";
        case ValueType::instants:
            return R"(a time of day such as "17:00" or a date and time, or a list of them)";
        case ValueType::weekdays:
            return "weekdays such as [mon, tue]";
        case ValueType::cron:
            return R"(a cron expression such as "0 7 * * 1-5")";
        case ValueType::zone:
            return "a time zone such as Europe/Berlin";
        case ValueType::webhook_path:
            return "a path such as porch or garden/door";
        case ValueType::methods:
            return "HTTP methods such as [POST]";
        case ValueType::auth:
            return "none, or a map with bearer, hmac_sha256 or ip";
        case ValueType::rate:
            return R"(a rate such as "60/1m")";
        case ValueType::event_name:
            return "the name of an event";
        case ValueType::expression:
            return R"(an expression such as state.lux < 40)";
        case ValueType::request:
            return R"(a request such as "POST http://lamp.local/on")";
        case ValueType::command_line:
            return R"(a list such as [notify-send, hello] or a text)";
        case ValueType::statuses:
            return R"(status codes such as [200, "3xx"])";
        case ValueType::map:
            return "a map of names and values";
        case ValueType::text_map:
            return "a map of names and texts";
        case ValueType::state_map:
            return "a map of state names and values";
        case ValueType::text_list:
            return "a text or a list of texts";
        case ValueType::project_path:
            return "a path inside the project such as src/lights.py";
        case ValueType::time_window:
            return R"(a map such as {after: "16:00", before: "23:30"})";
        case ValueType::dst:
            return "a map such as {gap: skip, overlap: first}";
        case ValueType::trigger_ids:
            return "the id of a trigger or a list of them";
        case ValueType::conditions:
            return "a list of conditions";
        case ValueType::actions:
            return "a list of actions";
        case ValueType::triggers:
            break;
    }
    return "a list of triggers";
}

}  // namespace aifp::directives
