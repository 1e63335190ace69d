#include "directives/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace aifp::directives {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};

}  // namespace

bool is_identifier(std::string_view text) noexcept {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9');
           });
}

std::string to_upper_ascii(std::string_view text) {
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return upper;
}

std::span<const std::string_view> http_methods() noexcept {
    return kMethods;
}

bool is_http_method(std::string_view word) noexcept {
    return std::find(kMethods.begin(), kMethods.end(), word) != kMethods.end();
}

int to_count(std::string_view text) noexcept {
    int number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    return problem == std::errc{} && stopped == end && !text.empty() ? number : -1;
}

}  // namespace aifp::directives
