#include "cli/api_client.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

const ApiRequest kStatus{"GET", "/api/v1/status"};

TEST(BlockingAsk, sends_a_request_and_reads_the_answer) {
    const testing::TempDir folder;
    FakeDaemon daemon(folder / "a.sock", {FakeDaemon::answer(200, "{\"ready\":true}")});

    const auto answer = blocking_ask(folder / "a.sock", ApiRequest{"POST", "/api/v1/reload?a=b"});

    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "{\"ready\":true}");
    ASSERT_EQ(daemon.requests().size(), 1U);
    EXPECT_TRUE(daemon.requests()[0].starts_with("POST /api/v1/reload?a=b HTTP/1.1\r\n"));
    EXPECT_NE(daemon.requests()[0].find("Host: localhost\r\n"), std::string::npos);
}

TEST(BlockingAsk, hands_errors_of_the_api_on) {
    const testing::TempDir folder;
    const FakeDaemon daemon(folder / "a.sock", {FakeDaemon::answer(404, "{\"error\":\"no\"}")});
    const auto answer = blocking_ask(folder / "a.sock", kStatus);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404);
}

TEST(BlockingAsk, says_unreachable_when_nobody_listens) {
    const testing::TempDir folder;
    EXPECT_EQ(blocking_ask(folder / "a.sock", kStatus).error().code(), ErrorCode::unreachable);
    { const FakeDaemon gone(folder / "b.sock", {}); }
    EXPECT_EQ(blocking_ask(folder / "b.sock", kStatus).error().code(), ErrorCode::unreachable);
}

TEST(BlockingAsk, says_unreachable_when_the_path_is_too_long) {
    const auto answer = blocking_ask("/tmp/" + std::string(200, 'a'), kStatus);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::unreachable);
}

TEST(BlockingAsk, gives_up_after_the_limit) {
    const testing::TempDir folder;
    const FakeDaemon daemon(folder / "a.sock", {""});
    const auto answer = blocking_ask(folder / "a.sock", kStatus, Milliseconds(50));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::timed_out);
    EXPECT_EQ(answer.error().detail(), "the daemon did not answer: took longer than 50ms");
}

TEST(BlockingAsk, refuses_what_is_not_http) {
    const testing::TempDir folder;
    const FakeDaemon daemon(folder / "a.sock", {"hello\r\n\r\n"});
    EXPECT_EQ(blocking_ask(folder / "a.sock", kStatus).error().code(), ErrorCode::io_failure);
}

TEST(BlockingAsk, refuses_an_answer_that_is_too_large) {
    const testing::TempDir folder;
    const FakeDaemon daemon(folder / "a.sock",
                            {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"});
    EXPECT_EQ(blocking_ask(folder / "a.sock", kStatus).error().code(), ErrorCode::io_failure);
}

TEST(BlockingAsk, notices_an_answer_that_is_broken_off) {
    const testing::TempDir folder;
    const FakeDaemon daemon(folder / "a.sock",
                            {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"});
    EXPECT_EQ(blocking_ask(folder / "a.sock", kStatus).error().code(), ErrorCode::io_failure);
}

TEST(FindSocket, takes_the_one_that_endpoints_names) {
    const testing::TempDir folder;
    const ProjectPaths paths(folder.path());
    write_text(paths.endpoints(), R"({"pid":1,"socket":"/run/user/7/aifp-x.sock"})");
    EXPECT_EQ(find_socket(paths), "/run/user/7/aifp-x.sock");
}

TEST(FindSocket, falls_back_to_the_usual_place) {
    const testing::TempDir folder;
    const ProjectPaths paths(folder.path());
    const auto usual = paths.run() / "admin.sock";
    EXPECT_EQ(find_socket(paths), usual);
    for (const auto* text : {"", "{", "[]", "{}", R"({"socket":1})", R"({"socket":""})"}) {
        write_text(paths.endpoints(), text);
        EXPECT_EQ(find_socket(paths), usual) << text;
    }
}

TEST(PercentEncode, leaves_names_alone_and_encodes_the_rest) {
    EXPECT_EQ(percent_encode("porch_light-2.a~"), "porch_light-2.a~");
    EXPECT_EQ(percent_encode("a/b?c ü"), "a%2Fb%3Fc%20%C3%BC");
}

}  // namespace
}  // namespace aifp::cli
