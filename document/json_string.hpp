#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace aifp::document {

/// Where and why a JSON text is wrong.
struct JsonMistake {
    std::size_t offset = 0;
    std::string message;
    std::string hint;
};

/// Reads the string whose opening quote is at `at` and moves `at` behind the closing one. Refuses
/// what RFC 8259, 7 refuses, and the escapes that name no character (half a surrogate pair) or NUL.
[[nodiscard]] tl::expected<std::string, JsonMistake> read_json_string(std::string_view text,
                                                                      std::size_t& at);

}  // namespace aifp::document
