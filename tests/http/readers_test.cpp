#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"
#include "http/response_reader.hpp"

namespace aifp::http {
namespace {

/// Feeds `text` as a connection does when it comes byte by byte: what was not taken comes again.
template <class Reader>
boost::system::error_code feed_slowly(Reader& reader, std::string_view text) {
    std::string unread;
    boost::system::error_code error;
    for (const char byte : text) {
        unread += byte;
        // Twice: a connection also looks again when nothing has come.
        for (int look = 0; look < 2 && !unread.empty() && !reader.is_done(); ++look) {
            error = {};
            unread.erase(0, reader.put(boost::asio::buffer(unread), error));
            if (error && error != boost::beast::http::error::need_more) {
                return error;
            }
        }
    }
    return reader.is_done() ? boost::system::error_code() : error;
}

constexpr std::string_view kChunks = "1\r\na\r\n3;x=y\r\nbcd\r\n0\r\n\r\n";
constexpr std::string_view kNoChunk = "0\r\nTrailer: t\r\n\r\n";

TEST(RequestReader, reads_a_body_in_chunks_that_comes_byte_by_byte) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const ServerLimits limits;
    const BodyLimit no_limit;
    for (const auto& [chunks, body] : {std::pair(kChunks, "abcd"), std::pair(kNoChunk, "")}) {
        RequestReader reader(limits, no_limit);
        EXPECT_FALSE(feed_slowly(reader, head + std::string(chunks)));
        ASSERT_TRUE(reader.is_done());
        EXPECT_EQ(reader.take().body, body);
    }
}

TEST(ResponseReader, reads_a_body_in_chunks_that_comes_byte_by_byte) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const auto& [chunks, body] : {std::pair(kChunks, "abcd"), std::pair(kNoChunk, "")}) {
        ResponseReader reader(1'000, false);
        EXPECT_FALSE(feed_slowly(reader, head + std::string(chunks)));
        ASSERT_TRUE(reader.is_done());
        EXPECT_EQ(reader.take().body, body);
    }
}

}  // namespace
}  // namespace aifp::http
