#include "http/server.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/http/raw_client.hpp"
#include "tests/http/running_server.hpp"

namespace aifp::http {
namespace {

using testing::body_of;
using testing::echo;
using testing::RawClient;
using testing::RunningServer;
using testing::status_of;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

/// Keeps the responders until the test answers them, from the loop.
struct Held {
    std::vector<Responder> responders;
    std::promise<void> all;
    std::size_t awaited = 1;

    Handler handler() {
        return [this](Request, Responder respond) {
            responders.push_back(std::move(respond));
            if (responders.size() == awaited) {
                all.set_value();
            }
        };
    }
};

TEST(Server, answers_and_keeps_the_connection) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send(kGet);
    EXPECT_EQ(client.read_response(),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 7\r\n"
              "\r\nGET /a\n");
    client.send(post("/b", "body"));
    EXPECT_EQ(body_of(client.read_response()), "POST /b\nbody");
    EXPECT_EQ(server.statistics().requests, 2U);
    EXPECT_EQ(server.statistics().accepted, 1U);
}

TEST(Server, serves_ipv6) {
    ServerOptions options;
    options.listen = TcpEndpoint{*IpAddress::parse("::1"), 0};
    RunningServer server(
        [](Request request, Responder respond) {
            respond(text_response(200, request.peer->address.text()));
        },
        std::move(options));
    RawClient client(server.endpoint());
    client.send(kGet);
    EXPECT_EQ(body_of(client.read_response()), "::1");
}

TEST(Server, tells_the_peer_and_the_headers) {
    RunningServer server([](Request request, Responder respond) {
        const std::string agent(request.headers.find("user-AGENT").value_or("none"));
        respond(text_response(200,
                              request.peer->address.text() + " " + agent + " " +
                                  std::string(request.path()) + " " +
                                  std::string(request.query())));
    });
    RawClient client(server.endpoint());
    client.send("GET /p?q=1 HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n");
    EXPECT_EQ(body_of(client.read_response()), "127.0.0.1 me /p q=1");
}

TEST(Server, takes_a_request_byte_by_byte) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    for (const char byte : post("/slow", "12345")) {
        client.send(std::string_view(&byte, 1));
    }
    EXPECT_EQ(body_of(client.read_response()), "POST /slow\n12345");
}

TEST(Server, answers_a_pipeline_in_order) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    std::string all;
    for (int i = 0; i < 100; ++i) {
        all += post("/" + std::to_string(i), "x");
    }
    client.send(all);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(body_of(client.read_response()), "POST /" + std::to_string(i) + "\nx");
    }
}

TEST(Server, keeps_the_order_when_answers_come_in_another) {
    Held held;
    held.awaited = 3;
    RunningServer server(held.handler());
    RawClient client(server.endpoint());
    client.send(post("/0", "") + post("/1", "") + post("/2", ""));
    held.all.get_future().wait();
    server.on_loop([&held] {
        for (const std::size_t i : {2U, 0U, 1U}) {
            held.responders[i](text_response(200, std::to_string(i)));
        }
    });
    EXPECT_EQ(body_of(client.read_response()), "0");
    EXPECT_EQ(body_of(client.read_response()), "1");
    EXPECT_EQ(body_of(client.read_response()), "2");
}

TEST(Server, takes_in_no_more_than_the_pipeline_limit) {
    Held held;
    held.awaited = 4;
    ServerOptions options = RunningServer::on_loopback();
    options.limits.max_pipelined = 4;
    RunningServer server(held.handler(), std::move(options));
    RawClient client(server.endpoint());
    std::string all;
    for (int i = 0; i < 6; ++i) {
        all += kGet;
    }
    client.send(all);
    held.all.get_future().wait();
    EXPECT_EQ(server.statistics().requests, 4U);
    server.on_loop([&held] { held.responders[0](text_response(200, "first")); });
    EXPECT_EQ(body_of(client.read_response()), "first");
    EXPECT_EQ(server.statistics().requests, 5U);
}

TEST(Server, reads_chunked_bodies_and_drops_trailers) {
    RunningServer server([](Request request, Responder respond) {
        respond(text_response(200, request.body + std::to_string(request.headers.count("X-Late"))));
    });
    RawClient client(server.endpoint());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("3;ext=1\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n");
    EXPECT_EQ(body_of(client.read_response()), "abcde0");
}

TEST(Server, sends_continue_before_the_body) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_EQ(body_of(client.read_response()), "POST /\nhi");
}

TEST(Server, answers_head_without_a_body) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string response = client.read_response(true);
    EXPECT_NE(response.find("Content-Length: 8\r\n"), std::string::npos);
    EXPECT_EQ(body_of(response), "");
    client.send(kGet);
    EXPECT_EQ(body_of(client.read_response()), "GET /a\n");
}

TEST(Server, closes_when_the_client_asks_for_it) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_EQ(status_of(all), 200);
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
}

