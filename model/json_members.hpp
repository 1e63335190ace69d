#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"

// How the canonical JSON of this room is written and read back, member by member: a default is left
// out, and what is missing or of another type reads as the default. For the sources of this room.
namespace aifp::model::members {

namespace json = boost::json;

inline json::string_view json_text(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

inline void put_text(json::object& object, json::string_view key, const std::string& text) {
    if (!text.empty()) {
        object.emplace(key, json_text(text));
    }
}

template <class Value>
void put_unless(json::object& object, json::string_view key, Value value, Value usual) {
    if (value != usual) {
        object.emplace(key, value);
    }
}

inline void put_duration(json::object& object,
                         json::string_view key,
                         const std::optional<Milliseconds>& duration) {
    if (duration) {
        object.emplace(key, json_text(format_duration(*duration)));
    }
}

inline std::string text_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

template <class Number>
Number number_at(const json::object& object, json::string_view key, Number usual) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? static_cast<Number>(value->get_int64()) : usual;
}

inline bool flag_at(const json::object& object, json::string_view key, bool usual) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() ? value->get_bool() : usual;
}

inline std::optional<Milliseconds> duration_at(const json::object& object, json::string_view key) {
    const auto duration = parse_duration(text_at(object, key));
    return duration ? std::optional(*duration) : std::nullopt;
}

inline json::object object_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

inline std::vector<std::string> texts_in(const json::value& list) {
    std::vector<std::string> texts;
    for (const json::value& text : list.is_array() ? list.get_array() : json::array()) {
        if (text.is_string()) {
            texts.emplace_back(text.get_string());
        }
    }
    return texts;
}

}  // namespace aifp::model::members
