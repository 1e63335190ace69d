#pragma once

#include <string>

#include "http/message.hpp"

namespace aifp::http {

/// What the answer needs to know of its request.
struct Framing {
    bool head = false;       ///< No body, whatever the answer holds.
    bool keep_alive = true;  ///< The connection stays open after it.
    bool http_1_0 = false;
};

/// Appends the answer as it goes over the wire (RFC 9112). Line breaks in header fields, which
/// would begin a field of their own, become spaces.
void append_response(std::string& out, const Response& response, const Framing& framing);

}  // namespace aifp::http
