#include "http/response_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "http/chunk_end.hpp"

namespace aifp::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::uint32_t kMaxHeader = 65'536;
constexpr std::size_t kMaxReserve = 65'536;

}  // namespace

ResponseReader::ResponseReader(std::size_t max_body_bytes, bool to_head)
    : max_body_(max_body_bytes) {
    eager(true);
    skip(to_head);
    header_limit(kMaxHeader);
    body_limit(boost::none);
}

std::size_t ResponseReader::put(boost::asio::const_buffer bytes, boost::system::error_code& error) {
    if (must_wait_for_chunk_end(*this, bytes.size())) {
        error = beast_http::error::need_more;
        return 0;
    }
    return basic_parser::put(bytes, error);
}

std::string ResponseReader::take_body() {
    const bool is_good = response_.status >= 200 && response_.status < 300;
    return is_good ? std::exchange(response_.body, {}) : std::string();
}

void ResponseReader::on_request_impl(beast_http::verb, Text, Text, int, ErrorCode& error) {
    error = beast_http::error::bad_version;
}

void ResponseReader::on_response_impl(int status, Text, int, ErrorCode&) {
    response_.status = status;
}

void ResponseReader::on_field_impl(beast_http::field, Text name, Text value, ErrorCode&) {
    if (!header_done_) {
        response_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }
}

void ResponseReader::on_header_impl(ErrorCode&) {
    header_done_ = true;
}

void ResponseReader::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                       ErrorCode& error) {
    if (length && *length > max_body_) {
        error = beast_http::error::body_limit;
        return;
    }
    response_.body.reserve(
        static_cast<std::size_t>(std::min<std::uint64_t>(length.value_or(0), kMaxReserve)));
}

std::size_t ResponseReader::on_body_impl(Text body, ErrorCode& error) {
    if (body.size() > max_body_ - body_bytes_) {
        error = beast_http::error::body_limit;
        return 0;
    }
    body_bytes_ += body.size();
    response_.body.append(body.data(), body.size());
    return body.size();
}

void ResponseReader::on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) {}

std::size_t ResponseReader::on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& error) {
    return on_body_impl(body, error);
}

void ResponseReader::on_finish_impl(ErrorCode&) {}

}  // namespace aifp::http
