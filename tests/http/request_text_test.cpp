#include "http/request_text.hpp"

#include <gtest/gtest.h>

namespace aifp::http {
namespace {

Result<std::string> text_of(const ClientRequest& request) {
    return request_text(request, *parse_url(request.url), "agent");
}

ClientRequest plain_request() {
    ClientRequest request;
    request.url = "http://host:81/a";
    return request;
}

TEST(RequestText, writes_the_usual_fields) {
    EXPECT_EQ(text_of(plain_request()),
              "GET /a HTTP/1.1\r\nHost: host:81\r\nUser-Agent: agent\r\nAccept: */*\r\n\r\n");
}

TEST(RequestText, lets_fields_be_replaced_and_counts_the_body) {
    ClientRequest request = plain_request();
    request.method = "POST";
    request.body = "abc";
    request.headers = {Header{"user-agent", "mine"}, Header{"accept", "a/b"}};
    EXPECT_EQ(text_of(request),
              "POST /a HTTP/1.1\r\nHost: host:81\r\nuser-agent: mine\r\naccept: a/b\r\n"
              "Content-Length: 3\r\n\r\nabc");
}

TEST(RequestText, refuses_what_would_become_another_request) {
    const std::pair<const char*, const char*> headers[] = {{"X", "a\r\nY: b"},
                                                           {"X Y", "a"},
                                                           {"", "a"},
                                                           {"Host", "other"},
                                                           {"X:", "a"},
                                                           {"Content-Length", "0"},
                                                           {"connection", ""},
                                                           {"X", "\x01"},
                                                           {"Transfer-Encoding", "chunked"}};
    for (const auto& [name, value] : headers) {
        ClientRequest request = plain_request();
        request.headers = {Header{name, value}};
        EXPECT_FALSE(text_of(request)) << name;
    }
    ClientRequest request = plain_request();
    request.method = "GET / HTTP/1.1\r\nX:";
    EXPECT_FALSE(text_of(request));
}

ClientResponse redirect_to(const char* location) {
    ClientResponse response;
    response.status = 302;
    response.headers.add("Location", location);
    return response;
}

TEST(FollowRedirect, refuses_to_fall_back_to_http) {
    ClientRequest request;
    Url url = *parse_url("https://a/");
    EXPECT_FALSE(follow_redirect(redirect_to("http://a/"), request, url));
    EXPECT_TRUE(*follow_redirect(redirect_to("https://b/"), request, url));
    EXPECT_EQ(url.text(), "https://b/");
}

TEST(FollowRedirect, takes_no_key_to_another_origin) {
    ClientRequest request;
    request.headers = {Header{"Cookie", "c"}, Header{"X-Api-Key", "o"}, Header{"accept", "a"}};
    Url url = *parse_url("http://me:pw@a/");
    EXPECT_TRUE(*follow_redirect(redirect_to("/same"), request, url));
    EXPECT_EQ(url.user_password, "me:pw");
    EXPECT_EQ(request.headers.size(), 3U);
    EXPECT_TRUE(*follow_redirect(redirect_to("http://evil:pw@a:81/"), request, url));
    EXPECT_EQ(url.user_password, "");
    ASSERT_EQ(request.headers.size(), 1U);
    EXPECT_EQ(request.headers[0].name, "accept");
}

TEST(FollowRedirect, takes_other_answers_as_they_are) {
    ClientRequest request;
    Url url = *parse_url("http://a/");
    ClientResponse no_location;
    no_location.status = 302;
    EXPECT_FALSE(*follow_redirect(no_location, request, url));
    ClientResponse not_modified = redirect_to("/x");
    not_modified.status = 304;
    EXPECT_FALSE(*follow_redirect(not_modified, request, url));
}

}  // namespace
}  // namespace aifp::http
