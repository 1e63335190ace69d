#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/tokens.hpp"

namespace aifp::expression {

/// An expression rewritten for Lua: `return (` on the first line, then one word a line, so that a
/// line number of Lua's is a place in the text, then `)`.
///
/// Rewritten are: AND OR NOT, `!=`, `null`; Lua's reserved words as keys (`payload.end`); and the
/// first argument of default(), which becomes a function that default() calls and whose "not known"
/// it swallows.
struct LuaSource {
    std::string code;
    std::vector<Token> tokens;      ///< tokens[i] stands on line i + 2.
    std::size_t end = 0;            ///< Offset behind the expression: of `}}` in a template.
    bool defines_function = false;  ///< Only then can it loop or recurse.
};

enum class Ending {
    end_of_text,
    closing_braces,  ///< The first `}}` that is neither in a text nor inside brackets.
};

/// Reads the expression that begins at `start`. The tokens look into `text`.
[[nodiscard]] Parsed<LuaSource> to_lua(std::string_view text, std::size_t start, Ending ending);

/// What Lua's own parser said ("e:7: unexpected symbol near ')'") as a problem in the text.
[[nodiscard]] SyntaxProblem explain_parser_error(const LuaSource& source, std::string_view message);

/// The place of a line of `code`, as offset in the text.
[[nodiscard]] std::size_t offset_of_line(const LuaSource& source, int line) noexcept;

/// The dotted path that ends in `key` at `line` or just before it ("state.presense"), and its
/// place; the bare key in quotes when the expression does not spell it.
struct NamedPlace {
    std::string path;
    std::optional<std::size_t> offset;
};
[[nodiscard]] NamedPlace place_of_name(const LuaSource& source, std::string_view key, int line);

}  // namespace aifp::expression
