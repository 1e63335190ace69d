#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace aifp {

/// The number that all of `text` writes in decimal digits; nothing for anything else, and for what
/// does not fit.
template <class Number>
[[nodiscard]] std::optional<Number> read_number(std::string_view text) noexcept {
    Number number{};
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

}  // namespace aifp
