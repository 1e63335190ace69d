#include "tests/helpers/schema_judge.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace aifp::helpers {
namespace {

namespace json = boost::json;

bool is_integer(const json::value& value) {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() &&
            value.get_double() ==
                static_cast<double>(static_cast<std::int64_t>(value.get_double())));
}

bool has_type(const json::value& type, const json::value& value) {
    if (const auto* list = type.if_array()) {
        return std::any_of(list->begin(), list->end(), [&](const json::value& one) {
            return has_type(one, value);
        });
    }
    const std::string name(type.as_string());
    return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
           (name == "string" && value.is_string()) || (name == "boolean" && value.is_bool()) ||
           (name == "null" && value.is_null()) || (name == "number" && value.is_number()) ||
           (name == "integer" && is_integer(value));
}

std::string check(const json::object& schema, const json::value& value, const std::string& at);

std::string check_object(const json::object& schema,
                         const json::object& object,
                         const std::string& at) {
    std::string found;
    const auto* properties = schema.if_contains("properties");
    for (const auto& member : object) {
        const auto* one =
            properties == nullptr ? nullptr : properties->as_object().if_contains(member.key());
        const auto place = at + "." + std::string(member.key());
        if (one != nullptr) {
            found += check(one->as_object(), member.value(), place);
        } else if (schema.contains("additionalProperties")) {
            found += place + " is not in the schema\n";
        }
    }
    if (const auto* required = schema.if_contains("required")) {
        for (const auto& name : required->as_array()) {
            found += object.contains(name.as_string())
                         ? ""
                         : at + "." + std::string(name.as_string()) + " is missing\n";
        }
    }
    return found;
}

bool fits_any(const json::array& schemas, const json::value& value) {
    return std::any_of(schemas.begin(), schemas.end(), [&](const json::value& one) {
        return check(one.as_object(), value, "").empty();
    });
}

bool keeps(std::string_view keyword, const json::value& rule, const json::value& value) {
    if (keyword == "type") {
        return has_type(rule, value);
    }
    if (keyword == "enum") {
        const auto& list = rule.as_array();
        return std::find(list.begin(), list.end(), value) != list.end();
    }
    if (keyword == "anyOf") {
        return fits_any(rule.as_array(), value);
    }
    if (keyword == "minimum" || keyword == "maximum") {
        const bool below =
            value.is_number() && value.to_number<double>() < rule.to_number<double>();
        const bool above =
            value.is_number() && value.to_number<double>() > rule.to_number<double>();
        return keyword == "minimum" ? !below : !above;
    }
    return !value.is_string() || value.as_string().size() <= 4U * rule.to_number<std::size_t>();
}

std::string check(const json::object& schema, const json::value& value, const std::string& at) {
    static const std::set<std::string_view> rules{
        "type", "enum", "anyOf", "minimum", "maximum", "maxLength"};
    static const std::set<std::string_view> others{
        "properties", "required", "additionalProperties", "items", "default", "description"};
    std::string found;
    for (const auto& member : schema) {
        const std::string_view keyword(member.key().data(), member.key().size());
        if (!rules.contains(keyword) && !others.contains(keyword)) {
            found += at + ": the judge does not know the keyword " + std::string(keyword) + "\n";
        } else if (rules.contains(keyword) && !keeps(keyword, member.value(), value)) {
            found += at + " breaks " + std::string(keyword) + ": " + json::serialize(value) + "\n";
        }
    }
    if (const auto* object = value.if_object()) {
        found += check_object(schema, *object, at);
    }
    if (const auto* list = value.if_array(); list != nullptr && schema.contains("items")) {
        for (const auto& item : *list) {
            found += check(schema.at("items").as_object(), item, at + "[]");
        }
    }
    return found;
}

}  // namespace

std::string judge(std::string_view schema, const json::value& value) {
    const auto parsed = json::parse(json::string_view(schema.data(), schema.size()));
    return check(parsed.as_object(), value, "value");
}

}  // namespace aifp::helpers
