#include "http/client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <vector>

#include "tests/http/fetching.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/http/running_server.hpp"
#include "tests/http/script_server.hpp"

namespace aifp::http {
namespace {

using testing::echo;
using testing::Fetching;
using testing::RunningServer;
using testing::ScriptServer;

ClientRequest request_to(const std::string& url, const std::string& method = "GET") {
    ClientRequest request;
    request.url = url;
    request.method = method;
    return request;
}

/// "/status/307/to/x" redirects to /x with 307; else tells the method, Authorization and body.
void redirecting(Request request, Responder respond) {
    if (request.target.starts_with("/status/")) {
        Response response = text_response(std::stoi(request.target.substr(8, 3)), "");
        response.headers.push_back(Header{"Location", request.target.substr(14)});
        respond(std::move(response));
        return;
    }
    const std::string secret(request.headers.find("Authorization").value_or("-"));
    respond(text_response(
        200, request.method + " " + request.target + " " + secret + " " + request.body));
}

TEST(Client, sends_a_request_and_reads_the_answer) {
    RunningServer server(echo);
    Fetching fetching;
    ClientRequest request = request_to(server.url("/a?b=c"), "POST");
    request.body = "body";
    const auto response = fetching.fetch(std::move(request));
    ASSERT_TRUE(response) << response.error().detail();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "POST /a?b=c\nbody");
    EXPECT_EQ(response->headers.find("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(response->url, server.url("/a?b=c"));
}

TEST(Client, reaches_ipv6_addresses_and_names) {
    ServerOptions options;
    options.listen = TcpEndpoint{*IpAddress::parse("::1"), 0};
    RunningServer six(echo, std::move(options));
    RunningServer four(echo);
    Fetching fetching;
    EXPECT_EQ(fetching.get(six.url("/six"))->body, "GET /six\n");
    const std::string port = std::to_string(four.endpoint().port);
    EXPECT_EQ(fetching.get("http://localhost:" + port + "/four")->body, "GET /four\n");
}

TEST(Client, keeps_connections_and_uses_them_again) {
    RunningServer server(echo);
    Fetching fetching;
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(fetching.get(server.url("/")));
    }
    EXPECT_EQ(fetching.client().statistics().connects, 1U);
    EXPECT_EQ(fetching.client().statistics().reused, 4U);
    EXPECT_EQ(server.statistics().accepted, 1U);
}

TEST(Client, carries_200_requests_at_once_and_keeps_few_connections) {
    RunningServer server(echo);
    Fetching fetching;
    std::vector<std::shared_ptr<std::optional<Result<ClientResponse>>>> slots;
    for (int i = 0; i < 200; ++i) {
        slots.push_back(fetching.start(request_to(server.url("/" + std::to_string(i)))));
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
        fetching.run_until([&] { return slots[i]->has_value(); });
        ASSERT_TRUE(**slots[i]) << (**slots[i]).error().detail();
        EXPECT_EQ((**slots[i])->body, "GET /" + std::to_string(i) + "\n");
    }
    EXPECT_EQ(fetching.client().statistics().idle, 4U);
}

TEST(Client, drops_kept_connections_after_their_time) {
    RunningServer server(echo);
    ClientOptions options;
    options.idle_timeout = Milliseconds(20);
    Fetching fetching(options);
    ASSERT_TRUE(fetching.get(server.url("/")));
    EXPECT_EQ(fetching.client().statistics().idle, 1U);
    fetching.run_until([&fetching] { return fetching.client().statistics().idle == 0; });
    EXPECT_EQ(fetching.client().statistics().idle, 0U);
}

struct RedirectCase {
    std::string method;
    int status;
    std::string answer;
};

TEST(Client, follows_redirects_with_the_right_method) {
    RunningServer server(redirecting);
    Fetching fetching;
    const RedirectCase cases[] = {
        {"POST", 303, "GET /x - "},
        {"POST", 302, "GET /x - "},
        {"POST", 301, "GET /x - "},
        {"PUT", 303, "GET /x - "},
        {"PUT", 302, "PUT /x - in"},
        {"POST", 307, "POST /x - in"},
        {"POST", 308, "POST /x - in"},
    };
    for (const RedirectCase& each : cases) {
        ClientRequest request =
            request_to(server.url("/status/" + std::to_string(each.status) + "/to/x"), each.method);
        request.body = "in";
        const auto response = fetching.fetch(std::move(request));
        ASSERT_TRUE(response) << response.error().detail();
        EXPECT_EQ(response->body, each.answer) << each.method << each.status;
        EXPECT_EQ(response->redirects, 1);
    }
}

TEST(Client, leaves_authorization_behind_when_the_host_changes) {
    RunningServer other(redirecting);
    RunningServer server([&other](Request request, Responder respond) {
        Response response = text_response(307, "");
        const bool away = request.target == "/away";
        response.headers.push_back(Header{"Location", away ? other.url("/there") : "/here"});
        request.target == "/here" ? redirecting(std::move(request), std::move(respond))
                                  : respond(std::move(response));
    });
    Fetching fetching;
    for (const auto& [path, answer] :
         {std::pair("/stay", "GET /here secret "), std::pair("/away", "GET /there - ")}) {
        ClientRequest request = request_to(server.url(path));
        request.headers.push_back(Header{"authorization", "secret"});
        EXPECT_EQ(fetching.fetch(std::move(request))->body, answer);
    }
}

TEST(Client, stops_following_at_the_limit_or_not_at_all) {
    RunningServer server([](Request, Responder respond) {
        Response response = text_response(302, "");
        response.headers.push_back(Header{"Location", "/again"});
        respond(std::move(response));
    });
    Fetching fetching;
    const auto circle = fetching.get(server.url("/"));
    ASSERT_FALSE(circle);
    EXPECT_EQ(circle.error().code(), ErrorCode::invalid_input);
    ClientRequest once = request_to(server.url("/"));
    once.max_redirects = 0;
    EXPECT_EQ(fetching.fetch(std::move(once))->status, 302);
}

TEST(Client, turns_userinfo_into_basic_authorization) {
    RunningServer server(redirecting);
    Fetching fetching;
    const std::string host = format_endpoint(server.endpoint());
    EXPECT_EQ(fetching.get("http://Aladdin:open%20sesame@" + host + "/")->body,
              "GET / Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== ");
}

TEST(Client, says_that_a_connection_was_refused) {
    std::string url;
    {
        const RunningServer server(echo);
        url = server.url("/");
    }
    Fetching fetching;
    const auto response = fetching.get(url);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::unreachable);
    EXPECT_NE(response.error().detail().find("refused the connection"), std::string::npos);
}

TEST(Client, says_that_a_name_is_unknown) {
    Fetching fetching;
    const auto response = fetching.get("http://no-such-host.invalid/");
    ASSERT_FALSE(response);
    // Without any network the look-up may take longer than connect_timeout.
    EXPECT_TRUE(response.error().code() == ErrorCode::timed_out ||
                response.error().detail().find("(DNS)") != std::string::npos)
        << response.error().detail();
}

TEST(Client, times_out_when_no_answer_comes) {
    ScriptServer server({ScriptServer::say_and_wait("HTTP/1.1 200 OK\r\nContent-Le")});
    Fetching fetching;
    ClientRequest request = request_to(server.url("/"));
    request.timeout = Milliseconds(30);
    const auto response = fetching.fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::timed_out);
    EXPECT_NE(response.error().detail().find("within 30ms"), std::string::npos);
}

