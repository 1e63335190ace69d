#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// How bytes are written where only some letters may stand: in URLs and as base64. Pure.
namespace aifp {

/// What a hexadecimal digit counts; -1 for anything else.
[[nodiscard]] int hex_digit(char c) noexcept;

/// One byte of a name or value in a URL: letters, digits and "-._~" stay, the rest is %XX.
/// (RFC 3986 2.1)
void append_percent_encoded(std::string& out, char byte);

/// The same for all of a text.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// RFC 4648 4, with padding.
[[nodiscard]] std::string base64_encode(std::string_view bytes);

/// Errors: invalid_input for characters outside the alphabet and for wrong padding.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

}  // namespace aifp
