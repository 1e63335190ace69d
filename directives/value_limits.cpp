#include "base/text.hpp"

#include "directives/reading.hpp"
#include "document/reader.hpp"

// Values of the keys that limit the runs of a directive (docs/flow.md).

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

bool is_map(const Node& node) noexcept {
    return node.type == Node::Type::mapping;
}

// The text alone when that says it all: equal rules have equal canonical text.
Value text_or_map(Value map, std::string_view main) {
    if (map && map->get_object().size() == 1 && map->get_object().contains(main)) {
        return map->get_object().at(main);
    }
    return map;
}

Value read_run_rate(Reading& reading, const Node& node) {
    return is_map(node)
               ? text_or_map(read_closed_map(reading, run_rate_keys(), node, "rate"), "limit")
               : read_rate(reading, node);
}

Value read_jitter(Reading& reading, const Key& key, const Node& node) {
    if (is_map(node)) {
        return text_or_map(read_closed_map(reading, jitter_keys(), node, "jitter"), "max");
    }
    const Key as{.name = key.name, .type = ValueType::positive_duration};
    return read_value(reading, as, node);
}

void check_names(Reading& reading, const Node& node, const json::array& names) {
    const auto& known = reading.context.calendars;
    for (const json::value& name : known ? names : json::array()) {
        const std::string text(name.get_string());
        if (!known->contains(text)) {
            const std::vector<std::string_view> words(known->begin(), known->end());
            const auto nearest = nearest_name(text, words);
            reading.report.error(node.mark,
                                 "the settings have no calendar " + quoted(text),
                                 nearest
                                     ? "did you mean " + quoted(*nearest) + "?"
                                     : "write it below calendars: in .aifp-project/engine.yaml");
        }
    }
}

Value read_calendars(Reading& reading, const Node& node) {
    const std::size_t errors = reading.report.error_count();
    json::object calendars;
    if (is_map(node)) {
        const auto map = read_closed_map(reading, calendar_keys(), node, "calendars");
        calendars = map ? map->get_object() : json::object();
    } else {
        const auto texts = document::read_texts(reading.report, node, "calendars");
        calendars["include"] = texts ? json::array(texts->begin(), texts->end()) : json::array();
    }
    bool names_one = false;
    for (const auto& [key, names] : calendars) {
        names_one = names_one || !names.get_array().empty();
        const Node* place = is_map(node) ? node.find(key) : nullptr;
        check_names(reading, place != nullptr ? *place : node, names.get_array());
    }
    if (!names_one && reading.report.error_count() == errors) {
        reading.report.error(node.mark,
                             "calendars names no calendar",
                             "write {include: [workdays]}, {exclude: [holidays]} or both");
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(calendars));
}

Value read_misfire(Reading& reading, const Key& key, const Node& node) {
    if (is_map(node)) {
        return read_closed_map(reading, misfire_keys(), node, "misfire");
    }
    const Key as{.name = key.name, .type = ValueType::choice, .choices = key.choices};
    return read_value(reading, as, node);
}

}  // namespace

Value read_limit(Reading& reading, const Key& key, const Node& node) {
    switch (key.type) {
        case ValueType::instant: {
            const auto text = read_date_time(reading, node);
            return text ? Value(json::string(*text)) : Value();
        }
        case ValueType::run_rate:
            return read_run_rate(reading, node);
        case ValueType::jitter:
            return read_jitter(reading, key, node);
        case ValueType::calendars:
            return read_calendars(reading, node);
        default:
            return read_misfire(reading, key, node);
    }
}

}  // namespace aifp::directives
