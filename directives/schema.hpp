#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace aifp::directives {

/// The JSON Schema (draft 2020-12) of a directive file, made from the table in grammar.hpp; editors
/// use it for completion. It is looser than the parser: older forms are let through unchecked.
[[nodiscard]] boost::json::object directive_schema();

/// The same as indented text with a final newline: what docs/directive.schema.json holds.
[[nodiscard]] std::string directive_schema_text();

}  // namespace aifp::directives
