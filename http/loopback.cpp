#include "http/loopback.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace aifp::http {
namespace {

constexpr std::array<std::string_view, 3> kLoopbackNames{"localhost", "127.0.0.1", "[::1]"};

// "127.0.0.1:7717" -> "127.0.0.1"; "[::1]:7717" -> "[::1]".
std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return has_port ? host.substr(0, colon) : host;
}

bool is_loopback_name(std::string_view host) {
    const auto name = without_port(host);
    return std::any_of(kLoopbackNames.begin(), kLoopbackNames.end(), [name](auto known) {
        return equal_ignoring_case(name, known);
    });
}

bool is_same_origin(std::string_view origin, std::string_view host) {
    constexpr std::string_view kScheme = "http://";
    return origin.starts_with(kScheme) && origin.substr(kScheme.size()) == host;
}

}  // namespace

std::optional<Response> refuse_foreign(const Request& request) {
    const auto host = request.headers.find("host");
    if (!host || !is_loopback_name(*host)) {
        return error_response(403, "the Host must be localhost or a loopback address");
    }
    const auto origin = request.headers.find("origin");
    if (origin && !is_same_origin(*origin, *host)) {
        return error_response(403, "requests from other sites are refused");
    }
    return std::nullopt;
}

}  // namespace aifp::http
