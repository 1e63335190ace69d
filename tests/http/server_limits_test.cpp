#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "http/server.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/http/running_server.hpp"

namespace aifp::http {
namespace {

using testing::body_of;
using testing::echo;
using testing::RawClient;
using testing::RunningServer;
using testing::status_of;

struct RefusedCase {
    const char* name;
    std::string request;
    int status;
};

std::vector<RefusedCase> refused_cases() {
    const std::string host = "Host: x\r\n";
    return {
        {"no request line", "hello\r\n\r\n", 400},
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"bad version", "GET / HTTP/3.0\r\n" + host + "\r\n", 400},
        {"relative target", "GET a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"bad length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
        {"two lengths",
         "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
         400},
        {"length and chunked",
         "POST / HTTP/1.1\r\n" + host +
             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"unknown coding",
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\nGET /x HTTP/1.1\r\n",
         400},
        {"chunked not last",
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
         400},
        {"coding before chunked",
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunked twice",
         "POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"empty coding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 400},
        {"chunked in HTTP/1.0",
         "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"bad chunk",
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
         400},
        {"large header", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(20'000, 'x'), 431},
        {"large target", "GET /" + std::string(20'000, 'x'), 431},
        {"large body", "POST /small HTTP/1.1\r\n" + host + "Content-Length: 11\r\n\r\n", 413},
        {"large chunk",
         "POST /small HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nb\r\n",
         413},
        {"large chunks",
         "POST /small HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n123456\r\n",
         413},
    };
}

TEST(ServerLimits, refuses_and_closes) {
    ServerOptions options = RunningServer::on_loopback();
    options.body_limit = [](std::string_view, std::string_view target) {
        return target == "/small" ? std::size_t{10} : std::size_t{1'000};
    };
    RunningServer server(echo, std::move(options));
    for (const RefusedCase& refused : refused_cases()) {
        RawClient client(server.endpoint());
        client.send(refused.request);
        EXPECT_EQ(status_of(client.read_all()), refused.status) << refused.name;
    }
    EXPECT_EQ(server.statistics().refused, refused_cases().size());
    EXPECT_EQ(server.statistics().requests, 0U);
}

TEST(ServerLimits, tells_what_was_sent_a_body_that_is_too_large) {
    std::vector<std::string> told;
    ServerOptions options = RunningServer::on_loopback();
    options.body_limit = [](std::string_view, std::string_view) { return std::size_t{10}; };
    options.on_too_large = [&](std::string_view target) { told.emplace_back(target); };
    RunningServer server(echo, std::move(options));
    for (const char* request : {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n",
                                "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"}) {
        RawClient client(server.endpoint());
        client.send(request);
        EXPECT_GE(status_of(client.read_all()), 400);
    }
    server.on_loop([&] { EXPECT_EQ(told, std::vector<std::string>{"/a"}); });
}

TEST(ServerLimits, answers_what_came_before_a_refusal) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("GET /good HTTP/1.1\r\nHost: x\r\n\r\nbad\r\n\r\n");
    EXPECT_EQ(body_of(client.read_response()), "GET /good\n");
    EXPECT_EQ(status_of(client.read_all()), 400);
}

TEST(ServerLimits, refuses_too_many_header_fields) {
    RunningServer server(echo);
    std::string request = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 100; ++i) {
        request += "A: 1\r\n";
    }
    RawClient client(server.endpoint());
    client.send(request + "\r\n");
    EXPECT_EQ(status_of(client.read_all()), 431);
}

TEST(ServerLimits, takes_a_body_of_just_the_limit) {
    ServerOptions options = RunningServer::on_loopback();
    options.body_limit = [](std::string_view, std::string_view) { return std::size_t{300'000}; };
    RunningServer server(
        [](Request request, Responder respond) {
            respond(text_response(200, std::to_string(request.body.size())));
        },
        std::move(options));
    RawClient client(server.endpoint());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    client.send(std::string(300'000, 'x'));
    EXPECT_EQ(body_of(client.read_response()), "300000");
}

TEST(ServerLimits, gets_its_413_through_to_a_client_that_goes_on_sending) {
    RunningServer server(echo);
    RawClient client(server.endpoint());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
    client.send(std::string(2'000'000, 'x'));
    EXPECT_EQ(status_of(client.read_all()), 413);
}

TEST(ServerLimits, turns_away_connections_over_the_limit) {
    ServerOptions options = RunningServer::on_loopback();
    options.limits.max_connections = 1;
    RunningServer server(echo, std::move(options));
    RawClient first(server.endpoint());
    first.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(first.read_response()), 200);
    RawClient second(server.endpoint());
    EXPECT_EQ(status_of(second.read_all()), 503);
    EXPECT_EQ(server.statistics().turned_away, 1U);
}

/// While it lives, the process may open just one descriptor more.
class OneDescriptorLeft {
public:
    OneDescriptorLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const FileDescriptor lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        rlimit tight = before_;
        tight.rlim_cur = static_cast<rlim_t>(lowest_free.get()) + 1;
        ::setrlimit(RLIMIT_NOFILE, &tight);
    }
    OneDescriptorLeft(const OneDescriptorLeft&) = delete;
    OneDescriptorLeft& operator=(const OneDescriptorLeft&) = delete;
    ~OneDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

TEST(ServerLimits, accepts_again_once_there_are_descriptors) {
    RunningServer server(echo);
    std::optional<OneDescriptorLeft> tight(std::in_place);
    RawClient client(server.endpoint());
    for (int turn = 0; turn < 100; ++turn) {
        EXPECT_EQ(server.statistics().accepted, 0U);
    }
    tight.reset();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(client.read_response()), 200);
}

ServerOptions impatient() {
    ServerOptions options = RunningServer::on_loopback();
    options.limits.header_timeout = options.limits.body_timeout = Milliseconds(40);
    options.limits.idle_timeout = options.limits.write_timeout = Milliseconds(40);
    options.limits.linger_timeout = Milliseconds(40);
    return options;
}

TEST(ServerLimits, closes_a_connection_that_says_nothing) {
    RunningServer server(echo, impatient());
    RawClient client(server.endpoint());
    EXPECT_EQ(client.read_all(), "");
}

TEST(ServerLimits, closes_an_idle_kept_connection) {
    RunningServer server(echo, impatient());
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(client.read_response()), 200);
    EXPECT_EQ(client.read_all(), "");
}

TEST(ServerLimits, ends_a_header_and_a_body_that_never_end) {
    RunningServer server(echo, impatient());
    for (const std::string_view part :
         {"GET /a HTTP/1.1\r\nHost:",
          "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"}) {
        RawClient client(server.endpoint());
        client.send(part);
        EXPECT_EQ(status_of(client.read_all()), 408) << part;
    }
}

TEST(ServerLimits, ends_a_slow_loris_that_keeps_sending) {
    RunningServer server(echo, impatient());
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n");
    // Each answer of the server's statistics is a turn of its loop: time passes without a sleep.
    for (int i = 0; i < 2'000'000 && server.statistics().refused == 0; ++i) {
        if (i % 100 == 0) {
            client.send("X: y\r\n");
        }
    }
    EXPECT_EQ(status_of(client.read_all()), 408);
}

TEST(ServerLimits, gives_up_on_a_client_that_does_not_read) {
    const std::string large(20'000'000, 'x');
    RunningServer server(
        [&large](Request, Responder respond) { respond(text_response(200, large)); }, impatient());
    RawClient client(server.endpoint());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    while (server.statistics().accepted == 0 || server.statistics().connections > 0) {
    }
    EXPECT_LT(body_of(client.read_all()).size(), large.size());
}

}  // namespace
}  // namespace aifp::http
