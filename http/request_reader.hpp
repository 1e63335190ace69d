#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>

#include "http/server.hpp"

namespace aifp::http {

/// Reads one request from bytes as they come: Beast's parser filling our Request without a detour.
/// Private to the room; loop thread only. Feed it with put(); it is done at is_done().
class RequestReader final : public boost::beast::http::basic_parser<true> {
public:
    RequestReader(const ServerLimits& limits, const BodyLimit& body_limit);

    /// The request; once is_done().
    [[nodiscard]] Request take() { return std::move(request_); }
    [[nodiscard]] bool is_head() const noexcept { return request_.method == "HEAD"; }
    [[nodiscard]] bool is_http_1_0() const noexcept { return version_ == 10; }
    /// What it is sent to; once the header is read.
    [[nodiscard]] const std::string& target() const noexcept { return request_.target; }
    /// The client waits for "100 Continue" before it sends the body (RFC 9110 10.1.1).
    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }
    /// The status that tells the client what put() failed with.
    [[nodiscard]] static int status_of(const boost::system::error_code& error) noexcept;

    /// Takes what it can of `bytes` and says how many; need_more: the rest again, with more.
    std::size_t put(boost::asio::const_buffer bytes, boost::system::error_code& error);

private:
    using ErrorCode = boost::system::error_code;
    using Text = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb method,
                         Text method_text,
                         Text target,
                         int version,
                         ErrorCode& error) override;
    void on_response_impl(int status, Text reason, int version, ErrorCode& error) override;
    void on_field_impl(boost::beast::http::field name,
                       Text name_text,
                       Text value,
                       ErrorCode& error) override;
    void on_header_impl(ErrorCode& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override;
    std::size_t on_body_impl(Text body, ErrorCode& error) override;
    void on_chunk_header_impl(std::uint64_t size, Text extensions, ErrorCode& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t left, Text body, ErrorCode& error) override;
    void on_finish_impl(ErrorCode& error) override;

    Request request_;
    const ServerLimits& limits_;
    const BodyLimit& ask_body_limit_;
    std::size_t max_body_ = 0;
    int version_ = 0;
    int hosts_ = 0;
    bool has_coding_ = false;
    bool expects_continue_ = false;
    bool header_done_ = false;
};

}  // namespace aifp::http
