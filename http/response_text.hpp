#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace aifp::http {

/// What the answer needs to know of its request.
struct Framing {
    bool head = false;       ///< No body, whatever the answer holds.
    bool keep_alive = true;  ///< The connection stays open after it.
    bool http_1_0 = false;
    bool in_pieces = false;  ///< The body follows in chunks; to HTTP/1.0 until the connection ends.
};

/// What a status means in English: "Not Found" (RFC 9110 15).
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Appends the answer as it goes over the wire (RFC 9112). Line breaks in header fields, which
/// would begin a field of their own, become spaces.
void append_response(std::string& out, const Response& response, const Framing& framing);

/// Appends one piece of a body that goes in pieces; an empty one adds nothing.
void append_piece(std::string& out, std::string_view piece, const Framing& framing);
/// Appends what tells the end of such a body.
void append_last_piece(std::string& out, const Framing& framing);

}  // namespace aifp::http
