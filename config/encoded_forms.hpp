#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// The forms in which a value stands in other texts: what is looked for where secrets must not
// stand. Pure.
namespace aifp::config {

/// As JSON writes it within quotes, without these. (RFC 8259 7)
[[nodiscard]] std::string json_encoded(std::string_view text);

/// How the hexadecimal digits of an escape are written: \u00e9, \u00E9.
enum class EscapeCase { small, capital };

/// `json`, which is UTF-8, as writers give it that keep to ASCII: the rest as escapes, beyond 16
/// bits as a pair. (RFC 8259 7)
[[nodiscard]] std::string ascii_encoded(std::string_view json, EscapeCase letters);

/// The letters of base64 (RFC 4648 4) that `value` alone decides when `before` bytes stand in front
/// of it, as "user:" does, whatever these are and whatever follows.
[[nodiscard]] std::string base64_core(std::string_view value, std::size_t before);

/// The same in the alphabet for URLs. (RFC 4648 5)
[[nodiscard]] std::string base64url_core(std::string_view value, std::size_t before);

/// Whether base64 in one of its alphabets may have it; the padding does not count.
[[nodiscard]] bool is_base64_letter(char c) noexcept;

/// The forms by name, as sealed rows name them ("", "plain", "url", "json", "base64-1" ...).
[[nodiscard]] std::span<const std::string_view> form_names() noexcept;

/// `value` in the form of this name; nothing for a name that is none.
[[nodiscard]] std::optional<std::string> form_of(std::string_view value, std::string_view name);

}  // namespace aifp::config
