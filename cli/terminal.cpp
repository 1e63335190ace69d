#include "cli/terminal.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace aifp::cli {
namespace {

constexpr std::string_view kReset = "\033[0m";

std::string_view code_of(Colour colour) {
    switch (colour) {
        case Colour::green:
            return "\033[32m";
        case Colour::yellow:
            return "\033[33m";
        case Colour::red:
            return "\033[31m";
        case Colour::dim:
            return "\033[2m";
        case Colour::none:
            break;
    }
    return {};
}

void append_safe(std::string& safe, std::string_view text) {
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (byte == '\n' || byte == '\t' || byte == '\r') {
            safe += ' ';
        } else if (code < 0x20 || code == 0x7F) {
            safe += '?';
        } else if (!safe.empty() && safe.back() == '\xC2' && code < 0xA0) {
            safe.back() = '?';  // U+0080 to U+009F: control characters of two bytes
        } else {
            safe += byte;
        }
    }
}

}  // namespace

std::string paint(const Terminal& terminal, Colour colour, std::string_view text) {
    const std::string_view code = code_of(colour);
    if (!terminal.colour || code.empty()) {
        return std::string(text);
    }
    return fmt::format("{}{}{}", code, text, kReset);
}

void complain(const Terminal& terminal, std::string_view text) {
    terminal.err << "aifp: " << text << (text.ends_with('\n') ? "" : "\n");
}

std::string one_line(std::string_view text) {
    std::string safe;
    for (;;) {
        const std::size_t good = first_invalid_utf8(text).value_or(text.size());
        append_safe(safe, text.substr(0, good));
        if (good == text.size()) {
            return safe;
        }
        safe += '?';
        text.remove_prefix(good + 1);
    }
}

}  // namespace aifp::cli
