#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "directives/directive_checks.hpp"
#include "directives/item.hpp"
#include "directives/reading.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"
#include "expression/syntax.hpp"
#include "model/error_class.hpp"

// Values of the actions that hold other actions, and of retry (docs/control-flow.md).

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

/// How deep lists of actions may stand in each other.
constexpr std::size_t kMaxDepth = 8;

/// The same as JSON: what reads the stored text back takes 32 levels, some around this list.
constexpr std::size_t kMaxJsonDepth = 24;

std::size_t json_depth(const json::value& value) {
    std::size_t deepest = 0;
    if (const json::array* list = value.if_array()) {
        for (const json::value& item : *list) {
            deepest = std::max(deepest, json_depth(item));
        }
    } else if (const json::object* object = value.if_object()) {
        for (const auto& member : *object) {
            deepest = std::max(deepest, json_depth(member.value()));
        }
    } else {
        return 0;
    }
    return deepest + 1;
}

void tell_too_deep(Reading& reading, const Node& node) {
    reading.report.error(node.mark,
                         "actions stand too deep in each other",
                         "put the inner ones into a directive of their own and call it");
}

bool is_template(const Node& node) {
    return node.is_scalar() && expression::has_placeholder(node.text);
}

Value read_action_list(Reading& reading, const Key& key, const Node& node) {
    if (reading.depth >= kMaxDepth) {
        tell_too_deep(reading, node);
        return std::nullopt;
    }
    ++reading.depth;
    const std::size_t errors = reading.report.error_count();
    const std::vector<Item> items = read_items(reading, Group::action, node);
    --reading.depth;
    if (reading.report.error_count() > errors) {
        return std::nullopt;
    }
    if (items.empty()) {
        reading.report.error(
            node.mark, std::string(key.name) + " holds no action", "write a list of actions");
        return std::nullopt;
    }
    std::vector<model::Action> actions;
    for (const Item& item : items) {
        actions.push_back(action_of(item));
    }
    check_actions(reading, items, key.name, actions);
    json::array list;
    for (const model::Action& action : actions) {
        list.emplace_back(model::to_json(action));
    }
    if (json_depth(list) > kMaxJsonDepth && reading.report.error_count() == errors) {
        tell_too_deep(reading, node);
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(list));
}

// What comes from outside starts directives; a run hears of it by an event.
bool may_wait_for(Reading& reading, const Item& item) {
    const auto kind = item.kind->name;
    if (kind == "webhook" || kind == "manual" || kind == "mqtt") {
        reading.report.error(item.mark,
                             "wait_for cannot wait for the trigger " + std::string(kind),
                             "let another directive with that trigger emit an event, and wait for "
                             "event: NAME");
        return false;
    }
    return true;
}

Value read_trigger_list(Reading& reading, const Key& key, const Node& node) {
    const std::size_t errors = reading.report.error_count();
    const bool is_of_run = key.name == "wait_for";
    json::array list;
    for (const Item& item : read_items(reading, Group::trigger, node)) {
        json::object arguments = item.arguments;
        if (item.modifiers.contains("variables")) {
            reading.report.error(item.mark,
                                 "only a trigger of the directive itself has variables",
                                 "write an action variables: behind the wait");
        }
        if (is_of_run && may_wait_for(reading, item)) {
            if (const auto* id = item.modifiers.if_contains("id")) {
                arguments.emplace("id", *id);
            }
        }
        list.emplace_back(std::move(arguments));
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(list));
}

Value read_options(Reading& reading, const Key& key, const Node& node) {
    const std::size_t errors = reading.report.error_count();
    json::array list;
    for (const Node* option : document::items_of(node)) {
        if (const auto read = read_closed_map(reading, option_keys(), *option, "choose")) {
            list.push_back(*read);
        }
    }
    if (list.empty() && reading.report.error_count() == errors) {
        reading.report.error(node.mark,
                             std::string(key.name) + " holds no option",
                             "write a list of {if: …, then: […]}");
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(list));
}

