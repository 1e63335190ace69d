#include <algorithm>

#include "base/text.hpp"
#include "directives/reading.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"

// Values of any form: bodies, parameters, states.

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;
using document::Yaml11Trap;

namespace {

// Where any value may stand, an unquoted word that YAML 1.1 tools read otherwise is a question
// that only its author can answer.
bool refuse_trap(Reading& reading, const Node& node) {
    switch (document::yaml11_trap(node)) {
        case Yaml11Trap::none:
            return false;
        case Yaml11Trap::boolean_word:
            reading.report.error(node.mark,
                                 node.text + " without quotes is true or false in YAML 1.1",
                                 "write \"" + node.text + "\" for the word, or true or false");
            return true;
        case Yaml11Trap::sexagesimal:
            reading.report.error(node.mark,
                                 node.text + " without quotes is a number in YAML 1.1",
                                 "write \"" + node.text + "\" in quotes");
            return true;
        case Yaml11Trap::leading_zero:
            reading.report.error(node.mark,
                                 node.text + " without quotes is an octal number in YAML 1.1",
                                 "write \"" + node.text + "\" for the text, or leave out the zero");
            return true;
        case Yaml11Trap::underscore:
            break;
    }
    std::string digits = node.text;
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    reading.report.error(node.mark,
                         node.text + " without quotes is the number " + digits + " in YAML 1.1",
                         "write " + digits + ", or \"" + node.text + "\" for the text");
    return true;
}

// Depth is bounded by document::Limits.
void check_tree(Reading& reading, const Key& key, std::string_view name, const Node& node) {
    if (check_secret(reading, node)) {
        return;
    }
    if (node.type == Node::Type::mapping) {
        for (const Node::Member& member : node.members) {
            check_tree(reading, key, member.key, *member.value);
        }
    } else if (node.type == Node::Type::sequence) {
        for (const auto& item : node.items) {
            check_tree(reading, key, name, *item);
        }
    } else if (!refuse_trap(reading, node) && node.type != Node::Type::null) {
        check_text(reading, node, key.templated);
        warn_of_credential(reading, name, node);
    }
}

bool expect_mapping(Reading& reading, const Key& key, const Node& node) {
    if (node.type == Node::Type::mapping) {
        return true;
    }
    if (node.tag == "!import" || node.text.starts_with("@import ")) {
        check_text(reading, node, false);
        return false;
    }
    reading.report.error(node.mark,
                         std::string(key.name) + " has to be a map",
                         "write " + std::string(key.name) + ": {NAME: value}");
    return false;
}

void refuse_secrets(Reading& reading, const Node& node, std::string_view why) {
    if (document::secret_name(node)) {
        reading.report.error(node.mark,
                             "a secret may not become " + std::string(why),
                             "use the secret where it is needed");
        return;
    }
    for (const auto& item : node.items) {
        refuse_secrets(reading, *item, why);
    }
    for (const Node::Member& member : node.members) {
        refuse_secrets(reading, *member.value, why);
    }
}

// ${NAME} may be a secret too.
void refuse_environment(Reading& reading, const Node& node) {
    if (node.is_scalar() && node.text.find("${") != std::string::npos) {
        reading.report.error(node.mark,
                             "a variable takes no ${NAME}: variables are stored with the run",
                             "write ${NAME} in the action that needs it");
    }
    for (const auto& item : node.items) {
        refuse_environment(reading, *item);
    }
    for (const Node::Member& member : node.members) {
        refuse_environment(reading, *member.value);
    }
}

bool is_identifier(std::string_view name) noexcept {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    constexpr std::string_view kDigits = "0123456789";
    return !name.empty() && kLetters.find(name.front()) != std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return kLetters.find(c) != std::string_view::npos ||
                      kDigits.find(c) != std::string_view::npos;
           });
}

}  // namespace

bool is_state_name(std::string_view name) noexcept {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return !name.empty() && name.size() <= 128 &&
           name.find_first_not_of(kAllowed) == std::string_view::npos && name.front() != '.' &&
           name.back() != '.';
}

Value read_tree(Reading& reading, const Key& key, const Node& node) {
    const std::size_t errors = reading.report.error_count();
    if (key.type == ValueType::map && !expect_mapping(reading, key, node)) {
        return std::nullopt;
    }
    check_tree(reading, key, key.name, node);
    return reading.report.error_count() > errors ? Value() : Value(document::to_json(node));
}

Value read_text_map(Reading& reading, const Key& key, const Node& node) {
    if (!expect_mapping(reading, key, node)) {
        return std::nullopt;
    }
    const std::size_t errors = reading.report.error_count();
    json::object map;
    for (const Node::Member& member : node.members) {
        const Key entry{.name = member.key, .templated = key.templated};
        if (check_secret(reading, *member.value)) {
            map.emplace(member.key, document::to_json(*member.value));
        } else if (const auto text = read_item_text(reading, entry, *member.value)) {
            warn_of_credential(reading, member.key, *member.value);
            map.emplace(member.key, json::string(*text));
        }
    }
    return reading.report.error_count() > errors ? Value() : Value(std::move(map));
}

Value read_state_map(Reading& reading, const Key& key, const Node& node) {
    if (!expect_mapping(reading, key, node)) {
        return std::nullopt;
    }
    const std::size_t errors = reading.report.error_count();
    for (const Node::Member& member : node.members) {
        if (!is_state_name(member.key)) {
            reading.report.error(member.key_mark,
                                 quoted(member.key) + " cannot be the name of a state",
                                 "write letters, digits and _ . -, at most 128 of them");
        }
        refuse_secrets(reading, *member.value, "a state: states are shown");
    }
    if (node.members.empty()) {
        reading.report.error(node.mark, "set names no state", "write set: {porch: \"on\"}");
    }
    if (reading.report.error_count() > errors) {
        return std::nullopt;
    }
    return read_tree(reading, key, node);
}

Value read_variables(Reading& reading, const Key& key, const Node& node) {
    if (!expect_mapping(reading, key, node)) {
        return std::nullopt;
    }
    const std::size_t errors = reading.report.error_count();
    for (const Node::Member& member : node.members) {
        if (!is_identifier(member.key)) {
            reading.report.error(member.key_mark,
                                 quoted(member.key) + " cannot be the name of a variable",
                                 "write letters, digits and _, a letter first: vars.NAME");
        }
        refuse_secrets(reading, *member.value, "a variable: variables are stored with the run");
        refuse_environment(reading, *member.value);
    }
    if (reading.report.error_count() > errors) {
        return std::nullopt;
    }
    return read_tree(reading, key, node);
}

}  // namespace aifp::directives
