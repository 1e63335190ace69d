#include "http/loopback.hpp"

#include <algorithm>
#include <string_view>

#include "http/ip_address.hpp"

namespace aifp::http {
namespace {

// "127.0.0.1:7717" -> "127.0.0.1"; "[::1]:7717" -> "[::1]".
std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return has_port ? host.substr(0, colon) : host;
}

bool is_address(std::string_view name) {
    const bool has_brackets = name.starts_with('[') && name.ends_with(']');
    const auto digits = has_brackets ? name.substr(1, name.size() - 2) : name;
    const auto address = IpAddress::parse(digits);
    return address && has_brackets == (digits.find(':') != std::string_view::npos);
}

bool is_own_name(std::string_view host, std::span<const std::string> names) {
    const auto name = without_port(host);
    return equal_ignoring_case(name, "localhost") || is_address(name) ||
           std::any_of(names.begin(), names.end(), [name](const std::string& known) {
               return equal_ignoring_case(name, known);
           });
}

// https too: a proxy in front may speak it.
bool is_same_origin(std::string_view origin, std::string_view host) {
    const auto scheme_end = origin.find("://");
    const auto scheme = origin.substr(0, scheme_end);
    return scheme_end != std::string_view::npos && (scheme == "http" || scheme == "https") &&
           origin.substr(scheme_end + 3) == host;
}

}  // namespace

std::optional<Response> refuse_foreign(const Request& request, std::span<const std::string> names) {
    const auto host = request.headers.find("host");
    if (!host || !is_own_name(*host, names)) {
        return error_response(403,
                              "the Host must be localhost, an address in digits, or a name that "
                              "the setting admin.hosts lists");
    }
    const auto origin = request.headers.find("origin");
    if (origin && !is_same_origin(*origin, *host)) {
        return error_response(403, "requests from other sites are refused");
    }
    return std::nullopt;
}

}  // namespace aifp::http
