#include "directives/older.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;

const Node::Member* any_of(const Node& node,
                           std::initializer_list<std::string_view> keys) noexcept {
    for (const std::string_view key : keys) {
        if (const Node::Member* member = member_of(node, key)) {
            return member;
        }
    }
    return nullptr;
}

void add_others(Node& to, const Node& from, std::initializer_list<std::string_view> without) {
    for (const Node::Member& member : from.members) {
        if (std::find(without.begin(), without.end(), member.key) == without.end()) {
            add(to, member.key, member.key_mark, member.value);
        }
    }
}

void tell_unknown_kind(Reading& reading, Group group, Mark mark, std::string_view word) {
    document::report_unknown(
        reading.report, mark, "kind of " + std::string(name_of(group)), word, kind_words(group));
}

namespace {

const Node::Member* main_member(const Kind& kind, const Node& node) noexcept {
    if (const Node::Member* member = member_of(node, kind.name)) {
        return member;
    }
    for (const Node::Member& member : node.members) {
        if (has_word(kind.argument.aliases, member.key)) {
            return &member;
        }
    }
    return nullptr;
}

// The members of the map that a kind takes, for those that take one.
std::span<const Key> parts_of(ValueType type) noexcept {
    switch (type) {
        case ValueType::time_window:
            return time_window_keys();
        case ValueType::watchdog:
            return watchdog_keys();
        case ValueType::state_window:
            return state_window_keys();
        case ValueType::number_window:
            return number_window_keys();
        default:
            return {};
    }
}

// after, before and weekdays of `type: time` become the map that the kind takes.
NodePtr gathered_window(const Kind& kind, const Node& node) {
    auto native = make_mapping(node.mark);
    auto window = make_mapping(node.mark);
    add(*native, kind.name, node.mark, window);
    for (const Node::Member& member : node.members) {
        if (member.key != "type") {
            const bool is_part = find_key(parts_of(kind.argument.type), member.key) != nullptr;
            add(is_part ? *window : *native, member.key, member.key_mark, member.value);
        }
    }
    return native;
}

}  // namespace

NodePtr from_long_form(Reading& reading, const Kind& kind, const Node& node) {
    if (kind.name == "http_request") {
        return http_request_from(reading, node, false);
    }
    const Node::Member* main = main_member(kind, node);
    if (main == nullptr && !parts_of(kind.argument.type).empty()) {
        return gathered_window(kind, node);
    }
    auto native = make_mapping(node.mark);
    if (main == nullptr) {
        if (kind.built && kind.argument.type != ValueType::nothing) {
            const auto names = words_of(kind.argument.aliases);
            const std::string_view name = names.empty() ? kind.name : names.front();
            reading.report.error(node.mark,
                                 "the " + std::string(name_of(kind.group)) + " " +
                                     std::string(kind.name) + " lacks its " + std::string(name),
                                 "write " + std::string(describe(kind.argument.type)));
            return nullptr;
        }
        add(*native, kind.name, node.mark, make_null(node.mark));
    } else {
        add(*native, kind.name, main->key_mark, main->value);
    }
    if (!kind.built) {
        return native;
    }
    for (const Node::Member& member : node.members) {
        if (&member != main && member.key != "type") {
            add(*native, member.key, member.key_mark, member.value);
        }
    }
    return native;
}

}  // namespace aifp::directives
