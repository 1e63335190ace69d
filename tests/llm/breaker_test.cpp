#include "llm/breaker.hpp"

#include <gtest/gtest.h>

namespace aifp::llm {
namespace {

constexpr MonoTime kStart{std::chrono::hours(1)};

Breaker broken() {
    Breaker breaker;
    for (int i = 0; i < Breaker::kFailures; ++i) {
        EXPECT_FALSE(breaker.begin(kStart));
        breaker.failed(kStart);
    }
    return breaker;
}

TEST(Breaker, lets_pass_what_fails_now_and_then) {
    Breaker breaker;
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(breaker.begin(kStart));
        i % 3 == 2 ? breaker.succeeded() : breaker.failed(kStart);
    }
}

TEST(Breaker, keeps_away_after_failures_in_a_row) {
    Breaker breaker = broken();
    EXPECT_EQ(breaker.begin(kStart + Seconds(10)), Milliseconds(20'000));
}

TEST(Breaker, lets_one_try_after_the_pause) {
    Breaker breaker = broken();
    EXPECT_FALSE(breaker.begin(kStart + Breaker::kFirstPause));
    EXPECT_TRUE(breaker.begin(kStart + Breaker::kFirstPause));
    breaker.succeeded();
    EXPECT_FALSE(breaker.begin(kStart + Breaker::kFirstPause));
}

TEST(Breaker, waits_twice_as_long_when_that_fails_too) {
    Breaker breaker = broken();
    const MonoTime later = kStart + Breaker::kFirstPause;
    EXPECT_FALSE(breaker.begin(later));
    breaker.failed(later);
    EXPECT_EQ(breaker.begin(later), 2 * Breaker::kFirstPause);
}

TEST(Breaker, lets_another_try_when_the_one_was_cancelled) {
    Breaker breaker = broken();
    EXPECT_FALSE(breaker.begin(kStart + Breaker::kFirstPause));
    breaker.said_nothing();
    EXPECT_FALSE(breaker.begin(kStart + Breaker::kFirstPause));
}

}  // namespace
}  // namespace aifp::llm
