#include "triggers/webhook_router.hpp"

#include <gtest/gtest.h>

#include "tests/triggers/webhook_support.hpp"

namespace aifp::triggers {
namespace {

using testing::make_request;
using testing::make_webhook;
using testing::sign;

constexpr WallTime kNow = testing::FakeClock::kStart;

Webhook hook(const std::string& path, const std::string& rest = R"("auth": "none")") {
    return std::move(*make_webhook(R"({"webhook": ")" + path + "\", " + rest + "}"));
}

WebhookRouter router_with(const std::string& rest) {
    WebhookRouter router{WebhookRouterOptions()};
    EXPECT_TRUE(router.add(DirectiveId{7}, 2, hook("a", rest)));
    return router;
}

WebhookRefusal refused(WebhookRouter& router, const http::Request& request) {
    auto verdict = router.match(request, kNow);
    EXPECT_TRUE(std::holds_alternative<WebhookRefusal>(verdict));
    return std::get<WebhookRefusal>(std::move(verdict));
}

std::string header_of(const http::Response& response, std::string_view name) {
    for (const http::Header& header : response.headers) {
        if (header.name == name) {
            return header.value;
        }
    }
    return "";
}

TEST(WebhookRouter, finds_the_directive) {
    WebhookRouter router = router_with(R"("auth": "none", "respond": "wait")");
    const auto verdict = router.match(make_request("/hooks/a?x=1", {}, "hi"), kNow);
    const auto& hit = std::get<WebhookHit>(verdict);
    EXPECT_EQ(hit.directive, DirectiveId{7});
    EXPECT_EQ(hit.trigger_index, 2U);
    EXPECT_EQ(hit.respond, Respond::wait);
    EXPECT_TRUE(hit.replay.empty());
    EXPECT_EQ(hit.payload,
              R"({"kind":"webhook","method":"POST","path":"a","query":{"x":"1"},"headers":{},)"
              R"("body":"hi"})");
    EXPECT_EQ(router.counts("a")->accepted, 1U);
}

TEST(WebhookRouter, knows_no_other_paths) {
    WebhookRouter router = router_with(R"("auth": "none")");
    for (const char* target : {"/hooks/b",
                               "/hooks/",
                               "/a",
                               "/hooks/a/",
                               "/hooks//a",
                               "/hooks/%61",
                               "*",
                               "/hooks/<script>"}) {
        const auto refusal = refused(router, make_request(target));
        EXPECT_EQ(refusal.response.status, 404);
        EXPECT_NE(refusal.response.body.find(R"("error":"not found")"), std::string::npos);
        EXPECT_EQ(refusal.directive, DirectiveId{0});
    }
}

TEST(WebhookRouter, tells_the_allowed_methods) {
    WebhookRouter router = router_with(R"("auth": {"bearer": "t"}, "methods": ["GET", "PUT"])");
    const auto refusal = refused(router, make_request("/hooks/a"));
    EXPECT_EQ(refusal.response.status, 405);
    EXPECT_EQ(header_of(refusal.response, "Allow"), "GET, PUT");
    EXPECT_EQ(refusal.reason, model::Reason::condition_false);
    EXPECT_EQ(refusal.detail, "it takes GET, PUT only");
}

TEST(WebhookRouter, tells_the_ledger_what_it_could_not_take) {
    WebhookRouter router = router_with(R"("auth": "none", "max_body": "1 KiB")");
    const auto large = refused(router, make_request("/hooks/a", {}, std::string(1'025, 'x')));
    const auto unread = refused(
        router, make_request("/hooks/a", {{"Content-Type", "application/json"}}, "{\"a\": "));
    for (const auto& [refusal, status] : {std::pair(large, 413), std::pair(unread, 400)}) {
        EXPECT_EQ(refusal.response.status, status);
        EXPECT_EQ(refusal.reason, model::Reason::condition_false);
        EXPECT_EQ(refusal.directive, DirectiveId{7});
    }
    const auto before_reading = router.too_large("/hooks/a?x=1");
    ASSERT_TRUE(before_reading);
    EXPECT_EQ(before_reading->detail, "the body is larger than max_body, 1024 bytes");
    EXPECT_FALSE(router.too_large("/hooks/b"));
}

TEST(WebhookRouter, checks_the_senders_of_a_webhook_at_rest) {
    WebhookRouter router{WebhookRouterOptions()};
    ASSERT_TRUE(router.add(
        DirectiveId{7}, 0, hook("a", R"("auth": {"bearer": "t"})"), HookStanding::at_rest));
    EXPECT_EQ(refused(router, make_request("/hooks/a")).response.status, 401);
    const auto verdict =
        router.match(make_request("/hooks/a", {{"Authorization", "Bearer t"}}), kNow);
    EXPECT_TRUE(std::get<WebhookHit>(verdict).is_at_rest);
}

TEST(WebhookRouter, gives_the_path_of_one_at_rest_to_one_that_is_armed) {
    WebhookRouter router{WebhookRouterOptions()};
    const auto webhook = [] { return hook("a"); };
    ASSERT_TRUE(router.add(DirectiveId{1}, 0, webhook(), HookStanding::at_rest));
    ASSERT_TRUE(router.add(DirectiveId{2}, 0, webhook()));
    EXPECT_EQ(router.owner_of("a"), DirectiveId{2});
    EXPECT_FALSE(router.add(DirectiveId{3}, 0, webhook(), HookStanding::at_rest));
    router.remove(DirectiveId{1});
    EXPECT_EQ(router.size(), 1U);
}

TEST(WebhookRouter, answers_every_failed_check_alike) {
    WebhookRouter router = router_with(
        R"("auth": {"bearer": "t", "hmac_sha256": "k", "timestamp_header": "none",
                    "ip": "192.168.1.0/24"})");
    http::Request stranger = make_request("/hooks/a", {{"Authorization", "Bearer t"}});
    stranger.peer->address = *http::IpAddress::parse("10.0.0.1");
    const auto by_address = refused(router, stranger);
    const auto by_token = refused(router, make_request("/hooks/a"));
    const auto by_signature =
        refused(router, make_request("/hooks/a", {{"Authorization", "Bearer t"}}));
    for (const auto* refusal : {&by_address, &by_token, &by_signature}) {
        EXPECT_EQ(refusal->response.status, 401);
        EXPECT_NE(refusal->response.body.find(R"("error":"unauthorized")"), std::string::npos);
        EXPECT_EQ(refusal->response.headers.size(), by_address.response.headers.size());
        EXPECT_EQ(refusal->reason, model::Reason::signature_bad);
        EXPECT_EQ(refusal->directive, DirectiveId{7});
    }
    EXPECT_NE(by_address.detail, by_token.detail);
    EXPECT_EQ(router.counts("a")->unauthorized, 3U);
}

http::Request signed_request(const std::string& body) {
    return make_request("/hooks/a", {{"X-Signature-256", sign("k", body)}}, body);
}

constexpr const char* kSigned = R"("auth": {"hmac_sha256": "k", "timestamp_header": "none"})";

TEST(WebhookRouter, takes_a_signed_delivery_once) {
    WebhookRouter router = router_with(kSigned);
    const auto first = router.match(signed_request("body"), kNow);
    ASSERT_FALSE(std::get<WebhookHit>(first).replay.empty());
    const auto again = refused(router, signed_request("body"));
    EXPECT_EQ(again.response.status, 401);
    EXPECT_NE(again.response.body.find(R"("error":"unauthorized")"), std::string::npos);
    EXPECT_EQ(again.reason, model::Reason::replay_duplicate);
    router.take_back(std::get<WebhookHit>(first).replay);
    EXPECT_TRUE(std::holds_alternative<WebhookHit>(router.match(signed_request("body"), kNow)));
}

TEST(WebhookRouter, knows_the_marks_from_before_a_restart) {
    WebhookRouter before = router_with(kSigned);
    const auto first = before.match(signed_request("body"), kNow);
    WebhookRouter after = router_with(kSigned);
    ASSERT_EQ(after.replay_ledger().remember(std::get<WebhookHit>(first).replay.at(0), kNow),
              ReplayLedger::Answer::fresh);
    EXPECT_EQ(refused(after, signed_request("body")).response.status, 401);
}

TEST(WebhookRouter, refuses_signed_deliveries_when_it_cannot_remember_them) {
    WebhookRouterOptions options;
    options.max_replay_marks = 1;
    WebhookRouter router(options);
    ASSERT_TRUE(router.add(DirectiveId{7}, 0, hook("a", kSigned)));
    ASSERT_TRUE(std::holds_alternative<WebhookHit>(router.match(signed_request("1"), kNow)));
    const auto refusal = refused(router, signed_request("2"));
    EXPECT_EQ(refusal.response.status, 503);
    EXPECT_NE(header_of(refusal.response, "Retry-After"), "");
}

TEST(WebhookRouter, checks_who_asks_before_what) {
    WebhookRouter router = router_with(R"("auth": {"bearer": "t"}, "max_body": "2")");
    EXPECT_EQ(refused(router, make_request("/hooks/a", {}, "123")).response.status, 401);
    const auto known = make_request("/hooks/a", {{"Authorization", "Bearer t"}}, "123");
    EXPECT_EQ(refused(router, known).response.status, 413);
}

TEST(WebhookRouter, limits_the_rate) {
    WebhookRouter router = router_with(R"("auth": "none", "rate": "2/1m")");
    const auto request = make_request("/hooks/a");
    EXPECT_TRUE(std::holds_alternative<WebhookHit>(router.match(request, kNow)));
    EXPECT_TRUE(std::holds_alternative<WebhookHit>(router.match(request, kNow)));
    const auto refusal = refused(router, request);
    EXPECT_EQ(refusal.response.status, 429);
    EXPECT_EQ(header_of(refusal.response, "Retry-After"), "30");
    EXPECT_EQ(refusal.reason, model::Reason::rate_limited);
    http::Request later = make_request("/hooks/a");
    later.received += std::chrono::seconds(30);
    EXPECT_TRUE(std::holds_alternative<WebhookHit>(router.match(later, kNow)));
}

TEST(WebhookRouter, lets_a_delivery_come_again_that_was_refused_for_its_rate) {
    WebhookRouter router = router_with(std::string(kSigned) + R"(, "rate": "1/1m")");
    ASSERT_TRUE(std::holds_alternative<WebhookHit>(router.match(signed_request("1"), kNow)));
    EXPECT_EQ(refused(router, signed_request("2")).response.status, 429);
    http::Request later = signed_request("2");
    later.received += std::chrono::seconds(60);
    EXPECT_TRUE(std::holds_alternative<WebhookHit>(router.match(later, kNow)));
}

TEST(WebhookRouter, refuses_a_bad_body) {
    WebhookRouter router = router_with(R"("auth": "none")");
    const auto refusal =
        refused(router, make_request("/hooks/a", {{"Content-Type", "application/json"}}, "{"));
    EXPECT_EQ(refusal.response.status, 400);
}

TEST(WebhookRouter, gives_a_path_to_the_first_who_asks) {
    WebhookRouter router{WebhookRouterOptions()};
    ASSERT_TRUE(router.add(DirectiveId{1}, 0, hook("a")));
    const auto second = router.add(DirectiveId{2}, 0, hook("a"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::conflict);
    EXPECT_EQ(router.owner_of("a"), DirectiveId{1});
    router.remove(DirectiveId{2});
    EXPECT_EQ(router.size(), 1U);
    router.remove(DirectiveId{1});
    EXPECT_EQ(router.owner_of("a"), std::nullopt);
    EXPECT_TRUE(router.add(DirectiveId{2}, 0, hook("a")));
}

TEST(WebhookRouter, holds_thousands) {
    WebhookRouter router{WebhookRouterOptions()};
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_TRUE(router.add(
            DirectiveId{i / 2}, static_cast<std::uint32_t>(i % 2), hook("h/" + std::to_string(i))));
    }
    const auto verdict = router.match(make_request("/hooks/h/4321"), kNow);
    EXPECT_EQ(std::get<WebhookHit>(verdict).directive, DirectiveId{2'160});
    for (int i = 0; i < 2'500; ++i) {
        router.remove(DirectiveId{i});
    }
    EXPECT_EQ(router.size(), 0U);
}

TEST(WebhookRouter, limits_bodies_before_they_are_read) {
    WebhookRouter router = router_with(R"("auth": "none", "max_body": "2 MiB")");
    EXPECT_EQ(router.body_limit("POST", "/hooks/a?x"), 2'097'152U);
    EXPECT_EQ(router.body_limit("POST", "/hooks/b"), 65'536U);
}

}  // namespace
}  // namespace aifp::triggers
