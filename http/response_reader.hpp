#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "http/client.hpp"

namespace aifp::http {

/// Reads one answer from bytes as they come. Private to the room; loop thread only.
class ResponseReader final : public boost::beast::http::basic_parser<false> {
public:
    /// `to_head`: the answer to a HEAD has no body, whatever its header says.
    ResponseReader(std::size_t max_body_bytes, bool to_head);

    [[nodiscard]] ClientResponse take() { return std::move(response_); }
    /// What has come of the body and was not taken yet; empty unless the status is 2xx.
    [[nodiscard]] std::string take_body();
    /// 100 Continue and its kin: the answer proper is still to come.
    [[nodiscard]] bool is_interim() const noexcept {
        return response_.status >= 100 && response_.status < 200;
    }

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

    ClientResponse response_;
    const std::size_t max_body_;
    std::size_t body_bytes_ = 0;  // taken ones included
    bool header_done_ = false;
};

}  // namespace aifp::http