// {hours: 1, minutes: 30}
Value read_time_map(Reading& reading, const Key& key, const Node& node) {
    constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{{{"days", 86'400'000},
                                                                         {"hours", 3'600'000},
                                                                         {"minutes", 60'000},
                                                                         {"seconds", 1'000},
                                                                         {"milliseconds", 1}}};
    const std::size_t errors = reading.report.error_count();
    document::Fields fields(reading.report, node, std::string(key.name));
    double sum = 0;
    for (const auto& [name, milliseconds] : kUnits) {
        const auto number =
            fields.read(document::read_number, name, document::Range<double>{0, 1'000'000});
        sum += number.value_or(0) * milliseconds;
    }
    fields.finish();
    return reading.report.error_count() > errors
               ? Value()
               : Value(format_duration(Milliseconds(static_cast<std::int64_t>(sum))));
}

Value read_wait_time(Reading& reading, const Key& key, const Node& node) {
    if (node.type == Node::Type::mapping) {
        return read_time_map(reading, key, node);
    }
    const auto plain = key.low > 0 ? ValueType::positive_duration : ValueType::duration;
    const Key as{
        .name = key.name, .type = is_template(node) ? ValueType::text : plain, .templated = true};
    return read_value(reading, as, node);
}

Value read_count(Reading& reading, const Key& key, const Node& node) {
    const Key as{.name = key.name,
                 .type = is_template(node) ? ValueType::text : ValueType::integer,
                 .templated = true,
                 .low = 0,
                 .high = 10'000};
    return read_value(reading, as, node);
}

Value read_item_list(Reading& reading, const Key& key, const Node& node) {
    if (node.type != Node::Type::sequence && !is_template(node)) {
        reading.report.error(node.mark,
                             std::string(key.name) + " needs a list",
                             R"(write [a, b], or a template that gives one: "{{ state.rooms }}")");
        return std::nullopt;
    }
    return read_tree(reading, key, node);
}

Value read_classes(Reading& reading, const Key& key, const Node& node) {
    const auto texts = document::read_texts(reading.report, node, key.name);
    if (!texts) {
        return std::nullopt;
    }
    std::vector<std::string_view> known;
    for (const model::ErrorClass& row : model::error_classes()) {
        known.push_back(row.name);
    }
    json::array list;
    bool right = true;
    for (const std::string& text : *texts) {
        if (!model::is_error_class(text)) {
            right = false;
            const auto nearest = nearest_name(text, known);
            reading.report.error(
                node.mark,
                quoted(text) + " is no class of errors",
                nearest ? "did you mean " + quoted(*nearest) + "?"
                        : "write one such as timeout, connect, 5xx, \"503\" or exit:75");
        }
        list.emplace_back(json::string(text));
    }
    return right ? Value(std::move(list)) : Value();
}

// true, false, or which errors.
Value read_error_switch(Reading& reading, const Key& key, const Node& node) {
    const bool is_word =
        node.is_scalar() && (node.text == "true" || node.text == "false") && !node.quoted;
    if (is_word) {
        return json::value(node.text == "true");
    }
    return read_classes(reading, key, node);
}

Value read_decimal(Reading& reading, const Key& key, const Node& node) {
    const document::Range<double> range{static_cast<double>(key.low),
                                        static_cast<double>(key.high)};
    const auto number = document::read_number(reading.report, node, key.name, range);
    return number ? Value(*number) : Value();
}

}  // namespace

Value read_closed_map(Reading& reading,
                      std::span<const Key> keys,
                      const Node& node,
                      const std::string& owner) {
    if (node.type != Node::Type::mapping) {
        reading.report.error(node.mark, owner + " has to be a map", "write its keys below it");
        return std::nullopt;
    }
    const std::size_t errors = reading.report.error_count();
    json::object found;
    for (const Node::Member& member : node.members) {
        const Key* key = find_key(keys, member.key);
        if (key == nullptr) {
            document::report_unknown(
                reading.report, member.key_mark, "key of " + owner, member.key, key_words(keys));
        } else if (found.contains(key->name)) {
            reading.report.error(member.key_mark,
                                 quoted(member.key) + " says the same as another key",
                                 "write " + std::string(key->name) + " once");
        } else {
            found[key->name] = read_value(reading, *key, *member.value).value_or(json::value());
        }
    }
    json::object map;
    for (const Key& key : keys) {
        const auto* value = found.if_contains(key.name);
        if (value == nullptr && key.required) {
            reading.report.error(node.mark,
                                 owner + " needs " + std::string(key.name),
                                 "write " + std::string(describe(key.type)));
        } else if (value != nullptr &&
                   (key.fallback.empty() || *value != json::parse(key.fallback))) {
            map.emplace(key.name, *value);
        }
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(map));
}

Value read_flow(Reading& reading, const Key& key, const Node& node) {
    switch (key.type) {
        case ValueType::actions:
            return read_action_list(reading, key, node);
        case ValueType::triggers:
            return read_trigger_list(reading, key, node);
        case ValueType::options:
            return read_options(reading, key, node);
        case ValueType::wait_time:
            return read_wait_time(reading, key, node);
        case ValueType::count:
            return read_count(reading, key, node);
        case ValueType::items:
            return read_item_list(reading, key, node);
        case ValueType::retry:
            return read_closed_map(reading, retry_keys(), node, "retry");
        case ValueType::stop_after:
            return read_closed_map(reading, stop_after_keys(), node, "stop_after");
        case ValueType::error_classes:
            return read_classes(reading, key, node);
        case ValueType::error_switch:
            return read_error_switch(reading, key, node);
        default:
            return read_decimal(reading, key, node);
    }
}

}  // namespace aifp::directives
