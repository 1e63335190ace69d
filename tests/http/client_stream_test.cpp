#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "http/client.hpp"
#include "tests/http/fetching.hpp"
#include "tests/http/script_server.hpp"

namespace aifp::http {
namespace {

using testing::Fetching;
using testing::ScriptServer;

constexpr const char* kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

ClientRequest collecting(const ScriptServer& server, std::string& pieces) {
    ClientRequest request;
    request.method = "POST";
    request.url = server.url("/");
    request.on_body = [&pieces](std::string_view piece) {
        pieces += piece;
        pieces += '|';
        return Status();
    };
    return request;
}

TEST(ClientStream, hands_on_a_body_before_its_end) {
    ScriptServer server({ScriptServer::say_and_wait(std::string(kChunked) + "5\r\nfirst\r\n")});
    std::string pieces;
    Fetching fetching;
    const auto slot = fetching.start(collecting(server, pieces));
    fetching.run_until([&pieces] { return !pieces.empty(); });
    EXPECT_EQ(pieces, "first|");
    EXPECT_FALSE(slot->has_value());
}

TEST(ClientStream, does_not_collect_what_it_hands_on) {
    ScriptServer server({ScriptServer::say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")});
    std::string pieces;
    const auto response = Fetching().fetch(collecting(server, pieces));
    ASSERT_TRUE(response) << response.error().detail();
    EXPECT_EQ(pieces, "body|");
    EXPECT_EQ(response->body, "");
}

TEST(ClientStream, collects_what_a_failed_request_says) {
    ScriptServer server({ScriptServer::say("HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nslow")});
    std::string pieces;
    const auto response = Fetching().fetch(collecting(server, pieces));
    ASSERT_TRUE(response) << response.error().detail();
    EXPECT_EQ(pieces, "");
    EXPECT_EQ(response->body, "slow");
}

TEST(ClientStream, ends_with_the_error_of_who_takes_the_body) {
    ScriptServer server({ScriptServer::say_and_wait(std::string(kChunked) + "3\r\nbad\r\n")});
    std::string pieces;
    ClientRequest request = collecting(server, pieces);
    request.on_body = [](std::string_view) -> Status {
        return fail(ErrorCode::invalid_input, "not for me");
    };
    const auto response = Fetching().fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().detail(), "not for me");
}

TEST(ClientStream, bounds_the_whole_of_a_body_in_pieces) {
    ScriptServer server(
        {ScriptServer::say_and_wait(std::string(kChunked) + "3\r\nabc\r\n3\r\ndef\r\n")});
    std::string pieces;
    ClientRequest request = collecting(server, pieces);
    request.max_response_bytes = 5;
    const auto response = Fetching().fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::invalid_input);
}

TEST(ClientStream, gives_up_on_a_server_that_falls_silent) {
    ScriptServer server({ScriptServer::say_and_wait(std::string(kChunked) + "5\r\nfirst\r\n")});
    std::string pieces;
    ClientRequest request = collecting(server, pieces);
    request.idle_timeout = Milliseconds(30);
    const auto response = Fetching().fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::timed_out);
    EXPECT_NE(response.error().detail().find("nothing came"), std::string::npos);
}

TEST(ClientStream, gives_up_on_a_server_that_never_begins) {
    ScriptServer server({ScriptServer::say_and_wait("")});
    std::string pieces;
    ClientRequest request = collecting(server, pieces);
    request.first_byte_timeout = Milliseconds(30);
    request.idle_timeout = Seconds(20);
    const auto response = Fetching().fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::timed_out);
}

}  // namespace
}  // namespace aifp::http
