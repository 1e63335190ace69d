#include "http/response_text.hpp"

#include <boost/beast/http/status.hpp>

#include "base/number_text.hpp"

namespace aifp::http {
namespace {

void append_one_line(std::string& out, std::string_view text) {
    const std::size_t start = out.size();
    out += text;
    for (std::size_t i = start; i < out.size(); ++i) {
        if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') {
            out[i] = ' ';
        }
    }
}

void append_status_line(std::string& out, int status) {
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
        return;
    }
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out += reason_phrase(status);
    out += "\r\n";
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    return {reason.data(), reason.size()};
}

void append_response(std::string& out, const Response& response, const Framing& framing) {
    append_status_line(out, response.status);
    if (!response.content_type.empty()) {
        out += "Content-Type: ";
        append_one_line(out, response.content_type);
        out += "\r\n";
    }
    for (const Header& header : response.headers) {
        append_one_line(out, header.name);
        out += ": ";
        append_one_line(out, header.value);
        out += "\r\n";
    }
    const bool may_have_body =
        response.status >= 200 && response.status != 204 && response.status != 304;
    if (framing.in_pieces) {
        out += framing.http_1_0 ? "" : "Transfer-Encoding: chunked\r\n";
    } else if (may_have_body) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    if (!framing.keep_alive) {
        out += "Connection: close\r\n";
    } else if (framing.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
    if (framing.in_pieces) {
        append_piece(out, response.body, framing);
    } else if (may_have_body && !framing.head) {
        out += response.body;
    }
}

void append_piece(std::string& out, std::string_view piece, const Framing& framing) {
    if (piece.empty() || framing.head) {
        return;
    }
    if (framing.http_1_0) {
        out += piece;
        return;
    }
    char digits[2 * sizeof(std::size_t)];
    const auto end = std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr;
    out.append(digits, end);
    out.append("\r\n").append(piece).append("\r\n");
}

void append_last_piece(std::string& out, const Framing& framing) {
    if (!framing.head && !framing.http_1_0) {
        out += "0\r\n\r\n";
    }
}

}  // namespace aifp::http
