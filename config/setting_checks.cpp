#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "config/setting_rows.hpp"

namespace aifp::config {
namespace {

bool is_letter(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

// A whole decimal number up to `most`.
bool is_number_up_to(std::string_view text, int most) noexcept {
    int value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && is_digit(text.front()) && value <= most;
}

bool is_address(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return ::inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

}  // namespace

bool is_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size() ||
        !is_number_up_to(text.substr(colon + 1), 65'535)) {
        return false;
    }
    const std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        return is_address(AF_INET6, host.substr(1, host.size() - 2));
    }
    return host == "localhost" || is_address(AF_INET, host);
}

bool is_network(std::string_view text) {
    const auto slash = text.find('/');
    const std::string_view address = text.substr(0, slash);
    const bool is_v4 = is_address(AF_INET, address);
    if (!is_v4 && !is_address(AF_INET6, address)) {
        return false;
    }
    return slash == std::string_view::npos ||
           (slash + 1 < text.size() && is_number_up_to(text.substr(slash + 1), is_v4 ? 32 : 128));
}

bool is_plain_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return is_letter(letter) || is_digit(letter) || letter == '_' || letter == '.' ||
                      letter == '-';
           });
}

bool is_project_name(std::string_view text) noexcept {
    return is_plain_name(text) && text.front() != '.' && text.front() != '-' &&
           text.front() != '_' && std::none_of(text.begin(), text.end(), [](char letter) {
               return letter >= 'A' && letter <= 'Z';
           });
}

bool is_variable_name(std::string_view text) noexcept {
    return !text.empty() && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return is_letter(letter) || is_digit(letter) || letter == '_';
           });
}

}  // namespace aifp::config
