#include "base/json_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/number_text.hpp"
#include "base/text.hpp"

namespace aifp {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_plain(unsigned char byte) noexcept {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

// The high bit of every zero byte, as long as no byte has it set itself; bytes above the first such
// may be reported falsely, which only costs a closer look.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
    return (word - kOnes) & ~word;
}

bool are_all_plain(const char* eight_bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, eight_bytes, sizeof word);
    const std::uint64_t control = (word - kOnes * 0x20) & ~word;
    const std::uint64_t special = zero_bytes(word ^ (kOnes * '"')) |
                                  zero_bytes(word ^ (kOnes * '\\')) |
                                  zero_bytes(word ^ (kOnes * 0x7F));
    return ((word | control | special) & kHighBits) == 0;
}

// How many bytes stand in a JSON string as they are.
std::size_t plain_prefix(std::string_view text) noexcept {
    std::size_t at = 0;
    while (text.size() - at >= sizeof(std::uint64_t) && are_all_plain(text.data() + at)) {
        at += sizeof(std::uint64_t);
    }
    while (at < text.size() && is_plain(static_cast<unsigned char>(text[at]))) {
        ++at;
    }
    return at;
}

void append_escape(std::string& out, unsigned char byte) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
    }
}

// Bytes from 0x80 on: well-formed sequences stay.
void append_beyond_ascii(std::string& out, std::string_view text) {
    while (const auto bad = first_invalid_utf8(text)) {
        out.append(text.substr(0, *bad));
        out += kReplacement;
        text.remove_prefix(*bad + 1);
    }
    out += text;
}

// Between these nobody writes an exponent.
constexpr double kSmallPlain = 1e-5;
constexpr double kLargePlain = 1e16;

void append_double(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    const double size = std::fabs(number);
    const bool is_plain_size = size == 0 || (size >= kSmallPlain && size < kLargePlain);
    std::array<char, 32> digits;
    const auto format = is_plain_size ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number, format).ptr;
    out.append(digits.data(), end);
    if (is_plain_size && std::find(digits.data(), end, '.') == end) {
        out += ".0";
    }
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    for (;;) {
        const std::size_t plain = plain_prefix(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) {
            return;
        }
        const auto* const end = std::find_if(text.begin(), text.end(), [](char byte) {
            return static_cast<unsigned char>(byte) < 0x80;
        });
        const auto beyond = static_cast<std::size_t>(end - text.begin());
        if (beyond > 0) {
            append_beyond_ascii(out, text.substr(0, beyond));
            text.remove_prefix(beyond);
        } else {
            append_escape(out, static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
        }
    }
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    append_json_escaped(out, text);
    out += '"';
}

void append_json(std::string& out, const boost::json::object& object) {
    char separator = '{';
    for (const auto& member : object) {
        out += separator;
        separator = ',';
        append_json_string(out, member.key());
        out += ':';
        append_json(out, member.value());
    }
    out += separator == '{' ? "{}" : "}";
}

void append_json(std::string& out, const boost::json::array& list) {
    char separator = '[';
    for (const auto& item : list) {
        out += separator;
        separator = ',';
        append_json(out, item);
    }
    out += separator == '[' ? "[]" : "]";
}

void append_json(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            out += "null";
            return;
        case boost::json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case boost::json::kind::int64:
            return append_number(out, value.get_int64());
        case boost::json::kind::uint64:
            return append_number(out, value.get_uint64());
        case boost::json::kind::double_:
            return append_double(out, value.get_double());
        case boost::json::kind::string:
            return append_json_string(out, value.get_string());
        case boost::json::kind::array:
            return append_json(out, value.get_array());
        case boost::json::kind::object:
            return append_json(out, value.get_object());
    }
}

std::string json_text(const boost::json::value& value) {
    std::string text;
    append_json(text, value);
    return text;
}

std::string json_text(const boost::json::object& object) {
    std::string text;
    append_json(text, object);
    return text;
}

std::string json_text(const boost::json::array& list) {
    std::string text;
    append_json(text, list);
    return text;
}

}  // namespace aifp
