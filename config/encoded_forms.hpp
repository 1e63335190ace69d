#pragma once

#include <string>
#include <string_view>

// The forms in which a value stands in URLs and JSON: what is looked for where secrets must not
// stand. Pure.
namespace aifp::config {

/// All but the unreserved letters as %XX. (RFC 3986 2.1)
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// As JSON writes it within quotes, without these. (RFC 8259 7)
[[nodiscard]] std::string json_encoded(std::string_view text);

/// How the hexadecimal digits of an escape are written: \u00e9, \u00E9.
enum class EscapeCase { small, capital };

/// `json`, which is UTF-8, as writers give it that keep to ASCII: the rest as escapes, beyond 16
/// bits as a pair. (RFC 8259 7)
[[nodiscard]] std::string ascii_encoded(std::string_view json, EscapeCase letters);

}  // namespace aifp::config