TEST(Client, can_be_cancelled) {
    std::vector<Responder> held;
    RunningServer server(
        [&held](Request, Responder respond) { held.push_back(std::move(respond)); });
    Fetching fetching;
    boost::asio::cancellation_signal cancel;
    const auto slot = fetching.start(request_to(server.url("/")), cancel.slot());
    fetching.run_until([&server] { return server.statistics().requests == 1; });
    cancel.emit(boost::asio::cancellation_type::terminal);
    fetching.run_until([&slot] { return slot->has_value(); });
    ASSERT_FALSE(**slot);
    EXPECT_EQ((**slot).error().code(), ErrorCode::cancelled);
}

TEST(Client, bounds_the_answer) {
    RunningServer server(
        [](Request, Responder respond) { respond(text_response(200, std::string(1'001, 'x'))); });
    Fetching fetching;
    ClientRequest request = request_to(server.url("/"));
    request.max_response_bytes = 1'000;
    const auto response = fetching.fetch(std::move(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::invalid_input);
    ClientRequest enough = request_to(server.url("/"));
    enough.max_response_bytes = 1'001;
    EXPECT_TRUE(fetching.fetch(std::move(enough)));
}

/// Says the beginning, then `piece` again and again until the client hangs up; 64 MiB at most.
ScriptServer::Treatment say_without_end(std::string beginning, std::string piece) {
    return [beginning = std::move(beginning), piece = std::move(piece)](int fd) {
        ScriptServer::say(beginning)(fd);
        for (std::size_t sent = 0; sent < 64 * 1024 * 1024; sent += piece.size()) {
            if (::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) {
                return;
            }
        }
    };
}

TEST(Client, gives_up_a_line_without_end) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string piece(100'000, 'x');
    for (const std::string& beginning : {head + "1;", head + "0\r\nX-Trailer: "}) {
        ScriptServer server({say_without_end(beginning, piece)});
        Fetching fetching;
        const auto response = fetching.get(server.url("/"));
        ASSERT_FALSE(response) << beginning;
        EXPECT_NE(response.error().detail().find("without end"), std::string::npos)
            << response.error().detail();
    }
}

struct AnswerCase {
    const char* answer;
    const char* body;  ///< Null: an error.
};

TEST(Client, reads_every_framing) {
    const AnswerCase cases[] = {
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", "ab"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "a"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", nullptr},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", nullptr},
        {"SSH-2.0-OpenSSH\r\n\r\n", nullptr},
        {"", nullptr},
    };
    for (const AnswerCase& each : cases) {
        ScriptServer server({ScriptServer::say(each.answer), ScriptServer::say(each.answer)});
        Fetching fetching;
        const auto response = fetching.get(server.url("/"));
        ASSERT_EQ(response.has_value(), each.body != nullptr) << each.answer;
        if (response) {
            EXPECT_EQ(response->body, each.body);
        } else {
            EXPECT_EQ(response.error().code(), ErrorCode::unreachable);
        }
    }
}

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers one request properly, then hangs up on the second without an answer.
ScriptServer::Treatment one_and_a_half() {
    return [](int fd) {
        ScriptServer::say(kOk)(fd);
        ScriptServer::read_header(fd);
    };
}

TEST(Client, replaces_a_dead_kept_connection_for_an_idempotent_method) {
    ScriptServer server({one_and_a_half(), ScriptServer::say(kOk)});
    Fetching fetching;
    ASSERT_TRUE(fetching.get(server.url("/")));
    const auto second = fetching.get(server.url("/"));
    ASSERT_TRUE(second) << second.error().detail();
    EXPECT_EQ(fetching.client().statistics().connects, 2U);
}

TEST(Client, does_not_repeat_a_post_that_may_have_arrived) {
    ScriptServer server({one_and_a_half(), ScriptServer::say(kOk)});
    Fetching fetching;
    ASSERT_TRUE(fetching.get(server.url("/")));
    const auto second = fetching.fetch(request_to(server.url("/"), "POST"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unreachable);
    EXPECT_TRUE(fetching.get(server.url("/")));
}

TEST(Client, reads_the_answer_to_head_without_waiting_for_a_body) {
    RunningServer server(echo);
    Fetching fetching;
    const auto response = fetching.fetch(request_to(server.url("/abc"), "HEAD"));
    ASSERT_TRUE(response) << response.error().detail();
    EXPECT_EQ(response->headers.find("Content-Length"), "10");
    EXPECT_EQ(response->body, "");
}

}  // namespace
}  // namespace aifp::http
