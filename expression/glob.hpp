#pragma once

#include <string_view>

namespace aifp::expression {

/// Whether the whole of `text` fits: `*` stands for any run of characters, `?` for one code point,
/// `\` takes the next character literally. At most text times pattern steps, no recursion.
[[nodiscard]] bool matches_glob(std::string_view text, std::string_view pattern) noexcept;

}  // namespace aifp::expression
