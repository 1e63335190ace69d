#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

// How values become Python source. Whatever stands in a directive must come out as data and never
// as code: only these functions write user text into a generated file. Pure; all answers are ASCII
// on one line. (Python language reference, 2.4 Literals)

namespace aifp::helpers::workflow {

/// A string literal of exactly this text. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string python_text(std::string_view text);

/// Text fit for the inside of a """docstring""": one line, nothing in it ends the string.
[[nodiscard]] std::string python_doc(std::string_view text);

/// An expression that is exactly this value: dict, list, str, int, float, True, False, None.
[[nodiscard]] std::string python_literal(const boost::json::value& value);

/// A directive's name as part of a Python name: "lights-off.v2" is "lights_off_v2".
[[nodiscard]] std::string python_name(std::string_view directive);

}  // namespace aifp::helpers::workflow
