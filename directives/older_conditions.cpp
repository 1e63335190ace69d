#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/older.hpp"
#include "directives/words.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;
using document::quoted;

namespace {

enum class Comparison { plain, in, not_in, contains, matches, sun };

struct Operator {
    std::string_view words;  ///< Separated by blanks.
    Comparison comparison;
    std::string_view lua;  ///< For plain.
};

constexpr std::array<Operator, 12> kOperators = {{
    {"== = eq equals equal is equal_to", Comparison::plain, "=="},
    {"!= ~= <> ne neq not_equals not_equal is_not not_equal_to", Comparison::plain, "~="},
    {">= gte ge greater_or_equal greater_than_or_equal at_least", Comparison::plain, ">="},
    {"<= lte le less_or_equal less_than_or_equal at_most", Comparison::plain, "<="},
    {"> gt greater greater_than above", Comparison::plain, ">"},
    {"< lt less less_than below", Comparison::plain, "<"},
    {"not_in", Comparison::not_in, ""},
    {"in", Comparison::in, ""},
    {"contains", Comparison::contains, ""},
    {"matches", Comparison::matches, ""},
    {"below_horizon", Comparison::sun, ""},
    {"above_horizon", Comparison::sun, ""},
}};

const Operator* find_operator(std::string_view word) {
    std::string key = to_lower_ascii(trim(word));
    std::replace(key.begin(), key.end(), ' ', '_');
    const auto found =
        std::find_if(kOperators.begin(), kOperators.end(), [&key](const Operator& entry) {
            return has_word(entry.words, key);
        });
    return found == kOperators.end() ? nullptr : found;
}

std::vector<std::string_view> operator_words() {
    std::vector<std::string_view> words;
    for (const Operator& entry : kOperators) {
        for (const std::string_view word : words_of(entry.words)) {
            words.push_back(word);
        }
    }
    return words;
}

std::string lua_text(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            literal += '\\';
        }
        if (c == '\n') {
            literal += "\\n";
        } else if (c == '\r') {
            literal += "\\r";
        } else {
            literal += c;
        }
    }
    return literal + "\"";
}

bool is_lua_name(std::string_view word) noexcept {
    constexpr std::string_view kReserved =
        "and break do else elseif end false for function goto if in local nil not or repeat return "
        "then true until while AND OR NOT";
    return is_identifier(word) && !has_word(kReserved, word);
}

// A field that is no path of Lua names is the name of a state.
std::string lua_field(std::string_view field) {
    const std::string_view path = trim(field);
    const auto parts = split(path, '.');
    const bool is_path = std::all_of(parts.begin(), parts.end(), is_lua_name);
    return is_path ? std::string(path) : "state[" + lua_text(path) + "]";
}

// A scalar as a Lua literal; nothing when it is none.
std::optional<std::string> lua_literal(Reading& reading, const Node& value) {
    if (!value.is_scalar() || !value.tag.empty()) {
        reading.report.error(value.mark, "a plain value is compared here", "write one value");
        return std::nullopt;
    }
    const Key any{.name = "value", .type = ValueType::any};
    const Value read = read_value(reading, any, value);
    if (!read) {
        return std::nullopt;
    }
    if (read->is_string()) {
        return lua_text(std::string_view(read->get_string()));
    }
    return read->is_null() ? "nil" : value.text;
}

// The older `matches` took simple regular expressions; here * and ? are the wildcards.
std::optional<std::string> wildcard_pattern(std::string_view pattern) {
    constexpr std::string_view kBeyond = "[](){}|+\\";
    if (pattern.find_first_of(kBeyond) != std::string_view::npos) {
        return std::nullopt;
    }
    const bool is_regex = pattern.starts_with('^') || pattern.ends_with('$') ||
                          pattern.find(".*") != std::string_view::npos;
    if (!is_regex) {
        return std::string(pattern);
    }
    const bool from_start = pattern.starts_with('^');
    const bool to_end = pattern.ends_with('$');
    pattern = pattern.substr(from_start ? 1 : 0);
    pattern = pattern.substr(0, pattern.size() - (to_end ? 1 : 0));
    std::string wildcard = from_start ? "" : "*";
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern.substr(at).starts_with(".*")) {
            wildcard += '*';
            ++at;
        } else {
            wildcard += pattern[at] == '.' ? '?' : pattern[at];
        }
    }
    return to_end || wildcard.ends_with('*') ? wildcard : wildcard + "*";
}

struct Comparand {
    const Operator& entry;
    std::string field;
    const Node& value;
};

