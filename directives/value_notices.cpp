#include "base/text.hpp"
#include "directives/item.hpp"
#include "directives/reading.hpp"
#include "document/reader.hpp"
#include "model/notices.hpp"

// The values of `notices:` (docs/notices.md).

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

constexpr std::string_view kEvents = "failure recovery missed overdue stuck error_rate";

void warn_of_unknown_channel(Reading& reading, const Node& node, std::string_view name) {
    const auto& known = reading.context.channels;
    if (!known || name.empty() || known->contains(std::string(name))) {
        return;
    }
    const std::vector<std::string_view> names(known->begin(), known->end());
    const auto nearest = nearest_name(name, names);
    reading.report.warning(node.mark,
                           "the settings have no channel " + quoted(name),
                           nearest ? "did you mean " + quoted(*nearest) + "?"
                                   : "write it below notify: in .aifp-project/engine.yaml");
}

}  // namespace

Value read_notice_events(Reading& reading, const Key& key, const Node& node) {
    json::array events;
    if (node.is_scalar() && node.text == "none") {
        return events;
    }
    if (node.is_scalar() && node.text == "all") {
        for (std::size_t i = 0; i < model::kNoticeEvents; ++i) {
            events.emplace_back(model::name_of(static_cast<model::NoticeEvent>(i)));
        }
        return events;
    }
    return read_words(reading, key, node, kEvents);
}

Value read_notices(Reading& reading, const Key& key, const Node& node) {
    if (node.type != Node::Type::mapping) {
        auto events = read_notice_events(reading, key, node);
        return events ? Value(json::object{{"events", std::move(*events)}}) : Value();
    }
    auto rules = read_closed_map(reading, notices_keys(), node, "notices");
    if (const auto* channel = rules ? rules->get_object().if_contains("channel") : nullptr) {
        warn_of_unknown_channel(reading, *node.find("channel"), channel->get_string());
    }
    return rules;
}

}  // namespace aifp::directives
