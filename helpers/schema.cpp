#include "helpers/schema.hpp"

#include <fmt/format.h>

#include <boost/json/string.hpp>

#include "base/json_text.hpp"

namespace aifp::helpers {
namespace {

std::string quoted(std::string_view text) {
    return json_text(boost::json::string(text.data(), text.size()));
}

std::string description_member(std::string_view description) {
    return description.empty() ? std::string()
                               : fmt::format(R"(,"description":{})", quoted(description));
}

std::string closed_object(std::initializer_list<Property> properties, std::string_view head) {
    std::string members;
    std::string required;
    const auto add = [](std::string& list, std::string_view item) {
        list += list.empty() ? "" : ",";
        list += item;
    };
    if (!head.empty()) {
        members = head;
        required = R"("success")";
    }
    for (const auto& property : properties) {
        add(members, fmt::format("{}:{}", quoted(property.name), property.schema));
        if (property.required) {
            add(required, quoted(property.name));
        }
    }
    return fmt::format(
        R"({{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":false}})",
        members,
        required);
}

}  // namespace

std::string object_schema(std::initializer_list<Property> properties) {
    return closed_object(properties, {});
}

std::string list_schema(std::string_view items) {
    return fmt::format(R"({{"type":"array","items":{}}})", items);
}

std::string entity_schema(std::string_view object) {
    return fmt::format(
        R"({{"type":"object","anyOf":[{},{}]}})",
        object,
        R"({"type":"object","properties":{"found":{"enum":[false]}},"required":["found"],"additionalProperties":false})");
}

std::string deed_schema(std::initializer_list<Property> properties) {
    return closed_object(properties, R"("success":{"enum":[true]})");
}

std::string typed(std::string_view type, std::string_view description) {
    return fmt::format(R"({{"type":"{}"{}}})", type, description_member(description));
}

std::string nullable(std::string_view type) {
    return fmt::format(R"({{"type":["{}","null"]}})", type);
}

std::string one_of(std::initializer_list<std::string_view> allowed, std::string_view description) {
    std::string values;
    for (const auto value : allowed) {
        values += fmt::format("{}{}", values.empty() ? "" : ",", quoted(value));
    }
    return fmt::format(
        R"({{"type":"string","enum":[{}]{}}})", values, description_member(description));
}

std::string whole_number(Range range, std::string_view description) {
    return fmt::format(R"({{"type":"integer","minimum":{},"maximum":{}{}}})",
                       range.minimum,
                       range.maximum,
                       description_member(description));
}

std::string whole_number(Range range, std::int64_t usual, std::string_view description) {
    return fmt::format(R"({{"type":"integer","minimum":{},"maximum":{},"default":{}{}}})",
                       range.minimum,
                       range.maximum,
                       usual,
                       description_member(description));
}

std::string short_text(std::size_t max_length, std::string_view description) {
    return fmt::format(
        R"({{"type":"string","maxLength":{}{}}})", max_length, description_member(description));
}

std::string row_id(std::string_view description) {
    // Ids are 64-bit in the database; JSON numbers are exact up to 2^53.
    constexpr std::int64_t kLargestExact = 9'007'199'254'740'991;
    return whole_number({1, kLargestExact}, description);
}

}  // namespace aifp::helpers