std::optional<std::string> membership(Reading& reading, const Comparand& comparand) {
    std::string list;
    for (const Node* item : document::items_of(comparand.value)) {
        const auto literal = lua_literal(reading, *item);
        if (!literal) {
            return std::nullopt;
        }
        list += (list.empty() ? "" : " or ") + comparand.field + " == " + *literal;
    }
    if (list.empty()) {
        reading.report.error(comparand.value.mark, "the list is empty", "write at least one value");
        return std::nullopt;
    }
    return comparand.entry.comparison == Comparison::not_in ? "not (" + list + ")" : list;
}

std::optional<std::string> pattern_match(Reading& reading, const Comparand& comparand) {
    const auto text = document::read_text(reading.report, comparand.value, "value");
    const auto pattern = text ? wildcard_pattern(*text) : std::nullopt;
    if (text && !pattern) {
        reading.report.error(comparand.value.mark,
                             "matches understands * and ? only",
                             "write for example door_*, or an expression");
    }
    if (!pattern) {
        return std::nullopt;
    }
    return "text.matches(" + comparand.field + ", " + lua_text(*pattern) + ")";
}

std::optional<std::string> expression_text(Reading& reading, const Comparand& comparand) {
    switch (comparand.entry.comparison) {
        case Comparison::in:
        case Comparison::not_in:
            return membership(reading, comparand);
        case Comparison::matches:
            return pattern_match(reading, comparand);
        default:
            break;
    }
    const auto literal = lua_literal(reading, comparand.value);
    if (!literal) {
        return std::nullopt;
    }
    return comparand.entry.comparison == Comparison::contains
               ? "text.contains(" + comparand.field + ", " + *literal + ")"
               : comparand.field + " " + std::string(comparand.entry.lua) + " " + *literal;
}

bool check_members(Reading& reading, const Node& node) {
    constexpr std::array<std::string_view, 5> kKnown = {
        "type", "field", "operator", "value", "description"};
    for (const Node::Member& member : node.members) {
        if (std::find(kKnown.begin(), kKnown.end(), member.key) == kKnown.end()) {
            document::report_unknown(
                reading.report, member.key_mark, "key of condition", member.key, kKnown);
            return false;
        }
    }
    return true;
}

NodePtr sun_condition(const Node::Member& word) {
    auto native = make_mapping(word.value->mark);
    add(*native, "sun", word.value->mark, word.value);
    return native;
}

// `{field, operator[, value]}`
NodePtr comparison_from(Reading& reading, const Node& node) {
    const Node::Member* field = member_of(node, "field");
    const Node::Member* word = member_of(node, "operator");
    if (field == nullptr || word == nullptr) {
        reading.report.error(
            node.mark,
            field == nullptr ? "the condition has no field" : "the condition has no operator",
            "write {field: state.lux, operator: \"<\", value: 40}");
        return nullptr;
    }
    const auto field_text = document::read_text(reading.report, *field->value, "field");
    const auto word_text = document::read_text(reading.report, *word->value, "operator");
    if (!field_text || !word_text || !check_members(reading, node)) {
        return nullptr;
    }
    const Operator* entry = find_operator(*word_text);
    if (entry == nullptr) {
        document::report_unknown(
            reading.report, word->value->mark, "operator", *word_text, operator_words());
        return nullptr;
    }
    if (entry->comparison == Comparison::sun) {
        return sun_condition(*word);
    }
    const Node::Member* value = member_of(node, "value");
    if (value == nullptr) {
        reading.report.error(word->value->mark,
                             "the operator " + quoted(*word_text) + " needs a value",
                             "write value: … beside it");
        return nullptr;
    }
    const auto text = expression_text(reading, {*entry, lua_field(*field_text), *value->value});
    if (!text) {
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native, "expression", field->key_mark, make_text(*text, field->value->mark));
    return native;
}

}  // namespace

NodePtr condition_from_type(Reading& reading, std::string_view word, const Node& node) {
    if (member_of(node, "field") != nullptr) {
        return comparison_from(reading, node);
    }
    const Kind* kind = find_kind(Group::condition, word);
    if (kind == nullptr) {
        const Node::Member* type = member_of(node, "type");
        const Mark mark = type != nullptr ? type->value->mark : node.mark;
        tell_unknown_kind(reading, Group::condition, mark, word);
        return nullptr;
    }
    return from_long_form(reading, *kind, node);
}

NodePtr condition_from_shape(Reading& reading, const Node& node) {
    const bool is_comparison =
        member_of(node, "field") != nullptr || member_of(node, "operator") != nullptr;
    return is_comparison ? comparison_from(reading, node) : nullptr;
}

}  // namespace aifp::directives
