#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/older.hpp"
#include "directives/words.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;
using document::quoted;

namespace {

NodePtr webhook_from(Reading& reading,
                     const Node& node,
                     std::initializer_list<std::string_view> path_keys) {
    auto native = make_mapping(node.mark);
    const Node::Member* path = any_of(node, path_keys);
    if (path != nullptr) {
        add(*native, "webhook", path->key_mark, path->value);
    } else if (!reading.directive.empty()) {
        add(*native, "webhook", node.mark, make_text(reading.directive, node.mark));
    } else {
        reading.report.error(node.mark, "the webhook has no path", "write path: NAME");
        return nullptr;
    }
    for (const Node::Member& member : node.members) {
        const bool is_used = &member == path || member.key == "type" || member.key == "source" ||
                             member.key == "event_source";
        if (!is_used) {
            add(*native, member.key, member.key_mark, member.value);
        }
    }
    return native;
}

NodePtr not_built_trigger(std::string_view kind, Mark mark) {
    auto native = make_mapping(mark);
    add(*native, kind, mark, make_null(mark));
    return native;
}

// The host's own figures go by many names.
std::string metric_expression(const std::string& metric) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFigures = {
        {{"cpu", "cpu_percent"},
         {"cpu_usage", "cpu_percent"},
         {"memory", "memory_percent"},
         {"memory_usage", "memory_percent"},
         {"disk", "disk_percent"},
         {"disk_usage", "disk_percent"}}};
    for (const auto& [name, figure] : kFigures) {
        if (name == metric) {
            return "state.host." + std::string(figure);
        }
    }
    return is_identifier(metric) ? "state." + metric : "state[\"" + metric + "\"]";
}

std::string_view symbol_of(std::string_view word) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSymbols = {
        {{"gt", ">"}, {"lt", "<"}, {"eq", "=="}, {"ne", "!="}, {"gte", ">="}, {"lte", "<="}}};
    for (const auto& [name, symbol] : kSymbols) {
        if (name == word || symbol == word) {
            return symbol;
        }
    }
    return {};
}

// `metric: cpu_usage, operator: gt, threshold: 80, duration_seconds: 300` of a condition.
NodePtr threshold_from(Reading& reading, const Node& node) {
    const Node::Member* metric = member_of(node, "metric");
    const Node::Member* threshold = member_of(node, "threshold");
    if (metric == nullptr || threshold == nullptr || !threshold->value->is_scalar() ||
        !is_state_name(metric->value->text)) {
        reading.report.error(node.mark,
                             "the condition needs the name of a metric and a threshold",
                             "write metric: cpu_usage, operator: gt, threshold: 80");
        return nullptr;
    }
    const Node::Member* word = member_of(node, "operator");
    const auto symbol = symbol_of(word == nullptr ? "gt" : std::string_view(word->value->text));
    if (symbol.empty()) {
        reading.report.error(word->value->mark,
                             quoted(word->value->text) + " is no operator",
                             "write gt, lt, eq, ne, gte or lte");
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native,
        "condition",
        metric->key_mark,
        make_text(metric_expression(metric->value->text) + " " + std::string(symbol) + " " +
                      threshold->value->text,
                  metric->value->mark));
    if (const Node::Member* duration = any_of(node, {"duration_seconds", "duration"})) {
        add(*native, "for", duration->key_mark, duration->value);
    }
    add_others(
        *native, node, {"type", "metric", "threshold", "operator", "duration_seconds", "duration"});
    return native;
}

// `source: file_watch` with `path`.
NodePtr file_from(Reading& reading, const Node& node) {
    const Node::Member* path = any_of(node, {"path", "file", "pattern"});
    if (path == nullptr) {
        reading.report.error(node.mark, "which file? It has no path", "write path: inbox/*.csv");
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native, "file", path->key_mark, path->value);
    add_others(
        *native, node, {"type", "source", "event_source", "path", "file", "pattern", "event_name"});
    return native;
}

