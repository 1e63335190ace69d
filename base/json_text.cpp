#include "base/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

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

}  // namespace aifp
