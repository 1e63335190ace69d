#include "http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "http/chunk_end.hpp"

namespace aifp::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t kDefaultMaxBody = 1'048'576;
/// Room made before the bytes are there: what a client claims costs it nothing.
constexpr std::size_t kMaxReserve = 65'536;
constexpr int kVersion11 = 11;

std::string_view view(boost::beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// Origin form of a target; empty if it is none of the forms of RFC 9112 3.2 that a server serves.
std::string_view origin_form(std::string_view target) noexcept {
    if (target.starts_with('/') || target == "*") {
        return target;
    }
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos ||
        !(equal_ignoring_case(target.substr(0, scheme), "http") ||
          equal_ignoring_case(target.substr(0, scheme), "https"))) {
        return {};
    }
    const std::size_t path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

RequestReader::RequestReader(const ServerLimits& limits, const BodyLimit& body_limit)
    : limits_(limits), ask_body_limit_(body_limit) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    // Ours is asked for when the header is known; Beast's is checked too early for that.
    this->body_limit(boost::none);
}

int RequestReader::status_of(const boost::system::error_code& error) noexcept {
    if (error == beast_http::error::header_limit) {
        return 431;
    }
    if (error == beast_http::error::body_limit) {
        return 413;
    }
    return 400;
}

std::size_t RequestReader::put(boost::asio::const_buffer bytes, boost::system::error_code& error) {
    if (must_wait_for_chunk_end(*this, bytes.size())) {
        error = beast_http::error::need_more;
        return 0;
    }
    return basic_parser::put(bytes, error);
}

void RequestReader::on_request_impl(
    beast_http::verb, Text method_text, Text target, int version, ErrorCode& error) {
    version_ = version;
    request_.method.assign(method_text.data(), method_text.size());
    request_.target = origin_form(view(target));
    if (request_.target.empty()) {
        error = beast_http::error::bad_target;
    }
}

void RequestReader::on_response_impl(int, Text, int, ErrorCode& error) {
    error = beast_http::error::bad_method;
}

void RequestReader::on_field_impl(beast_http::field name,
                                  Text name_text,
                                  Text value,
                                  ErrorCode& error) {
    if (header_done_) {
        return;  // A trailer: it may not pose as a header field (RFC 9110 6.5.1).
    }
    if (request_.headers.size() >= limits_.max_header_fields) {
        error = beast_http::error::header_limit;
        return;
    }
    if (name == beast_http::field::host) {
        ++hosts_;
    } else if (name == beast_http::field::expect) {
        expects_continue_ = equal_ignoring_case(view(value), "100-continue");
    } else if (name == beast_http::field::transfer_encoding) {
        // Where the body ends must be plain to everybody on the way (RFC 9112 6.1 and 6.3): the one
        // coding that is read here, once, and not in HTTP/1.0.
        if (has_coding_ || version_ < kVersion11 || !equal_ignoring_case(view(value), "chunked")) {
            error = beast_http::error::bad_transfer_encoding;
            return;
        }
        has_coding_ = true;
    }
    request_.headers.add(view(name_text), view(value));
}

void RequestReader::on_header_impl(ErrorCode& error) {
    header_done_ = true;
    if (hosts_ > 1 || (hosts_ == 0 && version_ >= kVersion11)) {
        error = beast_http::error::bad_field;  // RFC 9112 3.2
        return;
    }
    max_body_ =
        ask_body_limit_ ? ask_body_limit_(request_.method, request_.target) : kDefaultMaxBody;
    const auto length = content_length();
    if (length && *length > max_body_) {
        error = beast_http::error::body_limit;
    }
}

void RequestReader::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
    request_.body.reserve(
        static_cast<std::size_t>(std::min<std::uint64_t>(length.value_or(0), kMaxReserve)));
}

std::size_t RequestReader::on_body_impl(Text body, ErrorCode& error) {
    if (body.size() > max_body_ - request_.body.size()) {
        error = beast_http::error::body_limit;
        return 0;
    }
    request_.body.append(body.data(), body.size());
    return body.size();
}

void RequestReader::on_chunk_header_impl(std::uint64_t size, Text, ErrorCode& error) {
    if (size > max_body_ - request_.body.size()) {
        error = beast_http::error::body_limit;
    }
}

std::size_t RequestReader::on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& error) {
    return on_body_impl(body, error);
}

void RequestReader::on_finish_impl(ErrorCode&) {}

}  // namespace aifp::http
