#include "helpers/workflow/python_text.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>

#include "base/text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr unsigned kContinuationBits = 6;
constexpr unsigned kContinuationMask = 0x3f;
constexpr char32_t kLastOfBasicPlane = 0xffff;

/// Takes one code point off the front of `text`.
char32_t take_code_point(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const auto bytes = text.substr(0, length);
    if (bytes.size() < length || first_invalid_utf8(bytes)) {
        text.remove_prefix(1);
        return kReplacement;
    }
    text.remove_prefix(length);
    constexpr unsigned kLeadMasks[] = {0x7f, 0x1f, 0x0f, 0x07};
    char32_t point = first & kLeadMasks[length - 1];
    for (const char byte : bytes.substr(1)) {
        point =
            (point << kContinuationBits) | (static_cast<unsigned char>(byte) & kContinuationMask);
    }
    return point;
}

void append_escaped(std::string& out, char32_t point) {
    const auto number = static_cast<std::uint32_t>(point);
    if (point == '\\' || point == '"') {
        out += '\\';
        out += static_cast<char>(point);
    } else if (point == '\n') {
        out += "\\n";
    } else if (point >= ' ' && point < 0x7f) {
        out += static_cast<char>(point);
    } else if (point <= 0xff) {
        out += fmt::format("\\x{:02x}", number);
    } else if (point <= kLastOfBasicPlane) {
        out += fmt::format("\\u{:04x}", number);
    } else {
        out += fmt::format("\\U{:08x}", number);
    }
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    while (!text.empty()) {
        append_escaped(out, take_code_point(text));
    }
    return out;
}

std::string list_text(const boost::json::array& array) {
    std::string out = "[";
    for (const auto& item : array) {
        out += fmt::format("{}{}", out.size() > 1 ? ", " : "", python_literal(item));
    }
    return out + "]";
}

std::string dict_text(const boost::json::object& object) {
    std::string out = "{";
    for (const auto& member : object) {
        out += fmt::format("{}{}: {}",
                           out.size() > 1 ? ", " : "",
                           python_text(member.key()),
                           python_literal(member.value()));
    }
    return out + "}";
}

}  // namespace

std::string python_text(std::string_view text) {
    return '"' + escaped(text) + '"';
}

std::string python_doc(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        out += letter == '\n' || letter == '\t' || letter == '\r' ? ' ' : letter;
    }
    return escaped(trim(out));
}

std::string python_literal(const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return "None";
        case boost::json::kind::bool_:
            return value.get_bool() ? "True" : "False";
        case boost::json::kind::int64:
            return fmt::format("{}", value.get_int64());
        case boost::json::kind::uint64:
            return fmt::format("{}", value.get_uint64());
        case boost::json::kind::double_: {
            auto text = fmt::format("{}", value.get_double());
            return text.find_first_of(".en") == text.npos ? text + ".0" : text;
        }
        case boost::json::kind::string:
            return python_text(value.get_string());
        case boost::json::kind::array:
            return list_text(value.get_array());
        case boost::json::kind::object:
            return dict_text(value.get_object());
    }
    return "None";
}

std::string python_name(std::string_view directive) {
    std::string name;
    for (const char letter : directive) {
        const bool fits = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                          (letter >= 'A' && letter <= 'Z');
        name += fits ? letter : '_';
    }
    return name;
}

}  // namespace aifp::helpers::workflow
