#include "http/url.hpp"

#include <gtest/gtest.h>

namespace aifp::http {
namespace {

struct UrlCase {
    const char* text;
    bool tls;
    const char* host;
    int port;
    const char* target;
    const char* authority;
};

TEST(ParseUrl, takes_urls_apart) {
    const UrlCase cases[] = {
        {"http://Example.org", false, "example.org", 80, "/", "example.org"},
        {"HTTPS://a.b/c?d=e#f", true, "a.b", 443, "/c?d=e", "a.b"},
        {"http://a:8080?x", false, "a", 8080, "/?x", "a:8080"},
        {"http://[FD00::1]:81/", false, "fd00::1", 81, "/", "[fd00::1]:81"},
        {"https://10.0.0.1:80/%20", true, "10.0.0.1", 80, "/%20", "10.0.0.1:80"},
    };
    for (const UrlCase& each : cases) {
        const auto url = parse_url(each.text);
        ASSERT_TRUE(url) << each.text << url.error().detail();
        EXPECT_EQ(url->tls, each.tls);
        EXPECT_EQ(url->host, each.host);
        EXPECT_EQ(url->port, each.port);
        EXPECT_EQ(url->target, each.target);
        EXPECT_EQ(url->authority(), each.authority);
    }
}

TEST(ParseUrl, refuses_what_it_cannot_ask) {
    for (const char* text : {"",
                             "example.org",
                             "/a",
                             "ftp://a/",
                             "http://",
                             "http:///a",
                             "http://a b/",
                             "http://a/ b",
                             "http://a:99999/",
                             "http://a:0/",
                             "http://%00/",
                             "mailto:a@b",
                             "http://a/\xC3\xA9"}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
}

TEST(ParseUrl, keeps_passwords_to_itself) {
    const auto url = parse_url("http://me:s%40c@host/");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->user_password, "me:s@c");
    EXPECT_EQ(url->text(), "http://host/");
    for (const char* text : {"ftp://me:sesame@host/", "http://me:sesame@ho st/"}) {
        const auto refused = parse_url(text);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().detail().find("sesame"), std::string::npos)
            << refused.error().detail();
    }
}

TEST(ResolveUrl, follows_rfc_3986) {
    const auto base = parse_url("http://a:81/b/c?d");
    const std::pair<const char*, const char*> cases[] = {
        {"/x", "http://a:81/x"},
        {"x", "http://a:81/b/x"},
        {"?y", "http://a:81/b/c?y"},
        {"//other/x", "http://other/x"},
        {"https://o/p", "https://o/p"},
        {"../x", "http://a:81/x"},
    };
    for (const auto& [location, expected] : cases) {
        const auto url = resolve_url(*base, location);
        ASSERT_TRUE(url) << location;
        EXPECT_EQ(url->text(), expected);
    }
    EXPECT_FALSE(resolve_url(*base, "http://a b/"));
    EXPECT_FALSE(resolve_url(*base, "javascript:alert(1)"));
}

}  // namespace
}  // namespace aifp::http
