#include "triggers/webhook_auth.hpp"

#include <gtest/gtest.h>

#include "tests/triggers/webhook_support.hpp"

namespace aifp::triggers {
namespace {

using testing::make_request;
using testing::resolve_text;
using testing::sign;

constexpr WallTime kNow = testing::FakeClock::kStart;
constexpr std::int64_t kNowSeconds = to_unix_ms(kNow) / 1'000;

Result<AuthRules> rules_from(std::string_view text) {
    return auth_rules_from(boost::json::parse({text.data(), text.size()}), resolve_text);
}

AuthFailure judge(const AuthRules& rules, const http::Request& request) {
    return check_auth(rules, request, client_address(request, {}), "hook", kNow).failure;
}

TEST(AuthRulesFrom, reads_everything) {
    const auto rules = rules_from(
        R"({"bearer": ["t1", {"$secret": "B"}], "hmac_sha256": {"$secret": "H"}, "header": "X-S",
            "timestamp_header": "none", "id_header": "X-Id", "window": "1m", "ip": "10.0.0.0/8"})");
    ASSERT_TRUE(rules) << rules.error().detail();
    EXPECT_EQ(rules->bearer, (std::vector<std::string>{"t1", "secret-B"}));
    EXPECT_EQ(rules->hmac->secrets, std::vector<std::string>{"secret-H"});
    EXPECT_EQ(rules->hmac->header, "X-S");
    EXPECT_EQ(rules->hmac->timestamp_header, "");
    EXPECT_EQ(rules->hmac->id_header, "X-Id");
    EXPECT_EQ(rules->hmac->window, Milliseconds(60'000));
    EXPECT_EQ(rules->ip.size(), 1U);
}

TEST(AuthRulesFrom, refuses_what_would_let_anybody_in) {
    for (const char* bad : {R"({})",
                            R"("NONE")",
                            R"("")",
                            R"(null)",
                            R"([])",
                            R"({"bearer": ""})",
                            R"({"bearer": []})",
                            R"({"bearer": {"$secret": "EMPTY"}})",
                            R"({"bearer": ["ok", {"$secret": "EMPTY"}]})",
                            R"({"bearer": {"$secret": "MISSING"}})",
                            R"({"hmac_sha256": ""})",
                            R"({"hmac_sha256": []})",
                            R"({"ip": []})",
                            R"({"ip": ["10.0.0.0/40"]})",
                            R"({"beare": "x"})",
                            R"({"header": "X", "bearer": "t"})",
                            R"({"hmac_sha256": "k", "window": "0s"})",
                            R"({"hmac_sha256": "k", "window": "2d"})",
                            R"({"hmac_sha256": "k", "window": 5})",
                            R"({"hmac_sha256": "k", "header": ""})"}) {
        EXPECT_FALSE(rules_from(bad)) << bad;
    }
}

struct HeaderCase {
    const char* value;
    AuthFailure failure;
};

TEST(CheckAuth, judges_bearer_tokens) {
    const auto rules = rules_from(R"({"bearer": ["first", "second"]})");
    const HeaderCase cases[] = {
        {"Bearer first", AuthFailure::none},
        {"bearer second", AuthFailure::none},
        {"BEARER   first ", AuthFailure::none},
        {"Bearer third", AuthFailure::bearer},
        {"Bearer firs", AuthFailure::bearer},
        {"Bearer firstt", AuthFailure::bearer},
        {"Bearer ", AuthFailure::bearer},
        {"Bearer", AuthFailure::bearer},
        {"first", AuthFailure::bearer},
        {"Basic first", AuthFailure::bearer},
        {"Bearerfirst", AuthFailure::bearer},
        {"", AuthFailure::bearer},
        {"Bearer first second", AuthFailure::bearer},
    };
    for (const HeaderCase& each : cases) {
        const auto request = make_request("/", {{"authorization", each.value}});
        EXPECT_EQ(judge(*rules, request), each.failure) << each.value;
    }
    EXPECT_EQ(judge(*rules, make_request("/")), AuthFailure::bearer);
    const auto twice =
        make_request("/", {{"Authorization", "Bearer first"}, {"Authorization", "Bearer x"}});
    EXPECT_EQ(judge(*rules, twice), AuthFailure::bearer);
}

TEST(CheckAuth, judges_signatures_of_the_body_alone) {
    const auto rules = rules_from(R"({"hmac_sha256": ["old", "new"], "timestamp_header": "none"})");
    const std::string good = sign("new", "body");
    const std::pair<std::string, AuthFailure> cases[] = {
        {good, AuthFailure::none},
        {"sha256=" + good, AuthFailure::none},
        {"SHA256=" + sign("old", "body"), AuthFailure::none},
        {"deadbeef, sha256=" + good, AuthFailure::none},
        {sign("other", "body"), AuthFailure::signature},
        {sign("new", "other"), AuthFailure::signature},
        {sign("", "body"), AuthFailure::signature},
        {good.substr(1), AuthFailure::signature},
        {"sha1=" + good, AuthFailure::signature},
        {"0,1,2,3,4,5,6,7," + good, AuthFailure::signature},
        {"", AuthFailure::signature},
        {",", AuthFailure::signature},
    };
    for (const auto& [value, failure] : cases) {
        const auto request = make_request("/", {{"X-Signature-256", value}}, "body");
        EXPECT_EQ(judge(*rules, request), failure) << value;
    }
}

http::Request stamped(const std::string& timestamp, const std::string& signed_timestamp) {
    return make_request(
        "/",
        {{"X-Timestamp", timestamp}, {"X-Signature-256", sign("key", signed_timestamp + ".body")}},
        "body");
}

TEST(CheckAuth, wants_a_signed_timestamp_within_the_window) {
    const auto rules = rules_from(R"({"hmac_sha256": "key"})");
    for (const int offset : {0, 300, -300}) {
        const std::string at = std::to_string(kNowSeconds + offset);
        EXPECT_EQ(judge(*rules, stamped(at, at)), AuthFailure::none) << offset;
    }
    for (const std::string& at : {std::to_string(kNowSeconds + 301),
                                  std::to_string(kNowSeconds - 301),
                                  std::string("0"),
                                  std::string("-1"),
                                  std::string(""),
                                  std::string("now"),
                                  std::string("99999999999999999"),
                                  std::to_string(kNowSeconds) + "x",
                                  std::to_string(kNowSeconds * 1'000)}) {
        EXPECT_EQ(judge(*rules, stamped(at, at)), AuthFailure::timestamp) << at;
    }
    const std::string now = std::to_string(kNowSeconds);
    EXPECT_EQ(judge(*rules, stamped(now, std::to_string(kNowSeconds - 1))), AuthFailure::signature);
    EXPECT_EQ(judge(*rules, make_request("/", {}, "body")), AuthFailure::timestamp);
}

TEST(CheckAuth, marks_a_delivery_by_what_was_signed) {
    const auto rules = rules_from(R"({"hmac_sha256": ["key", "other"]})");
    const std::string now = std::to_string(kNowSeconds);
    const auto first = check_auth(*rules, stamped(now, now), std::nullopt, "hook", kNow);
    auto by_other_key = make_request(
        "/", {{"X-Timestamp", now}, {"X-Signature-256", sign("other", now + ".body")}}, "body");
    const auto again = check_auth(*rules, by_other_key, std::nullopt, "hook", kNow);
    const auto elsewhere = check_auth(*rules, stamped(now, now), std::nullopt, "hook2", kNow);
    ASSERT_EQ(first.marks.size(), 1U);
    EXPECT_EQ(first.marks, again.marks);
    EXPECT_NE(first.marks[0].key, elsewhere.marks.at(0).key);
    EXPECT_GT(first.marks[0].forget_at, kNow + Seconds(600));
}

TEST(CheckAuth, marks_a_delivery_by_its_id_where_there_is_one) {
    const auto rules =
        rules_from(R"({"hmac_sha256": "key", "timestamp_header": "none", "id_header": "X-Id"})");
    const std::string signature = sign("key", "body");
    const auto one = make_request("/", {{"X-Signature-256", signature}, {"X-Id", "1"}}, "body");
    const auto two = make_request("/", {{"X-Signature-256", signature}, {"X-Id", "2"}}, "body");
    const auto none = make_request("/", {{"X-Signature-256", signature}}, "body");
    const auto marks_of_one = check_auth(*rules, one, std::nullopt, "h", kNow).marks;
    const auto marks_of_two = check_auth(*rules, two, std::nullopt, "h", kNow).marks;
    ASSERT_EQ(marks_of_one.size(), 1U);
    ASSERT_EQ(marks_of_two.size(), 1U);
    EXPECT_NE(marks_of_one[0].key, marks_of_two[0].key);
    EXPECT_EQ(judge(*rules, none), AuthFailure::delivery);
}

// Nothing signs the id: a recorded request with another one must not pass for a new delivery.
TEST(CheckAuth, marks_the_signed_text_beside_the_id_where_a_timestamp_makes_it_unique) {
    const auto rules = rules_from(R"({"hmac_sha256": "key", "id_header": "X-Id"})");
    const std::string now = std::to_string(kNowSeconds);
    auto sent = stamped(now, now);
    sent.headers.add("X-Id", "1");
    auto recorded = stamped(now, now);
    recorded.headers.add("X-Id", "2");
    const auto first = check_auth(*rules, sent, std::nullopt, "h", kNow).marks;
    const auto again = check_auth(*rules, recorded, std::nullopt, "h", kNow).marks;
    ASSERT_EQ(first.size(), 2U);
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(first[0], again[0]);
    EXPECT_NE(first[1].key, again[1].key);
}

TEST(CheckAuth, judges_addresses) {
    const auto rules = rules_from(R"({"ip": ["192.168.1.0/24", "fd00::7"]})");
    http::Request request = make_request("/");
    const std::pair<const char*, AuthFailure> cases[] = {{"192.168.1.7", AuthFailure::none},
                                                         {"::ffff:192.168.1.9", AuthFailure::none},
                                                         {"fd00::7", AuthFailure::none},
                                                         {"fd00::8", AuthFailure::address},
                                                         {"192.168.2.7", AuthFailure::address},
                                                         {"::1", AuthFailure::address}};
    for (const auto& [peer, failure] : cases) {
        request.peer->address = *http::IpAddress::parse(peer);
        EXPECT_EQ(judge(*rules, request), failure) << peer;
    }
    request.peer.reset();
    EXPECT_EQ(judge(*rules, request), AuthFailure::address);
}

TEST(CheckAuth, wants_all_that_is_given) {
    const auto rules = rules_from(R"({"bearer": "t", "ip": "192.168.1.7"})");
    http::Request request = make_request("/", {{"Authorization", "Bearer t"}});
    EXPECT_EQ(judge(*rules, request), AuthFailure::none);
    request.peer->address = *http::IpAddress::parse("192.168.1.8");
    EXPECT_EQ(judge(*rules, request), AuthFailure::address);
    EXPECT_EQ(judge(*rules, make_request("/")), AuthFailure::bearer);
}

std::string client_of(std::initializer_list<http::Header> headers, const char* peer) {
    http::Request request = make_request("/", headers);
    request.peer->address = *http::IpAddress::parse(peer);
    const auto proxies = std::vector<http::IpRange>{*http::IpRange::parse("10.0.0.0/8")};
    return client_address(request, proxies)->text();
}

TEST(ClientAddress, believes_only_trusted_proxies) {
    EXPECT_EQ(client_of({{"X-Forwarded-For", "1.1.1.1"}}, "8.8.8.8"), "8.8.8.8");
    EXPECT_EQ(client_of({{"X-Forwarded-For", "1.1.1.1"}}, "10.0.0.1"), "1.1.1.1");
    EXPECT_EQ(client_of({{"X-Forwarded-For", "6.6.6.6, 1.1.1.1"}}, "10.0.0.1"), "1.1.1.1");
    EXPECT_EQ(client_of({{"X-Forwarded-For", "1.1.1.1, 10.0.0.2"}}, "10.0.0.1"), "1.1.1.1");
    EXPECT_EQ(
        client_of({{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.1.1.1"}}, "10.0.0.1"),
        "1.1.1.1");
    EXPECT_EQ(client_of({{"X-Forwarded-For", "1.1.1.1, junk"}}, "10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(client_of({}, "10.0.0.1"), "10.0.0.1");
}

}  // namespace
}  // namespace aifp::triggers
