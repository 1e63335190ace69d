#include "http/message.hpp"

#include <gtest/gtest.h>

namespace aifp::http {
namespace {

TEST(Headers, finds_names_in_any_case) {
    Headers headers;
    headers.add("Content-Type", "a/b");
    headers.add("X-Twice", "1");
    headers.add("x-twice", "2");
    EXPECT_EQ(headers.find("content-TYPE"), "a/b");
    EXPECT_EQ(headers.find("X-TWICE"), "1");
    EXPECT_EQ(headers.count("X-Twice"), 2U);
    EXPECT_FALSE(headers.find("X-Twic"));
    EXPECT_EQ(headers[2].name, "x-twice");
    EXPECT_EQ(headers[2].value, "2");
}

TEST(Headers, survive_a_move) {
    Headers headers;
    headers.add("A", "b");
    const Headers moved = std::move(headers);
    EXPECT_EQ(moved.find("a"), "b");
}

TEST(Request, splits_its_target) {
    Request request;
    request.target = "/a/b?c=d?e";
    EXPECT_EQ(request.path(), "/a/b");
    EXPECT_EQ(request.query(), "c=d?e");
    request.target = "/a";
    EXPECT_EQ(request.path(), "/a");
    EXPECT_EQ(request.query(), "");
}

TEST(ErrorResponse, is_a_problem_that_says_its_error_twice) {
    const Response response = error_response(404, "no \"x\"");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body,
              R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no \"x\"",)"
              R"("error":"no \"x\""})");
}

}  // namespace
}  // namespace aifp::http
