#include "llm/retry.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace aifp::llm {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

FailedTry with(int status, const Headers& headers = {}, std::string body = "") {
    FailedTry failed;
    failed.status = status;
    failed.body = std::move(body);
    for (const auto& [name, value] : headers) {
        failed.headers.add(name, value);
    }
    return failed;
}

// 1994-11-06T08:49:07Z
constexpr WallTime kNow{Seconds(784'111'747)};

std::string decided(const FailedTry& failed, Tries tries = {}) {
    tries.now = kNow;
    const RetryDecision decision = decide_retry(failed, {}, tries);
    switch (decision.step) {
        case RetryStep::again:
            return "after " + std::to_string(decision.wait.count());
        case RetryStep::park:
            return "park " + std::to_string(decision.wait.count());
        default:
            return decision.reason;
    }
}

TEST(DecideRetry, tries_again_what_may_pass) {
    for (const int status : {0, 408, 409, 429, 500, 503, 529}) {
        EXPECT_EQ(decided(with(status)), "after 500") << status;
    }
    for (const int status : {400, 401, 402, 403, 404, 413}) {
        EXPECT_EQ(decided(with(status)),
                  "status " + std::to_string(status) + " does not pass by itself");
    }
}

TEST(DecideRetry, doubles_its_pause_and_lets_chance_shorten_it) {
    Tries tries;
    tries.retries = 1;
    EXPECT_EQ(decided(with(500), tries), "after 1000");
    tries.chance = 1;
    EXPECT_EQ(decided(with(500), tries), "after 750");
    tries.retries = 2;
    EXPECT_EQ(decided(with(500), tries), "3 tries failed");
}

TEST(DecideRetry, never_pauses_longer_than_eight_seconds_of_its_own) {
    RetryRules rules;
    rules.max_retries = 100;
    Tries tries;
    tries.retries = 99;
    EXPECT_EQ(decide_retry(with(500), rules, tries).wait, Seconds(8));
}

TEST(DecideRetry, waits_as_long_as_the_provider_asks) {
    EXPECT_EQ(decided(with(429, {{"Retry-After", "7"}})), "after 7000");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "7"}, {"retry-after-ms", "30"}})), "after 30");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}})),
              "after 30000");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"}})), "after 0");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "soon"}})), "after 500");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "Sun, 36 Nov 1994 08:00:00 GMT"}})), "after 500");
}

// As the Gemini API words it.
TEST(DecideRetry, waits_as_google_asks_but_not_for_the_next_day) {
    const auto exhausted = [](std::string_view details) {
        return with(429,
                    {},
                    R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED",)"
                    R"("details":[{"@type":"type.googleapis.com/google.rpc.Help","links":[]},)" +
                        std::string(details) + "]}}");
    };
    const std::string info =
        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"22.5s"})";
    EXPECT_EQ(decided(exhausted(info)), "after 23000");
    EXPECT_EQ(decided(exhausted(R"({"retryDelay":"soon"},5)")), "after 500");
    EXPECT_EQ(
        decided(exhausted(R"({"violations":[{"quotaId":"RequestsPerDayPerModel"}]},)" + info)),
        "the quota of the day is used up (RequestsPerDayPerModel)");
    EXPECT_EQ(decided(exhausted(R"({"violations":[{"quotaId":"RequestsPerMinute"}]},)" + info)),
              "after 23000");
}

TEST(DecideRetry, parks_what_would_take_too_long) {
    EXPECT_EQ(decided(with(429, {{"Retry-After", "301"}})), "park 301000");
    EXPECT_EQ(decided(with(429, {{"Retry-After", "9223372036854775807"}})), "park 86400000");
}

TEST(DecideRetry, leaves_what_people_have_to_see_to) {
    const std::string wanted = "the provider's account has to be looked after (";
    EXPECT_EQ(decided(with(429, {}, R"({"error":{"type":"insufficient_quota","code":null}})")),
              wanted + "insufficient_quota)");
    EXPECT_EQ(
        decided(with(
            429, {{"x-should-retry", "true"}}, R"({"error":{"code":"credit_balance_exhausted"}})")),
        wanted + "credit_balance_exhausted)");
    EXPECT_EQ(decided(with(429,
                           {},
                           R"({"type":"error","error":{"type":"rate_limit_error",)"
                           R"("details":{"error_code":"enforced_spend_limit_reached"}}})")),
              wanted + "enforced_spend_limit_reached)");
}

TEST(DecideRetry, believes_what_the_provider_says_about_it) {
    EXPECT_EQ(decided(with(500, {{"x-should-retry", "false"}})),
              "the provider says that trying again does not help");
    EXPECT_EQ(decided(with(400, {{"x-should-retry", "true"}})), "after 500");
}

TEST(DecideRetry, keeps_its_budget_and_what_was_used) {
    Tries tries;
    tries.spent = std::chrono::minutes(10) - Milliseconds(500);
    EXPECT_EQ(decided(with(500), tries), "the time for it is used up");

    FailedTry failed = with(500);
    failed.output_was_used = true;
    EXPECT_EQ(decided(failed), "part of the answer was already used");
}

TEST(ReadProviderError, survives_any_body) {
    EXPECT_EQ(read_provider_error("<html>Bad gateway</html>\n").message,
              "<html>Bad gateway</html>");
    EXPECT_EQ(read_provider_error(R"({"error":"flat"})").message, R"({"error":"flat"})");
    EXPECT_EQ(read_provider_error(R"({"error":{"message":"m","code":5}})").message, "m");
    EXPECT_EQ(read_provider_error("").message, "");
    EXPECT_EQ(read_provider_error(std::string(1'000, 'x')).message.size(), 200U);
}

}  // namespace
}  // namespace aifp::llm
