#include "base/encoding.hpp"

namespace aifp {
namespace {

constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_unreserved(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
}

}  // namespace

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

void append_percent_encoded(std::string& out, char byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (is_unreserved(byte)) {
        out += byte;
        return;
    }
    const auto bits = static_cast<unsigned char>(byte);
    out += '%';
    out += kDigits[bits >> 4U];
    out += kDigits[bits & 15U];
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char letter : text) {
        append_percent_encoded(encoded, letter);
    }
    return encoded;
}

std::string base64_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        unsigned group = unsigned{static_cast<unsigned char>(bytes[i])} << 16U;
        group |= left > 1 ? unsigned{static_cast<unsigned char>(bytes[i + 1])} << 8U : 0U;
        group |= left > 2 ? unsigned{static_cast<unsigned char>(bytes[i + 2])} : 0U;
        text += kBase64Digits[group >> 18U];
        text += kBase64Digits[group >> 12U & 63U];
        text += left > 1 ? kBase64Digits[group >> 6U & 63U] : '=';
        text += left > 2 ? kBase64Digits[group & 63U] : '=';
    }
    return text;
}

Result<std::string> base64_decode(std::string_view text) {
    const std::size_t last = text.find_last_not_of('=');
    const std::size_t digits = last == std::string_view::npos ? 0 : last + 1;
    if (text.size() % 4 != 0 || text.size() - digits > 2) {
        return fail(ErrorCode::invalid_input, "base64 comes in groups of four characters");
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    unsigned group = 0;
    unsigned bits = 0;
    for (const char digit : text.substr(0, digits)) {
        const std::size_t value = kBase64Digits.find(digit);
        if (value == std::string_view::npos) {
            return fail(ErrorCode::invalid_input, "a character that base64 does not know");
        }
        group = (group << 6U | static_cast<unsigned>(value)) & 0xffffU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits & 0xffU);
        }
    }
    return bytes;
}

}  // namespace aifp
