#pragma once

#include <string_view>
#include <vector>

#include "expression/lua_source.hpp"

namespace aifp::expression {

/// A piece of a template: plain text, or the expression between `{{` and `}}`.
struct TemplatePart {
    bool is_expression = false;
    std::string_view text;  ///< Into the template; the expression without its braces, trimmed.
    LuaSource source;       ///< Of an expression; offsets count in the whole template.
};

/// Takes a template apart. No part is empty; a text without `{{` gives one part or none.
[[nodiscard]] Parsed<std::vector<TemplatePart>> split_template(std::string_view text);

}  // namespace aifp::expression
