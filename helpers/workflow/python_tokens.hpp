#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aifp::helpers::workflow {

/// A piece of a Python file. A logical line ends with one `line_end`, also after `;`.
struct PythonToken {
    enum class Kind { name, text, sign, line_end };
    Kind kind = Kind::line_end;
    std::string text;  ///< Of a plain string literal its content; empty for f-strings.
    int indent = 0;    ///< Columns before the logical line; a tab goes to the next eighth.
};

/// Comments, numbers and what joins lines are left out. Never fails; bounded by the text.
[[nodiscard]] std::vector<PythonToken> python_tokens(std::string_view text);

}  // namespace aifp::helpers::workflow
