#include <algorithm>

#include "base/text.hpp"
#include "directives/item.hpp"
#include "directives/older.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;
using document::quoted;

namespace {

NodePtr single(std::string_view key, Mark mark, NodePtr value) {
    auto mapping = make_mapping(mark);
    add(*mapping, key, mark, std::move(value));
    return mapping;
}

bool takes_mapping(ValueType type) noexcept {
    return type == ValueType::any || type == ValueType::map || type == ValueType::state_map ||
           type == ValueType::text_map || type == ValueType::time_window ||
           type == ValueType::conditions || type == ValueType::triggers ||
           type == ValueType::wait_time || type == ValueType::sun_window ||
           type == ValueType::watchdog || type == ValueType::state_window ||
           type == ValueType::number_window;
}

// "lamp = on" as the short form of set.
NodePtr state_assignment(std::string_view text, Mark mark) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
        return make_text(std::string(text), mark);
    }
    return single(trim(text.substr(0, equals)),
                  mark,
                  make_text(std::string(trim(text.substr(equals + 1))), mark));
}

// "kind: argument", or the kind alone. Null when the text does not begin with a kind.
NodePtr from_short_text(Reading& reading, Group group, const Node& node) {
    const std::string_view text = node.text;
    const std::size_t colon = text.find(':');
    const std::string_view word = trim(text.substr(0, colon));
    const Kind* kind = find_kind(group, word);
    const bool alone = colon == std::string_view::npos;
    const bool separated =
        alone || colon + 1 >= text.size() || text[colon + 1] == ' ' || text[colon + 1] == '\t';
    // any: any: any: … in one text would nest without a bound.
    const ValueType type = kind == nullptr ? ValueType::nothing : kind->argument.type;
    const bool nests = type == ValueType::actions || type == ValueType::options ||
                       (type == ValueType::conditions && group == Group::condition);
    if (kind == nullptr || !separated || nests) {
        return nullptr;
    }
    const std::string_view argument = alone ? std::string_view() : trim(text.substr(colon + 1));
    const std::size_t offset =
        argument.empty() ? 0 : static_cast<std::size_t>(argument.data() - text.data());
    const Mark mark = place_inside(reading.report.source(), node, offset);
    NodePtr value = make_null(mark);
    if (!argument.empty()) {
        value = kind->argument.type == ValueType::state_map
                    ? state_assignment(argument, mark)
                    : make_text(std::string(argument), mark);
    }
    auto mapping = make_mapping(node.mark);
    add(*mapping, kind->name, node.mark, std::move(value));
    return mapping;
}

NodePtr trigger_from_text(Reading& reading, const Node& node) {
    const std::string lower = to_lower_ascii(trim(node.text));
    if (clock_seconds(node.text)) {
        return single("at", node.mark, NodePtr(NodePtr(), &node));
    }
    if (lower.starts_with("every ")) {
        return single("every", node.mark, make_text(lower.substr(6), node.mark));
    }
    const bool five_fields = std::count(lower.begin(), lower.end(), ' ') >= 4;
    if (lower.starts_with('@') || (five_fields && lower.find_first_of("*0123456789") == 0)) {
        return single("cron", node.mark, NodePtr(NodePtr(), &node));
    }
    const std::string_view word = std::string_view(lower).substr(0, lower.find_first_of(": "));
    const auto nearest = nearest_name(word, kind_words(Group::trigger));
    reading.report.error(node.mark,
                         "when is " + quoted(node.text) + "? It is not a trigger",
                         nearest ? "did you mean " + quoted(*nearest) + "?"
                                 : R"(write for example at: "17:00" or cron: "0 7 * * 1-5")");
    return nullptr;
}

NodePtr action_from_text(Reading& reading, const Node& node) {
    const std::string_view text = node.text;
    const std::string_view word = text.substr(0, text.find_first_of(": "));
    const auto nearest = nearest_name(word, kind_words(Group::action));
    reading.report.error(node.mark,
                         "what is to be done for " + quoted(text) + "? It is not an action",
                         nearest ? "did you mean " + quoted(*nearest) + "?"
                                 : "write for example http_request: POST http://lamp.local/on, "
                                   "command: … or run: src/NAME.py");
    return nullptr;
}

