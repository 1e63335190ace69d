#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "http/encoding.hpp"
#include "http/loopback.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/http/running_server.hpp"

namespace aifp::http {
namespace {

using testing::RawClient;
using testing::RunningServer;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

/// Gives who asks for /a to `take`; answers others at once.
Handler for_a(std::function<void(Responder)> take) {
    return [take = std::move(take)](const Request& request, Responder respond) {
        if (request.target == "/a") {
            take(std::move(respond));
        } else {
            respond(text_response(200, "b"));
        }
    };
}

/// Streams to whoever asks for /a.
struct Streaming {
    std::optional<ResponseStream> stream;
    std::promise<void> begun;
    std::promise<void> closed;

    Handler handler() {
        return for_a([this](Responder respond) {
            Response head;
            head.content_type = "text/event-stream";
            stream.emplace(respond.stream(std::move(head), [this] { closed.set_value(); }));
            begun.set_value();
        });
    }
};

bool comes(std::promise<void>& promise) {
    return promise.get_future().wait_for(Seconds(10)) == std::future_status::ready;
}

TEST(ResponseStream, goes_out_in_chunks_and_keeps_the_connection) {
    Streaming streaming;
    RunningServer server(streaming.handler());
    RawClient client(server.endpoint());
    client.send(std::string(kGet) + "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(comes(streaming.begun));
    server.on_loop([&] { streaming.stream->write("one"); });
    server.on_loop([&] { streaming.stream->write(std::string(20, 'x')); });
    server.on_loop([&] { streaming.stream->finish(); });
    const auto said = client.read_all();
    EXPECT_NE(said.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_NE(said.find("\r\n\r\n3\r\none\r\n14\r\n"), std::string::npos);
    EXPECT_NE(said.find("\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"), std::string::npos);
    EXPECT_TRUE(said.ends_with("\r\n\r\nb"));
}

TEST(ResponseStream, ends_with_the_connection_for_http_1_0) {
    Streaming streaming;
    RunningServer server(streaming.handler());
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(comes(streaming.begun));
    server.on_loop([&] {
        streaming.stream->write("piece");
        streaming.stream.reset();
    });
    const auto said = client.read_all();
    EXPECT_TRUE(said.ends_with("\r\n\r\npiece"));
    EXPECT_EQ(said.find("chunked"), std::string::npos);
}

TEST(ResponseStream, tells_when_the_client_hangs_up) {
    for (const auto* header : {"", "Connection: close\r\n"}) {
        Streaming streaming;
        RunningServer server(streaming.handler());
        RawClient client(server.endpoint());
        client.send(std::string("GET /a HTTP/1.1\r\nHost: x\r\n") + header + "\r\n");
        ASSERT_TRUE(comes(streaming.begun));
        client.half_close();
        EXPECT_TRUE(comes(streaming.closed)) << header;
        server.on_loop([&] { streaming.stream->write("to nobody"); });
    }
}

TEST(ResponseStream, says_nothing_of_a_client_that_leaves_after_the_end) {
    Streaming streaming;
    RunningServer server(streaming.handler());
    {
        RawClient client(server.endpoint());
        client.send(kGet);
        ASSERT_TRUE(comes(streaming.begun));
        server.on_loop([&] { streaming.stream->finish(); });
        client.half_close();
        EXPECT_NE(client.read_all().find("0\r\n\r\n"), std::string::npos);
    }
    EXPECT_EQ(streaming.closed.get_future().wait_for(Seconds(0)), std::future_status::timeout);
}

/// Keeps who asked for /a waiting, and watches.
struct Waiting {
    std::optional<Responder> asked;
    std::promise<void> begun;
    std::promise<void> closed;

    Handler handler() {
        return for_a([this](Responder respond) {
            asked.emplace(std::move(respond));
            asked->watch([this] { closed.set_value(); });
            begun.set_value();
        });
    }
    [[nodiscard]] bool is_told() {
        return closed.get_future().wait_for(Seconds(0)) == std::future_status::ready;
    }
};

TEST(WatchedAnswer, tells_when_the_client_hangs_up) {
    for (const auto* header : {"", "Connection: close\r\n"}) {
        Waiting waiting;
        RunningServer server(waiting.handler());
        {
            RawClient client(server.endpoint());
            client.send(std::string("GET /a HTTP/1.1\r\nHost: x\r\n") + header + "\r\n");
            ASSERT_TRUE(comes(waiting.begun));
        }
        EXPECT_TRUE(comes(waiting.closed)) << header;
        server.on_loop([&] { (*waiting.asked)(text_response(200, "to nobody")); });
    }
}

TEST(WatchedAnswer, is_watched_also_from_later_on) {
    std::optional<Responder> asked;
    std::promise<void> begun;
    std::promise<void> closed;
    RunningServer server([&](const Request&, Responder respond) {
        asked.emplace(std::move(respond));
        begun.set_value();
    });
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(comes(begun));
    server.on_loop([&] { asked->watch([&] { closed.set_value(); }); });
    client.half_close();
    EXPECT_TRUE(comes(closed));
    server.on_loop([&] { asked.reset(); });
}

TEST(WatchedAnswer, says_nothing_once_it_is_given) {
    Waiting waiting;
    RunningServer server(waiting.handler());
    {
        RawClient client(server.endpoint());
        client.send(kGet);
        ASSERT_TRUE(comes(waiting.begun));
        server.on_loop([&] { (*waiting.asked)(text_response(200, "whole")); });
        client.half_close();
        EXPECT_TRUE(client.read_all().ends_with("whole"));
    }
    EXPECT_FALSE(waiting.is_told());
}

TEST(WatchedAnswer, may_become_a_stream_that_is_watched) {
    Waiting waiting;
    std::promise<void> stream_closed;
    std::optional<ResponseStream> stream;
    RunningServer server(waiting.handler());
    RawClient client(server.endpoint());
    client.send(kGet);
    ASSERT_TRUE(comes(waiting.begun));
    server.on_loop([&] {
        stream.emplace(waiting.asked->stream(Response(), [&] { stream_closed.set_value(); }));
    });
    client.half_close();
    EXPECT_TRUE(comes(stream_closed));
    EXPECT_FALSE(waiting.is_told());
    server.on_loop([&] { stream.reset(); });
}

TEST(RefuseForeign, lets_loopback_addresses_and_known_names_in_and_nobody_else) {
    const std::vector<std::string> names{"nas.home"};
    const auto status = [&names](std::string_view host, std::string_view origin) {
        Request request;
        request.headers.add("Host", host);
        if (!origin.empty()) {
            request.headers.add("Origin", origin);
        }
        const auto refused = refuse_foreign(request, names);
        return refused ? refused->status : 200;
    };
    EXPECT_EQ(status("LocalHost:1", ""), 200);
    EXPECT_EQ(status("[::1]:1", "http://[::1]:1"), 200);
    EXPECT_EQ(status("192.168.1.5:7717", "http://192.168.1.5:7717"), 200);
    EXPECT_EQ(status("[fd00::5]", ""), 200);
    EXPECT_EQ(status("NAS.home:7717", ""), 200);
    EXPECT_EQ(status("nas.home", "https://nas.home"), 200);
    EXPECT_EQ(status("evil.example", ""), 403);
    EXPECT_EQ(status("nas.home.evil.example", ""), 403);
    EXPECT_EQ(status("192.168.1.5.evil.example", ""), 403);
    EXPECT_EQ(status("192.168.1.5:7717", "http://evil.example"), 403);
    EXPECT_EQ(status("fd00::5", ""), 403);
    EXPECT_EQ(status("localhost:1", "null"), 403);
    EXPECT_EQ(status("localhost:1", "http://localhost:2"), 403);
}

TEST(Base64, decodes_what_it_encodes_and_refuses_the_rest) {
    for (const std::string text : {"", "a", "ab", "abc", "Gr\xc3\xbc\xc3\x9f"}) {
        EXPECT_EQ(*base64_decode(base64_encode(text)), text);
    }
    for (const auto* wrong : {"a", "ab=", "a===", "SGVsbG8", "SGVs!!!bG8=", "=abc", "ab=c"}) {
        EXPECT_FALSE(base64_decode(wrong)) << wrong;
    }
}

TEST(ResponseStream, knows_how_much_the_client_has_not_taken) {
    Streaming streaming;
    RunningServer server(streaming.handler());
    RawClient client(server.endpoint());
    client.send(kGet);
    ASSERT_TRUE(comes(streaming.begun));
    const std::string piece(1'048'576, 'x');
    std::size_t backlog = 0;
    for (int i = 0; i < 12; ++i) {  // more than a socket takes
        server.on_loop([&] { streaming.stream->write(piece); });
        server.on_loop([&] { backlog = streaming.stream->backlog(); });
    }

    EXPECT_GT(backlog, piece.size());
    server.on_loop([&] { streaming.stream.reset(); });
}

}  // namespace
}  // namespace aifp::http
