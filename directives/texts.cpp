#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/reading.hpp"
#include "directives/words.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"
#include "expression/syntax.hpp"

// Texts, expressions, secrets: what is checked in every string of an item.

namespace aifp::directives {

using document::Node;
using document::quoted;

namespace {

void check_environment(Reading& reading, const Node& scalar) {
    const std::string_view text = scalar.text;
    for (std::size_t at = text.find("${"); at != std::string_view::npos;
         at = text.find("${", at + 2)) {
        const std::size_t end = text.find('}', at);
        const bool closed = end != std::string_view::npos;
        if (!closed || !is_identifier(text.substr(at + 2, end - at - 2))) {
            reading.report.error(place_inside(reading.report.source(), scalar, at),
                                 "this ${…} does not name an environment variable",
                                 "write ${NAME} with letters, digits and _");
        }
    }
}

// Key names that say what the value is.
bool names_credential(std::string_view key) {
    constexpr std::array<std::string_view, 10> kMarks = {"password",
                                                         "passwd",
                                                         "secret",
                                                         "token",
                                                         "api_key",
                                                         "apikey",
                                                         "authorization",
                                                         "private_key",
                                                         "access_key",
                                                         "bearer"};
    std::string lower = to_lower_ascii(key);
    std::replace(lower.begin(), lower.end(), '-', '_');
    return std::any_of(kMarks.begin(), kMarks.end(), [&lower](std::string_view mark) {
        return lower.find(mark) != std::string::npos;
    });
}

// Prefixes that providers give their tokens so that scanners find them.
bool looks_like_token(std::string_view value) {
    constexpr std::array<std::string_view, 10> kPrefixes = {"Bearer ",
                                                            "Basic ",
                                                            "ghp_",
                                                            "github_pat_",
                                                            "glpat-",
                                                            "sk-",
                                                            "xoxb-",
                                                            "xoxp-",
                                                            "AKIA",
                                                            "-----BEGIN "};
    return value.size() >= 12 &&
           std::any_of(kPrefixes.begin(), kPrefixes.end(), [value](std::string_view prefix) {
               return value.starts_with(prefix);
           });
}

std::string secret_name_for(const Reading& reading, std::string_view key) {
    std::string name =
        reading.directive.empty() ? std::string(key) : reading.directive + "_" + std::string(key);
    name = to_lower_ascii(name);
    std::replace_if(
        name.begin(),
        name.end(),
        [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); },
        '_');
    return name;
}

}  // namespace

void warn_of_credential(Reading& reading, std::string_view key, const Node& scalar) {
    const std::string_view value = scalar.text;
    const bool is_reference = expression::has_placeholder(value) ||
                              value.find("${") != std::string_view::npos ||
                              document::secret_name(scalar).has_value();
    if (!is_text(scalar) || value.empty() || is_reference) {
        return;
    }
    if (names_credential(key) || looks_like_token(value)) {
        const std::string name = secret_name_for(reading, key);
        reading.report.warning(scalar.mark,
                               "a credential stands here in the clear",
                               "write " + std::string(key) + ": !secret " + name + " and put " +
                                   name + ": … into .aifp-project/secrets.yaml");
    }
}

bool check_secret(Reading& reading, const Node& node) {
    const auto name = document::secret_name(node);
    if (!name) {
        return false;
    }
    const auto& known = reading.context.secrets;
    if (known && !known->contains(*name)) {
        const std::vector<std::string_view> names(known->begin(), known->end());
        const auto nearest = nearest_name(*name, names);
        reading.report.warning(node.mark,
                               "there is no secret " + quoted(*name),
                               nearest ? "did you mean " + quoted(*nearest) + "?"
                                       : "put " + *name + ": … into .aifp-project/secrets.yaml");
    }
    return true;
}

void check_text(Reading& reading, const Node& scalar, bool templated) {
    const std::string_view text = scalar.text;
    if (text.starts_with("@import ") || scalar.tag == "!import") {
        reading.report.error(scalar.mark,
                             "is the content of that file meant? @import is not read",
                             "write the content here, or keep it in a script and use run:");
        return;
    }
    check_environment(reading, scalar);
    if (!templated && expression::has_placeholder(text)) {
        reading.report.error(place_inside(reading.report.source(), scalar, text.find("{{")),
                             "a template is not rendered here",
                             "write the value itself");
        return;
    }
    if (!templated) {
        return;
    }
    if (const auto problem = expression::check_template(text)) {
        reading.report.error(place_inside(reading.report.source(), scalar, problem->offset),
                             problem->message,
                             problem->hint);
    }
}

std::optional<std::string> read_item_text(Reading& reading, const Key& key, const Node& node) {
    if (document::secret_name(node)) {
        reading.report.error(node.mark,
                             "a secret may not stand in " + std::string(key.name),
                             "secrets go into headers, json, form, env, with and auth");
        return std::nullopt;
    }
    if (node.tag == "!import") {
        check_text(reading, node, key.templated);
        return std::nullopt;
    }
    auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    const std::size_t errors = reading.report.error_count();
    check_text(reading, node, key.templated);
    return reading.report.error_count() > errors ? std::nullopt : std::move(text);
}

// YAML has taken what stands behind a comma for the next value.
constexpr std::string_view kQuoteCommas =
    "if it holds a comma, put it in quotes: within [ ] and { } a comma ends the value";

std::optional<std::string> read_expression(Reading& reading, const Node& node) {
    if (!node.is_scalar() || node.type == Node::Type::null || !node.tag.empty()) {
        reading.report.error(
            node.mark, "an expression has to be a text", R"(write for example "state.lux < 40")");
        return std::nullopt;
    }
    std::string_view text = trim(node.text);
    if (text.starts_with("{{") && text.ends_with("}}") && text.size() >= 4) {
        text = trim(text.substr(2, text.size() - 4));
    }
    const std::size_t start = static_cast<std::size_t>(text.data() - node.text.data());
    if (const auto problem = expression::check_expression(text)) {
        const bool is_cut =
            !node.quoted && problem->hint.empty() && problem->message.ends_with("is never closed");
        reading.report.error(place_inside(reading.report.source(), node, start + problem->offset),
                             problem->message,
                             is_cut ? std::string(kQuoteCommas) : problem->hint);
        return std::nullopt;
    }
    return std::string(text);
}

}  // namespace aifp::directives
