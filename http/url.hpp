#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aifp::http {

/// An http or https URL in its parts.
struct Url {
    bool tls = false;
    std::string host;  ///< A name in lower case or an address, IPv6 without brackets.
    std::uint16_t port = 80;
    std::string target = "/";   ///< Path and query, as sent; the fragment is dropped.
    std::string user_password;  ///< "user:password", decoded; empty without one.

    /// The value of the Host field: IPv6 in brackets, the scheme's own port left out.
    [[nodiscard]] std::string authority() const;
    /// "http://host/target", without user and password. Not for messages: see origin().
    [[nodiscard]] std::string text() const;
    /// "http://host:port", for messages: paths and queries may hold keys.
    [[nodiscard]] std::string origin() const;
    [[nodiscard]] bool same_origin(const Url& other) const noexcept;
};

/// What a message may show of a text that was to be a URL: its scheme and host, as far as they can
/// be told; else nothing.
[[nodiscard]] std::string origin_of(std::string_view text);
/// Errors: invalid_input (not http or https, no host, characters that must be percent-encoded).
[[nodiscard]] Result<Url> parse_url(std::string_view text);
/// Where a redirect leads: `location` may be relative (RFC 3986 5). Errors: invalid_input.
[[nodiscard]] Result<Url> resolve_url(const Url& base, std::string_view location);

}  // namespace aifp::http