NodePtr plain_event(Reading& reading, const Node& node) {
    const Node::Member* name = any_of(node, {"event_name", "event_type", "event"});
    if (name == nullptr) {
        reading.report.error(node.mark, "which event? It has no name", "write event_name: NAME");
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native, "event", name->key_mark, name->value);
    add_others(
        *native, node, {"type", "source", "event_source", "event_name", "event_type", "event"});
    return native;
}

// `type: event` with `source` or `event_source`.
NodePtr event_from(Reading& reading, const Node& node) {
    const Node::Member* source = any_of(node, {"source", "event_source"});
    if (source == nullptr) {
        return plain_event(reading, node);
    }
    const auto word = document::read_text(reading.report, *source->value, source->key);
    if (!word) {
        return nullptr;
    }
    if (*word == "webhook" || *word == "http") {
        return webhook_from(reading, node, {"path", "endpoint", "event_name", "event_type"});
    }
    if (*word == "mqtt") {
        return not_built_trigger("mqtt", source->value->mark);
    }
    if (*word == "file_watch" || *word == "file") {
        return file_from(reading, node);
    }
    if (*word != "custom") {
        reading.report.warning(source->value->mark,
                               "the source " + quoted(*word) + " is not known",
                               "any emit with this event name fires it; webhook, mqtt, "
                               "file_watch and custom are known");
    }
    return plain_event(reading, node);
}

// `hours: 1`, `minutes: 5`, `seconds: 30` of an interval.
NodePtr interval_from(Reading& reading, const Kind& kind, const Node& node) {
    std::string period;
    const Node::Member* first = nullptr;
    constexpr std::array<std::pair<std::string_view, char>, 4> kUnits = {
        {{"days", 'd'}, {"hours", 'h'}, {"minutes", 'm'}, {"seconds", 's'}}};
    for (const auto& [unit, letter] : kUnits) {
        if (const Node::Member* member = member_of(node, unit)) {
            first = first == nullptr ? member : first;
            period += member->value->text + letter;
        }
    }
    if (first == nullptr) {
        return from_long_form(reading, kind, node);
    }
    auto native = make_mapping(node.mark);
    add(*native, "every", first->key_mark, make_text(period, first->value->mark));
    add_others(*native, node, {"type", "days", "hours", "minutes", "seconds"});
    return native;
}

// `type: schedule` says only that it recurs; the other keys say how.
NodePtr schedule_from(Reading& reading, const Node& node) {
    if (any_of(node, {"interval", "every", "days", "hours", "minutes", "seconds"}) != nullptr &&
        any_of(node, {"time", "at", "cron", "schedule", "expression"}) == nullptr) {
        return interval_from(reading, *find_kind(Group::trigger, "every"), node);
    }
    const bool is_clock = any_of(node, {"time", "at", "execute_at"}) != nullptr;
    return from_long_form(reading, *find_kind(Group::trigger, is_clock ? "at" : "cron"), node);
}

}  // namespace

NodePtr trigger_from_type(Reading& reading, std::string_view word, const Node& node) {
    if (word == "event") {
        return event_from(reading, node);
    }
    if (word == "api" || word == "api_webhook" || word == "webhook" || word == "http") {
        return webhook_from(reading, node, {"webhook", "path", "endpoint", "http"});
    }
    if (word == "schedule") {
        return schedule_from(reading, node);
    }
    const Kind* kind = find_kind(Group::trigger, word);
    if (kind == nullptr) {
        const Node::Member* type = member_of(node, "type");
        tell_unknown_kind(
            reading, Group::trigger, type != nullptr ? type->value->mark : node.mark, word);
        return nullptr;
    }
    if (kind->name == "condition" && member_of(node, "metric") != nullptr) {
        return threshold_from(reading, node);
    }
    if (kind->name == "every") {
        return interval_from(reading, *kind, node);
    }
    return from_long_form(reading, *kind, node);
}

NodePtr trigger_from_shape(Reading& reading, const Node& node) {
    if (any_of(node, {"source", "event_source", "event_name", "event_type"}) != nullptr) {
        return event_from(reading, node);
    }
    if (any_of(node, {"metric", "threshold"}) != nullptr) {
        return threshold_from(reading, node);
    }
    return nullptr;
}

}  // namespace aifp::directives