NodePtr from_scalar(Reading& reading, Group group, const NodePtr& node) {
    if (node->type == Node::Type::null || !node->tag.empty()) {
        reading.report.error(node->mark,
                             "this " + std::string(name_of(group)) + " is empty",
                             "write a map with one kind, such as " +
                                 std::string(group == Group::trigger     ? R"(at: "17:00")"
                                             : group == Group::condition ? "state.lux < 40"
                                                                         : "log: hello"));
        return nullptr;
    }
    if (node->text.starts_with("@import ")) {
        check_text(reading, *node, false);
        return nullptr;
    }
    if (NodePtr native = from_short_text(reading, group, *node)) {
        return native;
    }
    switch (group) {
        case Group::trigger:
            return trigger_from_text(reading, *node);
        case Group::condition:
            return single("expression", node->mark, node);
        case Group::action:
            break;
    }
    return action_from_text(reading, *node);
}

NodePtr from_type(Reading& reading, Group group, const Node& node, const Node::Member& type) {
    const auto word = document::read_text(reading.report, *type.value, "type");
    if (!word) {
        return nullptr;
    }
    switch (group) {
        case Group::trigger:
            return trigger_from_type(reading, *word, node);
        case Group::condition:
            return condition_from_type(reading, *word, node);
        case Group::action:
            break;
    }
    return action_from_type(reading, *word, node);
}

NodePtr from_shape(Reading& reading, Group group, const Node& node) {
    const std::size_t errors = reading.report.error_count();
    NodePtr native = group == Group::trigger     ? trigger_from_shape(reading, node)
                     : group == Group::condition ? condition_from_shape(reading, node)
                                                 : action_from_shape(reading, node);
    if (native || reading.report.error_count() > errors) {
        return native;
    }
    for (const Node::Member& member : node.members) {
        if (find_key(common_keys(group), member.key) == nullptr) {
            tell_unknown_kind(reading, group, member.key_mark, member.key);
            return nullptr;
        }
    }
    reading.report.error(node.mark,
                         "this " + std::string(name_of(group)) + " has no kind",
                         "write one of its kinds as a key");
    return nullptr;
}

const Node::Member* first_kind(Group group, const Node& node) noexcept {
    for (const Node::Member& member : node.members) {
        if (find_kind(group, member.key) != nullptr) {
            return &member;
        }
    }
    return nullptr;
}

// `log: {message: hello, level: warning}`: the long form below its kind key.
NodePtr from_nested(Reading& reading,
                    const Kind& kind,
                    const Node& node,
                    const Node::Member& main) {
    auto flat = make_mapping(main.key_mark);
    for (const Node::Member& member : main.value->members) {
        add(*flat, member.key, member.key_mark, member.value);
    }
    for (const Node::Member& member : node.members) {
        if (&member != &main) {
            add(*flat, member.key, member.key_mark, member.value);
        }
    }
    return from_long_form(reading, kind, *flat);
}

}  // namespace

NodePtr native_form(Reading& reading, Group group, const NodePtr& node) {
    if (node->is_scalar()) {
        return from_scalar(reading, group, node);
    }
    if (node->type == Node::Type::sequence) {
        reading.report.error(
            node->mark,
            "a list stands where one " + std::string(name_of(group)) + " has to be",
            "take the inner list out");
        return nullptr;
    }
    if (const Node::Member* type = member_of(*node, "type")) {
        return from_type(reading, group, *node, *type);
    }
    const Node::Member* main = first_kind(group, *node);
    if (main == nullptr) {
        return from_shape(reading, group, *node);
    }
    const Kind& kind = *find_kind(group, main->key);
    const bool is_nested = main->value->type == Node::Type::mapping &&
                           !main->value->find("$secret") && kind.built &&
                           !takes_mapping(kind.argument.type);
    return is_nested ? from_nested(reading, kind, *node, *main) : node;
}

}  // namespace aifp::directives
