#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "agents/answer_schema.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 17> kKeywords{"type",
                                                     "properties",
                                                     "required",
                                                     "additionalProperties",
                                                     "items",
                                                     "enum",
                                                     "const",
                                                     "minimum",
                                                     "maximum",
                                                     "exclusiveMinimum",
                                                     "minItems",
                                                     "exclusiveMaximum",
                                                     "minLength",
                                                     "maxLength",
                                                     "maxItems",
                                                     "anyOf",
                                                     "allOf"};
constexpr std::array<std::string_view, 4> kSilent{"title", "description", "default", "examples"};
constexpr std::array<std::string_view, 7> kTypes{
    "object", "array", "string", "number", "integer", "boolean", "null"};
constexpr int kMaxDepth = 32;

template <class List>
bool holds(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::string place_in(const std::string& place, std::string_view member) {
    return place.empty() ? std::string(member) : fmt::format("{}.{}", place, member);
}

tl::unexpected<Error> wrong(const std::string& place, const std::string& what) {
    return fail(ErrorCode::invalid_input,
                fmt::format("output_schema{}{}: {}", place.empty() ? "" : " at ", place, what));
}

Status check_node(const json::value& node, const std::string& place, int depth);

Status check_type(const json::value& type, const std::string& place) {
    json::array one;
    one.push_back(type);
    for (const auto& name : type.is_array() ? type.get_array() : one) {
        if (!name.is_string() || !holds(kTypes, view(name.get_string()))) {
            return wrong(place, fmt::format("type has to be of {}", fmt::join(kTypes, ", ")));
        }
    }
    return {};
}

bool is_text_list(const json::value& value) {
    return value.is_array() && std::all_of(value.get_array().begin(),
                                           value.get_array().end(),
                                           [](const auto& item) { return item.is_string(); });
}

Status check_members(const json::value& members, const std::string& place, int depth) {
    if (!members.is_object()) {
        return wrong(place, "properties has to be a map of names and schemas");
    }
    for (const auto& member : members.get_object()) {
        if (auto fine = check_node(member.value(), place_in(place, member.key()), depth); !fine) {
            return fine;
        }
    }
    return {};
}

Status check_keyword(std::string_view key,
                     const json::value& value,
                     const std::string& place,
                     int depth) {
    if (key == "type") {
        return check_type(value, place);
    }
    if (key == "properties") {
        return check_members(value, place, depth);
    }
    if (key == "required" && !is_text_list(value)) {
        return wrong(place, "required has to be a list of names");
    }
    if (key == "items" || (key == "additionalProperties" && !value.is_bool())) {
        return check_node(value, place_in(place, key), depth);
    }
    if (key == "anyOf" || key == "allOf" || key == "enum") {
        if (!value.is_array() || value.get_array().empty()) {
            return wrong(place, fmt::format("{} has to be a list", key));
        }
        for (const auto& item : value.get_array()) {
            auto fine = key == "enum" ? Status() : check_node(item, place_in(place, key), depth);
            if (!fine) {
                return fine;
            }
        }
    }
    const bool is_bound =
        key.starts_with("min") || key.starts_with("max") || key.starts_with("exclusive");
    return is_bound && !value.is_number()
               ? Status(wrong(place, fmt::format("{} has to be a number", key)))
               : Status();
}

Status check_node(const json::value& node, const std::string& place, int depth) {
    if (!node.is_object() || depth > kMaxDepth) {
        return wrong(place, depth > kMaxDepth ? "it is nested too deeply" : "this is no schema");
    }
    for (const auto& member : node.get_object()) {
        const std::string_view key(member.key().data(), member.key().size());
        if (holds(kSilent, key) || (depth == 0 && key.starts_with('$'))) {
            continue;
        }
        if (!holds(kKeywords, key)) {
            return wrong(
                place,
                fmt::format(
                    "{} is not known here; the keywords are {}", key, fmt::join(kKeywords, ", ")));
        }
        if (auto fine = check_keyword(key, member.value(), place, depth + 1); !fine) {
            return fine;
        }
    }
    return {};
}

}  // namespace

Status check_schema(const json::object& schema) {
    return check_node(json::value(schema), {}, 0);
}

}  // namespace aifp::agents
