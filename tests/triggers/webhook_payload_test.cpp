#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "tests/triggers/webhook_support.hpp"
#include "triggers/webhook.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;
using testing::make_request;
using testing::make_webhook;

json::object payload_of(const http::Request& request, const char* auth = "\"none\"") {
    const auto hook = make_webhook(R"({"webhook": "a/b", "auth": )" + std::string(auth) + "}");
    const auto payload = webhook_payload(request, *hook);
    EXPECT_TRUE(payload) << payload.error().detail();
    EXPECT_EQ(payload.value_or("\n").find('\n'), std::string::npos);
    return payload ? json::parse(*payload).as_object() : json::object();
}

TEST(WebhookPayload, tells_what_came) {
    const auto payload = payload_of(make_request(
        "/hooks/a/b?x=1&y=a+b&x=2", {{"X-Own", "v"}, {"Accept", "a"}, {"accept", "b"}}));
    EXPECT_EQ(json::serialize(payload),
              R"({"kind":"webhook","method":"POST","path":"a/b",)"
              R"("query":{"x":["1","2"],"y":"a b"},)"
              R"("headers":{"accept":"a, b","x-own":"v"},"body":null})");
}

TEST(WebhookPayload, leaves_secrets_out) {
    const auto payload = payload_of(make_request("/",
                                                 {{"Authorization", "Bearer t"},
                                                  {"Proxy-Authorization", "x"},
                                                  {"COOKIE", "c"},
                                                  {"x-sig", "s"},
                                                  {"X-Other", "o"}}),
                                    R"({"hmac_sha256": "k", "header": "X-Sig"})");
    EXPECT_EQ(json::serialize(payload.at("headers")), R"({"x-other":"o"})");
}

struct BodyCase {
    const char* type;
    std::string body;
    const char* value;
};

TEST(WebhookPayload, reads_the_body_by_its_type) {
    const BodyCase cases[] = {
        {"application/json", "{\"a\":\r\n [1, \"x\\ny\"]}\n", R"({"a":[1,"x\ny"]})"},
        {"application/json; charset=utf-8", "7", "7"},
        {"APPLICATION/VND.GITHUB+JSON", "null", "null"},
        {"application/x-www-form-urlencoded", "a=1&b=%26&a=2", R"({"a":["1","2"],"b":"&"})"},
        {"text/plain", "line 1\nline \"2\"", R"("line 1\nline \"2\"")"},
        {"", "{\"a\":1}", R"("{\"a\":1}")"},
    };
    for (const BodyCase& each : cases) {
        const auto payload =
            payload_of(make_request("/", {{"Content-Type", each.type}}, each.body));
        EXPECT_EQ(json::serialize(payload.at("body")), each.value) << each.type;
    }
}

TEST(WebhookPayload, carries_bytes_that_are_no_text) {
    const auto payload = payload_of(make_request("/", {{"Content-Type", "image/x"}}, "\xff\xfe"));
    EXPECT_TRUE(payload.at("body").is_null());
    EXPECT_EQ(payload.at("body_base64").as_string(), "//4=");
}

TEST(WebhookPayload, refuses_a_body_that_is_not_what_it_says) {
    const std::string deep = std::string(33, '[') + std::string(33, ']');
    const std::pair<const char*, std::string> cases[] = {
        {"application/json", "{"},
        {"application/json", "{} x"},
        {"application/json", "{'a':1}"},
        {"application/json", "\"\xff\""},
        {"application/json", "[1,]"},
        {"application/json", deep},
        {"application/json", "\"a\nb\""},
        {"application/json", "// c\n1"},
        {"application/json", "1,\"x\":2"},
        {"application/json", " "},
        {"application/x-www-form-urlencoded", "a=%"}};
    const auto hook = make_webhook(R"({"webhook": "a", "auth": "none"})");
    for (const auto& [type, body] : cases) {
        const auto payload =
            webhook_payload(make_request("/", {{"Content-Type", type}}, body), *hook);
        ASSERT_FALSE(payload) << body;
        EXPECT_EQ(payload.error().code(), ErrorCode::invalid_input);
    }
    EXPECT_FALSE(webhook_payload(make_request("/?a=%"), *hook));
}

TEST(WebhookPayload, says_what_came_and_what_to_send) {
    const auto hook = make_webhook(R"({"webhook": "a", "auth": "none"})");
    const auto refusal = [&hook](const char* type, const std::string& body) {
        const auto payload =
            webhook_payload(make_request("/", {{"Content-Type", type}}, body), *hook);
        return payload ? std::string() : payload.error().detail();
    };
    EXPECT_EQ(refusal("application/json", R"({"a": on})"),
              "the body is not JSON, as its Content-Type application/json says: syntax error at "
              "byte 7 of 9; send JSON, or text with Content-Type: text/plain");
    EXPECT_EQ(refusal("application/x-www-form-urlencoded", R"( {"a": 1})"),
              "the body is JSON, and its Content-Type says that it is a form "
              "(application/x-www-form-urlencoded); send it with Content-Type: application/json");
    EXPECT_NE(refusal("application/x-www-form-urlencoded", "100%").find("for text text/plain"),
              std::string::npos);
    EXPECT_EQ(refusal("application/x-www-form-urlencoded", "{a=1"), "");
}

TEST(WebhookPayload, takes_json_of_depth_32) {
    const std::string deep = std::string(32, '[') + std::string(32, ']');
    const auto hook = make_webhook(R"({"webhook": "a", "auth": "none"})");
    EXPECT_TRUE(
        webhook_payload(make_request("/", {{"Content-Type", "application/json"}}, deep), *hook));
}

}  // namespace
}  // namespace aifp::triggers
