#include "briefing/site_events.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace aifp::briefing {
namespace {

constexpr WallTime kNow{Milliseconds(1'796'000'000'000)};
constexpr const char* kSecret = "between us";

http::Request event(const std::string& body, const std::string& secret = kSecret) {
    const std::string at = std::to_string(to_unix_ms(kNow) / 1'000);
    http::Request request;
    request.method = "POST";
    request.target = std::string(kSiteEventsPath);
    request.body = body;
    request.headers.add("X-Timestamp", at);
    request.headers.add("X-Signature-256",
                        "sha256=" + to_hex(hmac_sha256(secret, at + "." + body)));
    return request;
}

TEST(SiteEvents, takes_what_is_signed) {
    const auto verdict = SiteEvents().take(event(R"({"event":"post.updated"})"), kSecret, kNow);
    EXPECT_EQ(verdict.response.status, 204);
    EXPECT_EQ(verdict.reason, "post.updated");
}

TEST(SiteEvents, names_the_option_that_changed) {
    SiteEvents events;
    const auto name =
        events.take(event(R"({"event":"option.changed","option":"name"})"), kSecret, kNow);
    EXPECT_EQ(name.reason, "option.changed name");
    const auto other =
        events.take(event(R"({"event":"option.changed","option":"admin_email"})"), kSecret, kNow);
    EXPECT_EQ(other.response.status, 204);
    EXPECT_EQ(other.reason, "");
}

TEST(SiteEvents, refuses_another_signature) {
    const auto verdict =
        SiteEvents().take(event(R"({"event":"post.updated"})", "a guess"), kSecret, kNow);
    EXPECT_EQ(verdict.response.status, 401);
    EXPECT_EQ(verdict.reason, "");
}

TEST(SiteEvents, refuses_what_it_has_heard_before_or_too_late) {
    SiteEvents events;
    const auto request = event(R"({"event":"post.updated"})");
    EXPECT_EQ(events.take(request, kSecret, kNow).response.status, 204);
    EXPECT_EQ(events.take(request, kSecret, kNow).response.status, 401);
    EXPECT_EQ(SiteEvents().take(request, kSecret, kNow + Seconds(301)).response.status, 401);
}

TEST(SiteEvents, listens_to_nobody_without_a_secret) {
    const auto verdict = SiteEvents().take(event(R"({"event":"post.updated"})", ""), "", kNow);
    EXPECT_EQ(verdict.response.status, 404);
}

}  // namespace
}  // namespace aifp::briefing
