#include "scheduler/retry_policy.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp::scheduler {
namespace {

RetryPolicy policy_of(const char* text) {
    return retry_policy_from(boost::json::parse(text).as_object());
}

Milliseconds pause(const RetryPolicy& policy, int number, double chance = 0) {
    return pause_before_retry(policy, number, chance);
}

// reference/semantics.md 3.12: delay(n) = min(delay * factor^(n-1), max_delay)
TEST(RetryPolicy, grows_by_its_factor_from_the_first_delay_on) {
    const auto policy = policy_of(R"({"attempts":5,"delay":"1s","factor":2})");

    EXPECT_EQ(pause(policy, 1), Seconds(1));
    EXPECT_EQ(pause(policy, 2), Seconds(2));
    EXPECT_EQ(pause(policy, 4), Seconds(8));
}

TEST(RetryPolicy, keeps_fractions_of_the_factor) {
    const auto policy = policy_of(R"({"delay":"1s","factor":1.5})");

    EXPECT_EQ(pause(policy, 3), Milliseconds(2'250));
}

TEST(RetryPolicy, never_waits_longer_than_max_delay) {
    const auto policy = policy_of(R"({"delay":"1m","max_delay":"90s"})");

    EXPECT_EQ(pause(policy, 2), Seconds(90));
    EXPECT_EQ(pause(policy, 1'000), Seconds(90));
}

TEST(RetryPolicy, knows_constant_and_linear_growth) {
    EXPECT_EQ(pause(policy_of(R"({"delay":"2s","backoff":"constant"})"), 3), Seconds(2));
    EXPECT_EQ(pause(policy_of(R"({"delay":"2s","backoff":"linear"})"), 3), Seconds(6));
}

TEST(RetryPolicy, lets_chance_take_away_up_to_the_jitter) {
    const auto usual = policy_of(R"({"delay":"10s"})");
    const auto full = policy_of(R"({"delay":"10s","jitter":1})");

    EXPECT_EQ(pause(usual, 1, 1), Seconds(8));
    EXPECT_EQ(pause(full, 1, 1), Seconds(0));
    EXPECT_EQ(pause(full, 1, 0.5), Seconds(5));
}

TEST(RetryPolicy, takes_a_delay_beyond_the_usual_cap_as_it_is_written) {
    EXPECT_EQ(pause(policy_of(R"({"delay":"1h","jitter":0})"), 1, 0), std::chrono::hours(1));
    EXPECT_EQ(pause(policy_of(R"({"delay":"1h","max_delay":"10m","jitter":0})"), 1, 0),
              std::chrono::minutes(10));
}

TEST(RetryPolicy, covers_what_may_pass_when_it_names_nothing) {
    const auto policy = policy_of(R"({"attempts":2})");

    EXPECT_TRUE(policy.covers("timeout"));
    EXPECT_TRUE(policy.covers("503"));
    EXPECT_FALSE(policy.covers("template"));
    EXPECT_FALSE(policy.covers("cancelled"));
}

TEST(RetryPolicy, covers_only_what_it_names_and_never_what_it_excludes) {
    const auto policy = policy_of(R"({"retry_on":["5xx","exit:75"],"never_on":["501"]})");

    EXPECT_TRUE(policy.covers("503"));
    EXPECT_TRUE(policy.covers("exit:75"));
    EXPECT_FALSE(policy.covers("501"));
    EXPECT_FALSE(policy.covers("timeout"));
}

}  // namespace
}  // namespace aifp::scheduler
