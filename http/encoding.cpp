#include "http/encoding.hpp"

#include "base/text.hpp"

namespace aifp::http {
namespace {

constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) noexcept {
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

Result<std::string> decode_form_text(std::string_view text) {
    std::string spaced(text);
    for (char& c : spaced) {
        c = c == '+' ? ' ' : c;
    }
    return percent_decode(spaced);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return fail(ErrorCode::invalid_input,
                        "a '%' must be followed by two hexadecimal digits; a '%' itself is %25");
        }
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

Result<std::vector<Parameter>> parse_parameters(std::string_view text) {
    std::vector<Parameter> parameters;
    for (const std::string_view pair : split(text, '&')) {
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = pair.find('=');
        auto name = decode_form_text(pair.substr(0, equals));
        auto value = decode_form_text(equals == std::string_view::npos ? std::string_view()
                                                                       : pair.substr(equals + 1));
        if (!name || !value) {
            return fail(name ? value.error() : name.error());
        }
        parameters.push_back(Parameter{std::move(*name), std::move(*value)});
    }
    return parameters;
}

std::string form_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool is_letter = (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z';
        const bool is_digit = byte >= '0' && byte <= '9';
        if (is_letter || is_digit ||
            std::string_view("-._~*").find(character) != std::string_view::npos) {
            encoded += character;
        } else if (character == ' ') {
            encoded += '+';
        } else {
            encoded += '%';
            encoded += kDigits[byte >> 4U];
            encoded += kDigits[byte & 15U];
        }
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

}  // namespace aifp::http
