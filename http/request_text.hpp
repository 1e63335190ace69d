#pragma once

#include <optional>
#include <string>

#include "http/client.hpp"
#include "http/url.hpp"

namespace aifp::http {

/// The request as it goes over the wire (RFC 9112). Private to the room. Errors: invalid_input for
/// a method or a header field that would not arrive as it was meant.
[[nodiscard]] Result<std::string> request_text(const ClientRequest& request,
                                               const Url& url,
                                               const std::string& user_agent);

/// Whether sending it twice does no more than sending it once (RFC 9110 9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

/// Turns `request` and `url` into what the redirect asks for. False: `response` is no redirect to
/// follow. Errors: invalid_input (location that is no URL, or leads from https to http).
[[nodiscard]] Result<bool> follow_redirect(const ClientResponse& response,
                                           ClientRequest& request,
                                           Url& url);

}  // namespace aifp::http
