#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace aifp {

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA-256, raw 32 bytes.
[[nodiscard]] std::array<unsigned char, 32> hmac_sha256(std::string_view key,
                                                        std::string_view text);
/// `count` bytes from the system's random source, as hexadecimal (2 * count digits).
[[nodiscard]] std::string random_hex(std::size_t count);

}  // namespace aifp
