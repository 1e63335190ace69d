#include "base/json_text.hpp"

#include "base/text.hpp"

namespace aifp {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void append_escape(std::string& out, unsigned char byte) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
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
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 0xFU];
    }
}

void append_utf8(std::string& out, std::string_view text) {
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F) {
            continue;
        }
        out.append(text, done, i - done);
        append_escape(out, byte);
        done = i + 1;
    }
    out.append(text, done);
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    while (const auto bad = first_invalid_utf8(text)) {
        append_utf8(out, text.substr(0, *bad));
        out += kReplacement;
        text.remove_prefix(*bad + 1);
    }
    append_utf8(out, text);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    append_json_escaped(out, text);
    out += '"';
}

}  // namespace aifp
