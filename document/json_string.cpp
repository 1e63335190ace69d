#include "document/json_string.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace aifp::document {
namespace {

using Refusal = std::optional<JsonMistake>;

constexpr std::string_view kNames = "\"\\/bfnrt";
constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";

void append_utf8(std::string& text, std::uint32_t code) {
    const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

std::optional<std::uint32_t> hex_digit(char letter) noexcept {
    if (letter >= '0' && letter <= '9') {
        return static_cast<std::uint32_t>(letter - '0');
    }
    const char lower = static_cast<char>(letter | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<std::uint32_t>(lower - 'a' + 10);
    }
    return std::nullopt;
}

// Takes the four digits behind "\u".
std::optional<std::uint32_t> take_hex(std::string_view text, std::size_t& at) noexcept {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at) {
        const auto digit = at < text.size() ? hex_digit(text[at]) : std::nullopt;
        if (!digit) {
            return std::nullopt;
        }
        code = code * 16 + *digit;
    }
    return code;
}

bool is_high_half(std::uint32_t code) noexcept {
    return code >= 0xD800 && code < 0xDC00;
}
bool is_low_half(std::uint32_t code) noexcept {
    return code >= 0xDC00 && code < 0xE000;
}

// `at` is behind "\u"; takes a second escape for the lower half of a surrogate pair.
Refusal take_unicode(std::string_view text, std::size_t& at, std::string& value) {
    const std::size_t start = at - 2;
    auto code = take_hex(text, at);
    if (!code) {
        return JsonMistake{start, "\\u needs four hexadecimal digits", ""};
    }
    if (is_high_half(*code) && text.substr(at).starts_with("\\u")) {
        at += 2;
        const auto low = take_hex(text, at);
        if (low && is_low_half(*low)) {
            code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
        }
    }
    if (*code == 0) {
        return JsonMistake{start, "\\u0000 is not allowed in a text", ""};
    }
    if (is_high_half(*code) || is_low_half(*code)) {
        return JsonMistake{start, "half of a surrogate pair names no character", ""};
    }
    append_utf8(value, *code);
    return std::nullopt;
}

// `at` is at the backslash.
Refusal take_escape(std::string_view text, std::size_t& at, std::string& value) {
    const std::string_view name = text.substr(at + 1, 1);
    if (name == "u") {
        at += 2;
        return take_unicode(text, at, value);
    }
    const auto index = name.empty() ? std::string_view::npos : kNames.find(name);
    if (index == std::string_view::npos) {
        return JsonMistake{at, "this \\ escape is not known", "write \\\\ for a backslash"};
    }
    value += kMeanings[index];
    at += 2;
    return std::nullopt;
}

}  // namespace

tl::expected<std::string, JsonMistake> read_json_string(std::string_view text, std::size_t& at) {
    const std::size_t start = at++;
    std::string value;
    for (;;) {
        const std::size_t stop = std::min(text.find_first_of("\"\\\n\r\t", at), text.size());
        value.append(text.substr(at, stop - at));
        at = stop;
        const char letter = at < text.size() ? text[at] : '\n';
        if (letter == '"') {
            ++at;
            return value;
        }
        if (letter == '\n' || letter == '\r') {
            return tl::unexpected(JsonMistake{start,
                                              "this text is never closed",
                                              "write a \" behind it, or \\n for a line break"});
        }
        if (letter == '\t') {
            return tl::unexpected(JsonMistake{at, "a tab within a text", "write \\t"});
        }
        if (auto refusal = take_escape(text, at, value)) {
            return tl::unexpected(std::move(*refusal));
        }
    }
}

}  // namespace aifp::document
