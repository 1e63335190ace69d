#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aifp {

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);

/// Where the text stops being UTF-8 (byte offset), or nothing if it is all well formed.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;
/// Code points in well-formed UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;
/// At most `max_bytes` of `text`, never cutting a code point.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) noexcept;

/// The candidate nearest to `word` by edit distance (with transpositions), or nothing when none is
/// near enough to be a likely slip: distance <= max(1, length / 3).
[[nodiscard]] std::optional<std::string_view> nearest_name(
    std::string_view word, std::span<const std::string_view> candidates);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::span<const unsigned char> bytes);
/// Compares in time that depends only on the lengths: for tokens and signatures.
[[nodiscard]] bool equal_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace aifp
