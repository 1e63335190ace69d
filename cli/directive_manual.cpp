#include "cli/directive_manual.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <vector>

#include "base/manual_page.hpp"
#include "base/text.hpp"
#include "cli/printers.hpp"
#include "directives/schema.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

const json::object& object_in(const json::object& object, std::string_view key) {
    static const json::object kNone;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string entry(std::string_view key, const json::value& property) {
    const auto usual = text_in(property, "default");
    return fmt::format("{}\t{}{}\n",
                       key,
                       text_in(property, "description").value_or(""),
                       usual ? fmt::format(" (default: {})", *usual) : "");
}

std::string keys_of(const json::object& schema) {
    std::string text;
    for (const auto& property : object_in(schema, "properties")) {
        text += entry(property.key(), property.value());
    }
    return text;
}

/// A kind is an object with one key that names it and others that it takes.
std::string kinds_of(const json::object& schema) {
    std::string text;
    std::set<std::string> told;
    const auto* forms = schema.if_contains("anyOf");
    for (const auto& form :
         forms != nullptr && forms->is_array() ? forms->get_array() : json::array()) {
        const auto* required =
            form.is_object() ? form.get_object().if_contains("required") : nullptr;
        if (required == nullptr || !required->is_array() || required->get_array().empty()) {
            continue;
        }
        const std::string name(required->get_array().front().as_string());
        const auto& properties = object_in(form.get_object(), "properties");
        const auto* own = properties.if_contains(name);
        if (own == nullptr || !told.insert(name).second) {
            continue;
        }
        std::vector<std::string> more;
        for (const auto& property : properties) {
            if (property.key() != name) {
                more.emplace_back(property.key());
            }
        }
        text += fmt::format("{}\t{}{}\n",
                            name,
                            text_in(*own, "description").value_or(""),
                            more.empty() ? "" : ". With: " + join(more, ", "));
    }
    return text;
}

std::string without_last_line_end(std::string text) {
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

}  // namespace

std::string directive_manual() {
    const auto schema = directives::directive_schema();
    const auto& parts = object_in(schema, "$defs");
    ManualFacts facts;
    facts.section = 5;
    facts.version = AIFP_VERSION;
    facts.summary = "what an automation of the AIFP engine is written in";
    facts.sections = {
        {"Description",
         "A file in the folder directives/ of a project holds one directive, a list of them, or a "
         "list "
         "under the key directives; YAML (.yaml, .yml), JSON (.json) or plain sentences (.txt). "
         "aifp "
         "check tells every mistake in it."},
        {"Keys", without_last_line_end(keys_of(object_in(parts, "directive")))},
        {"Triggers", without_last_line_end(kinds_of(object_in(parts, "trigger")))},
        {"Conditions", without_last_line_end(kinds_of(object_in(parts, "condition")))},
        {"Actions", without_last_line_end(kinds_of(object_in(parts, "action")))},
        {"See also",
         "aifp(1), aifpd(8), /usr/share/doc/aifp/docs/directive-kinds.md, "
         "/usr/share/aifp/directive.schema.json"}};
    return manual_page("aifp-directive", facts);
}

}  // namespace aifp::cli
