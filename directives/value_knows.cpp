#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "directives/reading.hpp"
#include "document/reader.hpp"

// Values of the triggers and conditions on states (docs/triggers.md).

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

std::optional<double> number_of(const Node& node) {
    const auto text = trim(node.text);
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return node.is_scalar() && whole && !text.empty() ? std::optional(number) : std::nullopt;
}

/// A map whose members `keys` name; every required one has to be there.
std::optional<json::object> read_map(Reading& reading,
                                     std::span<const Key> keys,
                                     const Node& node,
                                     std::string_view what) {
    document::Fields fields(reading.report, node, std::string(what));
    json::object map;
    bool right = node.type == Node::Type::mapping;
    for (const Key& key : keys) {
        const Node* value = fields.take(key.name);
        for (const std::string_view alias : words_of(key.aliases)) {
            const Node* other = fields.take(alias);
            value = value == nullptr ? other : value;
        }
        if (value != nullptr) {
            auto read = read_value(reading, key, *value);
            right = right && read.has_value();
            map.emplace(key.name, read.value_or(json::value()));
        } else if (key.required && right) {
            right = false;
            reading.report.error(node.mark,
                                 std::string(what) + " lacks " + std::string(key.name),
                                 "write " + std::string(describe(key.type)));
        }
    }
    const std::size_t errors = reading.report.error_count();
    fields.finish();
    return right && reading.report.error_count() == errors ? std::optional(std::move(map))
                                                           : std::nullopt;
}

}  // namespace

Value read_state_name(Reading& reading, const Key& key, const Node& node) {
    auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    constexpr std::string_view kPrefix = "state.";
    std::string name = text->starts_with(kPrefix) ? text->substr(kPrefix.size()) : *text;
    if (!is_state_name(name)) {
        reading.report.error(node.mark,
                             quoted(*text) + " cannot be the name of a state",
                             "write letters, digits and _ . -, at most 128 of them");
        return std::nullopt;
    }
    return json::value(json::string(name));
}

Value read_state_values(Reading& reading, const Key& key, const Node& node) {
    if (node.type == Node::Type::null) {
        return json::value(nullptr);
    }
    const Key list{.name = key.name, .type = ValueType::text_list};
    return read_value(reading, list, node);
}

Value read_bound(Reading& reading, const Key& key, const Node& node) {
    if (const auto number = number_of(node)) {
        constexpr double kExact = 1e15;  // up to here a double holds every whole number
        const bool is_whole = std::abs(*number) < kExact && std::trunc(*number) == *number;
        return is_whole ? json::value(static_cast<std::int64_t>(*number)) : json::value(*number);
    }
    return read_state_name(reading, key, node);
}

Value read_watchdog(Reading& reading, const Node& node) {
    auto map = read_map(reading, watchdog_keys(), node, "watchdog");
    return map ? Value(std::move(*map)) : Value();
}

Value read_state_window(Reading& reading, const Key& key, const Node& node) {
    const bool numbers = key.type == ValueType::number_window;
    auto map = read_map(reading,
                        numbers ? number_window_keys() : state_window_keys(),
                        node,
                        "condition " + std::string(key.name));
    if (!map) {
        return std::nullopt;
    }
    const bool says = numbers ? map->contains("above") || map->contains("below")
                              : map->contains("is") || map->contains("is_not");
    if (!says) {
        reading.report.error(node.mark,
                             "the condition " + std::string(key.name) + " does not say what of",
                             "write " + std::string(describe(key.type)));
        return std::nullopt;
    }
    return json::value(std::move(*map));
}

Value read_words(Reading& reading, const Key& key, const Node& node, std::string_view words) {
    const auto texts = document::read_texts(reading.report, node, key.name);
    if (!texts) {
        return std::nullopt;
    }
    json::array list;
    for (const std::string& text : *texts) {
        if (!has_word(words, text)) {
            document::report_unknown(reading.report,
                                     node.mark,
                                     "word of " + std::string(key.name),
                                     text,
                                     words_of(words));
            return std::nullopt;
        }
        list.emplace_back(json::string(text));
    }
    return json::value(std::move(list));
}

Value read_poll_source(Reading& reading, const Node& node) {
    if (node.type == Node::Type::sequence) {
        const Key command{.name = "poll", .type = ValueType::command_line};
        return read_value(reading, command, node);
    }
    const auto text = document::read_text(reading.report, node, "poll");
    if (!text) {
        return std::nullopt;
    }
    if (!text->starts_with("http://") && !text->starts_with("https://")) {
        reading.report.error(
            node.mark,
            quoted(*text) + " is neither a URL nor a command",
            "write http://HOST/PATH, or a command as a list: [cat, /proc/loadavg]");
        return std::nullopt;
    }
    return json::value(json::string(*text));
}

}  // namespace aifp::directives
