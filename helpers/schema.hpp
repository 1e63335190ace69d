#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.hpp"

// JSON Schemas of the tools: written with the functions below, and read back to check arguments.
// Keywords in use: type, properties, required, additionalProperties, items, enum, minimum, maximum,
// maxLength, anyOf, default, description. The judge in tests/helpers knows these and no others.

namespace aifp::helpers {

/// One member of an object.
struct Property {
    std::string_view name;
    std::string schema;
    bool required = true;
};

/// {"type": "object"} with exactly these members.
[[nodiscard]] std::string object_schema(std::initializer_list<Property> properties);
/// {"type": "array"} of these.
[[nodiscard]] std::string list_schema(std::string_view items);
/// An object, or {"found": false}.
[[nodiscard]] std::string entity_schema(std::string_view object);
/// {"success": true} with these members beside it.
[[nodiscard]] std::string deed_schema(std::initializer_list<Property> properties);

/// {"type": TYPE, "description": TEXT}.
[[nodiscard]] std::string typed(std::string_view type, std::string_view description = {});
/// A value of this type or null.
[[nodiscard]] std::string nullable(std::string_view type);
/// A text out of these.
[[nodiscard]] std::string one_of(std::initializer_list<std::string_view> allowed,
                                 std::string_view description = {});
/// A whole number from a range, with an optional default.
struct Range {
    std::int64_t minimum;
    std::int64_t maximum;
};
[[nodiscard]] std::string whole_number(Range range, std::string_view description);
[[nodiscard]] std::string whole_number(Range range,
                                       std::int64_t usual,
                                       std::string_view description);
/// A text of at most this many code points.
[[nodiscard]] std::string short_text(std::size_t max_length, std::string_view description);
/// The id of a row.
[[nodiscard]] std::string row_id(std::string_view description);

/// Holds arguments to a schema that object_schema made. Gives them with the defaults filled in and
/// without members that are null and optional. Pure. Errors: invalid_input, for people: which
/// argument, what it must be, the allowed values, the nearest name.
[[nodiscard]] Result<boost::json::object> check_arguments(std::string_view schema,
                                                          boost::json::object arguments);

}  // namespace aifp::helpers
