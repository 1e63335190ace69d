#include "config/encoded_forms.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace aifp::config {
namespace {

bool is_unreserved(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
}

// A code point as JSON writers write it that keep to ASCII: beyond 16 bits as a pair. (RFC 8259 7)
void append_escaped(std::string& text, char32_t point, EscapeCase letters) {
    const auto unit = [&](unsigned value) {
        text += letters == EscapeCase::capital ? fmt::format("\\u{:04X}", value)
                                               : fmt::format("\\u{:04x}", value);
    };
    if (point < 0x10000) {
        unit(point);
        return;
    }
    unit(0xD800U + ((point - 0x10000U) >> 10U));
    unit(0xDC00U + ((point - 0x10000U) & 0x3FFU));
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char letter : text) {
        if (is_unreserved(letter)) {
            encoded += letter;
        } else {
            const auto byte = static_cast<unsigned char>(letter);
            encoded += '%';
            encoded += kDigits[byte >> 4U];
            encoded += kDigits[byte & 15U];
        }
    }
    return encoded;
}

std::string json_encoded(std::string_view text) {
    const auto quoted = boost::json::serialize(boost::json::string(text.data(), text.size()));
    return quoted.substr(1, quoted.size() - 2);
}

std::string ascii_encoded(std::string_view json, EscapeCase letters) {
    std::string encoded;
    for (std::size_t at = 0; at < json.size();) {
        const auto first = static_cast<unsigned char>(json[at]);
        const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (size == 1 || at + size > json.size()) {
            encoded += json[at++];
            continue;
        }
        char32_t point = first & (0xFFU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            point = (point << 6U) | (static_cast<unsigned char>(json[at + i]) & 0x3FU);
        }
        append_escaped(encoded, point, letters);
        at += size;
    }
    return encoded;
}

}  // namespace aifp::config
