#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace aifp::directives {

/// JSON with two blanks per level; empty and short flat lists stay on one line. No final newline.
/// Pure, thread-safe.
[[nodiscard]] std::string indented_json(const boost::json::value& value);

}  // namespace aifp::directives
