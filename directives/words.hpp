#pragma once

#include <span>
#include <string>
#include <string_view>

// Small questions about words that several readers ask. Pure, thread-safe.

namespace aifp::directives {

/// [A-Za-z_][A-Za-z0-9_]*
[[nodiscard]] bool is_identifier(std::string_view text) noexcept;
[[nodiscard]] std::string to_upper_ascii(std::string_view text);

/// GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS.
[[nodiscard]] std::span<const std::string_view> http_methods() noexcept;
/// Whether `word` is one of them, in capitals.
[[nodiscard]] bool is_http_method(std::string_view word) noexcept;

/// A whole number without sign or blanks; -1 when `text` is none.
[[nodiscard]] int to_count(std::string_view text) noexcept;

}  // namespace aifp::directives
