#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

// JSON Schemas that a directive's owner writes for an answer (`output_schema`). Keywords: type (one
// or a list), properties, required, additionalProperties (true, false or a schema), items, enum,
// const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems,
// maxItems, anyOf, allOf; title, description, default, examples and names with `$` at the root say
// nothing about a value. Any other is refused rather than passed over. (JSON Schema 2020-12) Pure.

namespace aifp::agents {

/// Whether the schema says something that can be checked. Errors: invalid_input with the place and
/// the keyword, and the keywords there are.
[[nodiscard]] Status check_schema(const boost::json::object& schema);

/// What is wrong with `value`, with its place ("items[2].price must be a number, not \"x\""), or
/// nothing. The schema has passed check_schema.
[[nodiscard]] std::optional<std::string> find_mismatch(const boost::json::object& schema,
                                                       const boost::json::value& value);

/// The JSON value in an answer: the whole text, or what stands in its one fenced block. Errors:
/// invalid_input, for the AI to read.
[[nodiscard]] Result<boost::json::value> json_in_answer(std::string_view text);

}  // namespace aifp::agents