TEST(Server, speaks_http_1_0) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(client.read_response().find("Connection: keep-alive\r\n"), std::string::npos);
    client.send("GET /b HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(client.read_all()), "GET /b\n");
}

TEST(Server, answers_a_client_that_only_half_closed) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send(kGet);
    client.half_close();
    EXPECT_EQ(body_of(client.read_all()), "GET /a\n");
}

TEST(Server, survives_a_client_that_is_gone_before_the_answer) {
    Held held;
    RunningServer server(held.handler());
    {
        RawClient client(server.endpoint());
        client.send(kGet);
        held.all.get_future().wait();
        client.reset();
    }
    server.on_loop([&held] { held.responders[0](text_response(200, "nobody hears")); });
    RawClient next(server.endpoint());
    next.send("nonsense\r\n\r\n");
    EXPECT_EQ(status_of(next.read_all()), 400);
}

TEST(Server, lets_a_responder_outlive_the_server_and_the_loop) {
    Held held;
    {
        RunningServer server(held.handler());
        RawClient client(server.endpoint());
        client.send(kGet);
        held.all.get_future().wait();
    }
    held.responders[0](text_response(200, "too late"));
    EXPECT_EQ(held.responders.size(), 1U);
}

TEST(Server, answers_500_for_a_dropped_or_throwing_handler) {
    RunningServer server([](Request request, Responder respond) {
        if (request.target == "/throw") {
            throw std::runtime_error("broken");
        }
        const Responder dropped = std::move(respond);
    });
    RawClient client(server.endpoint());
    client.send(post("/throw", "") + post("/drop", ""));
    EXPECT_EQ(status_of(client.read_response()), 500);
    EXPECT_EQ(status_of(client.read_response()), 500);
}

TEST(Server, ignores_a_second_answer) {
    RunningServer server([](Request, Responder respond) {
        respond(text_response(200, "one"));
        respond(text_response(200, "two"));
    });
    RawClient client(server.endpoint());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(body_of(client.read_all()), "one");
}

TEST(Server, sends_large_answers_whole) {
    const std::string large(5'000'000, 'x');
    RunningServer server(
        [&large](Request, Responder respond) { respond(text_response(200, large)); });
    RawClient client(server.endpoint());
    client.send(std::string(kGet) + std::string(kGet));
    EXPECT_EQ(body_of(client.read_response()), large);
    EXPECT_EQ(body_of(client.read_response()), large);
}

TEST(Server, lets_no_line_break_into_its_header) {
    RunningServer server([](Request, Responder respond) {
        Response response = text_response(204, "");
        response.headers.push_back(Header{"X-A", "1\r\nX-Evil: 1"});
        respond(std::move(response));
    });
    RawClient client(server.endpoint());
    client.send(kGet);
    EXPECT_NE(client.read_response().find("X-A: 1  X-Evil: 1\r\n"), std::string::npos);
}

TEST(Server, stops_gracefully) {
    Held held;
    RunningServer server(held.handler());
    RawClient busy(server.endpoint());
    RawClient idle(server.endpoint());
    busy.send(kGet);
    held.all.get_future().wait();
    std::promise<void> stopped;
    server.on_loop(
        [&] { server.server().stop(Milliseconds(10'000), [&stopped] { stopped.set_value(); }); });
    EXPECT_EQ(idle.read_all(), "");
    server.on_loop([&held] { held.responders[0](text_response(200, "last")); });
    const std::string last = busy.read_all();
    EXPECT_EQ(body_of(last), "last");
    EXPECT_NE(last.find("Connection: close"), std::string::npos);
    busy.reset();
    stopped.get_future().wait();
    EXPECT_THROW(RawClient(server.endpoint()), std::runtime_error);
}

TEST(Server, ends_what_is_not_answered_within_the_grace) {
    Held held;
    RunningServer server(held.handler());
    RawClient client(server.endpoint());
    client.send(kGet);
    held.all.get_future().wait();
    std::promise<void> stopped;
    server.on_loop(
        [&] { server.server().stop(Milliseconds(20), [&stopped] { stopped.set_value(); }); });
    stopped.get_future().wait();
    EXPECT_EQ(client.read_all(), "");
}

TEST(Server, survives_garbage) {
    RunningServer server(echo);
    std::mt19937 random(7);
    std::uniform_int_distribution<int> byte(0, 255);
    for (int round = 0; round < 200; ++round) {
        std::string garbage = round % 2 == 0 ? std::string() : post("/x", "ab").substr(0, 20);
        for (int i = 0; i < 64; ++i) {
            garbage += static_cast<char>(byte(random));
        }
        RawClient client(server.endpoint());
        client.send(garbage + "\r\n\r\n");
        client.half_close();
        const int status = status_of(client.read_all());
        EXPECT_TRUE(status == 0 || status == 400 || status == 200) << status;
    }
    RawClient client(server.endpoint());
    client.send(kGet);
    EXPECT_EQ(status_of(client.read_response()), 200);
}

}  // namespace
}  // namespace aifp::http
