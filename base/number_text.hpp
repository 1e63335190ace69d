#pragma once

#include <array>
#include <charconv>
#include <string>

namespace aifp {

/// Appends the shortest decimal text of a number; a double must be finite.
template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace aifp
