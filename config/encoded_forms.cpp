#include "config/encoded_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.hpp"
#include "base/json_text.hpp"

namespace aifp::config {
namespace {

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

std::string form_encoded(std::string_view value) {
    std::string encoded;
    for (const char letter : value) {
        if (letter == ' ') {
            encoded += '+';
        } else {
            append_percent_encoded(encoded, letter);
        }
    }
    return encoded;
}

struct Form {
    std::string_view name;
    std::string (*make)(std::string_view value);
};

std::string json_in(std::string_view value, EscapeCase letters) {
    return ascii_encoded(json_encoded(value), letters);
}

template <std::size_t kBefore>
std::string base64_at(std::string_view value) {
    return base64_core(value, kBefore);
}

template <std::size_t kBefore>
std::string base64url_at(std::string_view value) {
    return base64url_core(value, kBefore);
}

// A colon in front makes a short value long enough to be known again.
template <std::size_t kBefore>
std::string colon_at(std::string_view value) {
    return base64_core(":" + std::string(value), kBefore);
}

template <std::size_t kBefore>
std::string colon_url_at(std::string_view value) {
    return base64url_core(":" + std::string(value), kBefore);
}

// Names stand in databases: none is ever changed.
constexpr std::array kForms{
    Form{"", [](std::string_view value) { return json_encoded(value); }},
    Form{"plain", [](std::string_view value) { return std::string(value); }},
    Form{"url", [](std::string_view value) { return percent_encode(value); }},
    Form{"form", [](std::string_view value) { return form_encoded(value); }},
    Form{"json", [](std::string_view value) { return json_encoded(json_encoded(value)); }},
    Form{"json-url", [](std::string_view value) { return percent_encode(json_encoded(value)); }},
    Form{"ascii", [](std::string_view value) { return json_in(value, EscapeCase::small); }},
    Form{"ASCII", [](std::string_view value) { return json_in(value, EscapeCase::capital); }},
    Form{"ascii-json",
         [](std::string_view value) { return json_encoded(json_in(value, EscapeCase::small)); }},
    Form{"ASCII-json",
         [](std::string_view value) { return json_encoded(json_in(value, EscapeCase::capital)); }},
    Form{"ascii-url",
         [](std::string_view value) { return percent_encode(json_in(value, EscapeCase::small)); }},
    Form{
        "ASCII-url",
        [](std::string_view value) { return percent_encode(json_in(value, EscapeCase::capital)); }},
    Form{"base64-0", base64_at<0>},
    Form{"base64-1", base64_at<1>},
    Form{"base64-2", base64_at<2>},
    Form{"base64url-0", base64url_at<0>},
    Form{"base64url-1", base64url_at<1>},
    Form{"base64url-2", base64url_at<2>},
    Form{"base64-colon-0", colon_at<0>},
    Form{"base64-colon-1", colon_at<1>},
    Form{"base64-colon-2", colon_at<2>},
    Form{"base64url-colon-0", colon_url_at<0>},
    Form{"base64url-colon-1", colon_url_at<1>},
    Form{"base64url-colon-2", colon_url_at<2>},
};

constexpr auto kNames = [] {
    std::array<std::string_view, kForms.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = kForms[i].name;
    }
    return names;
}();

}  // namespace

std::string json_encoded(std::string_view text) {
    const auto quoted = json_text(boost::json::string(text.data(), text.size()));
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

// A letter has six bits: those that share bits with what stands around are left out.
std::string base64_core(std::string_view value, std::size_t before) {
    const auto shift = before % 3;
    const auto whole = base64_encode(std::string(shift, '\0') + std::string(value));
    const auto first = (8 * shift + 5) / 6;
    const auto end = 8 * (shift + value.size()) / 6;
    return end > first ? whole.substr(first, end - first) : std::string();
}

std::string base64url_core(std::string_view value, std::size_t before) {
    auto core = base64_core(value, before);
    std::replace(core.begin(), core.end(), '+', '-');
    std::replace(core.begin(), core.end(), '/', '_');
    return core;
}

bool is_base64_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

std::span<const std::string_view> form_names() noexcept {
    return kNames;
}

std::optional<std::string> form_of(std::string_view value, std::string_view name) {
    const auto* const form = std::find_if(
        kForms.begin(), kForms.end(), [name](const Form& one) { return one.name == name; });
    return form == kForms.end() ? std::nullopt : std::optional(form->make(value));
}

}  // namespace aifp::config
