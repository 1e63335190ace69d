#include "document/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.hpp"

namespace aifp::document {
namespace {

constexpr std::array<std::string_view, 4> kNullWords = {"~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 6> kBooleanWords = {
    "true", "True", "TRUE", "false", "False", "FALSE"};
constexpr std::array<std::string_view, 6> kYaml11Booleans = {"on", "off", "yes", "no", "y", "n"};

bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_one_of(std::string_view word, const auto& words) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view without_sign(std::string_view text) noexcept {
    if (text.starts_with('-') || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    return text;
}

// Takes the digits in front of `text` and returns how many there were.
std::size_t skip_digits(std::string_view& text) noexcept {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(count);
    return count;
}

struct Radix {
    std::string_view digits;
    int base = 10;
};

// "0x1F" and "0o17" of the core schema; these take no sign.
std::optional<Radix> prefixed_digits(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) {
        return std::nullopt;
    }
    const Radix found{text.substr(2), text[1] == 'x' ? 16 : 8};
    const std::string_view allowed =
        found.base == 16 ? std::string_view("0123456789abcdefABCDEF") : "01234567";
    if (found.digits.find_first_not_of(allowed) != std::string_view::npos) {
        return std::nullopt;
    }
    return found;
}

bool is_decimal_integer(std::string_view text) noexcept {
    const std::string_view digits = without_sign(text);
    return all_digits(digits) && (digits.size() == 1 || digits[0] != '0');
}

bool is_real(std::string_view text) noexcept {
    std::string_view rest = without_sign(text);
    if (rest.size() > 1 && rest[0] == '0' && is_digit(rest[1])) {
        return false;
    }
    std::size_t digits = skip_digits(rest);
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        digits += skip_digits(rest);
    }
    if (digits == 0) {
        return false;
    }
    if (rest.starts_with('e') || rest.starts_with('E')) {
        rest = without_sign(rest.substr(1));
        return all_digits(rest);
    }
    return rest.empty();
}

// "12:30", "12:30:00", also "1:30.5": base 60 to YAML 1.1.
bool is_sexagesimal(std::string_view text) noexcept {
    const auto parts = split(without_sign(text), ':');
    if (parts.size() < 2 || parts.size() > 4) {
        return false;
    }
    return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
        return part.size() <= 4 && all_digits(part);
    });
}

bool has_digit_separators(std::string_view text) noexcept {
    const std::string_view digits = without_sign(text);
    return digits.find('_') != std::string_view::npos && !digits.empty() && is_digit(digits[0]) &&
           digits.find_first_not_of("0123456789_") == std::string_view::npos;
}

}  // namespace

Node::Type core_type(std::string_view plain) noexcept {
    if (plain.empty() || is_one_of(plain, kNullWords)) {
        return Node::Type::null;
    }
    if (is_one_of(plain, kBooleanWords)) {
        return Node::Type::boolean;
    }
    if (is_decimal_integer(plain) || prefixed_digits(plain)) {
        return Node::Type::integer;
    }
    return is_real(plain) ? Node::Type::real : Node::Type::string;
}

Yaml11Trap yaml11_trap(const Node& node) noexcept {
    if (node.type != Node::Type::string || node.quoted || node.text.size() > 40) {
        return Yaml11Trap::none;
    }
    const std::string& text = node.text;
    if (text.size() <= 3 && is_one_of(to_lower_ascii(text), kYaml11Booleans)) {
        return Yaml11Trap::boolean_word;
    }
    if (is_sexagesimal(text)) {
        return Yaml11Trap::sexagesimal;
    }
    if (all_digits(without_sign(text))) {
        return Yaml11Trap::leading_zero;
    }
    return has_digit_separators(text) ? Yaml11Trap::underscore : Yaml11Trap::none;
}

std::optional<std::int64_t> integer_value(const Node& node) noexcept {
    if (node.type != Node::Type::integer) {
        return std::nullopt;
    }
    std::string_view digits = node.text;
    int base = 10;
    if (const auto prefixed = prefixed_digits(digits)) {
        digits = prefixed->digits;
        base = prefixed->base;
    } else if (digits.starts_with('+')) {
        digits.remove_prefix(1);
    }
    std::int64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

std::optional<double> real_value(const Node& node) noexcept {
    if (node.type != Node::Type::integer && node.type != Node::Type::real) {
        return std::nullopt;
    }
    if (prefixed_digits(node.text)) {
        const auto whole = integer_value(node);
        return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
    }
    std::string_view digits = node.text;
    if (digits.starts_with('+')) {
        digits.remove_prefix(1);
    }
    double value = 0;
    const char* const end = digits.data() + digits.size();
    // Not strtod: its decimal point is the locale's.
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    const bool good = error == std::errc() && stop == end && std::isfinite(value);
    return good ? std::optional(value) : std::nullopt;
}

std::string_view describe_type(Node::Type type) noexcept {
    constexpr std::array<std::string_view, 7> kNames = {
        "nothing", "true or false", "a whole number", "a number", "a text", "a list", "a map"};
    return kNames[static_cast<std::size_t>(type)];
}

}  // namespace aifp::document
