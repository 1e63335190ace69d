#include <cmath>

#include "directives/reading.hpp"
#include "document/reader.hpp"
#include "schedule/sun_arguments.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

Value read_offset(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    const auto offset = schedule::parse_offset(*text);
    if (!offset) {
        reading.report.error(node.mark,
                             quoted(*text) + " is not an offset",
                             "write for example -20m (earlier) or 1h30m (later), at most 12h");
        return std::nullopt;
    }
    return json::value(schedule::format_offset(*offset));
}

// Whole degrees stay whole: -4, not -4E0.
Value read_degrees(Reading& reading, const Key& key, const Node& node) {
    const auto degrees = document::read_number(reading.report, node, key.name, {-90, 90});
    if (!degrees) {
        return std::nullopt;
    }
    if (std::trunc(*degrees) == *degrees) {
        return json::value(static_cast<std::int64_t>(*degrees));
    }
    return json::value(*degrees);
}

Value read_sun(Reading& reading, const Node& node) {
    if (node.type != Node::Type::mapping) {
        const Key key{
            .name = "sun", .type = ValueType::choice, .choices = "above_horizon below_horizon"};
        return read_value(reading, key, node);
    }
    document::Fields fields(reading.report, node, "condition sun");
    const std::size_t errors = reading.report.error_count();
    json::object window;
    for (const Key& key : sun_window_keys()) {
        if (const Node* value = fields.take(key.name)) {
            window.emplace(key.name, read_value(reading, key, *value).value_or(json::value()));
        }
    }
    fields.finish();
    if (reading.report.error_count() > errors) {
        return std::nullopt;
    }
    for (const std::string_view end : {"after", "before"}) {
        if (window.contains(std::string(end) + "_offset") && !window.contains(end)) {
            reading.report.error(node.mark,
                                 std::string(end) + "_offset stands without " + std::string(end),
                                 "write for example sun: {" + std::string(end) + ": sunset, " +
                                     std::string(end) + "_offset: -20m}");
            return std::nullopt;
        }
    }
    if (window.empty()) {
        reading.report.error(node.mark,
                             "the condition sun is empty",
                             "write sun: below_horizon, or sun: {after: sunset, before: sunrise}");
        return std::nullopt;
    }
    return json::value(std::move(window));
}

}  // namespace aifp::directives
