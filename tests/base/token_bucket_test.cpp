#include "base/token_bucket.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

TEST(TokenBucket, lets_a_burst_through_and_then_the_rate) {
    TokenBucket bucket(Rate{3, Milliseconds(3'000)});
    const MonoTime start{};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bucket.take(start), std::nullopt);
    }
    EXPECT_EQ(bucket.take(start), Milliseconds(1'000));
    EXPECT_EQ(bucket.take(start + Milliseconds(400)), Milliseconds(600));
    EXPECT_EQ(bucket.take(start + Milliseconds(1'000)), std::nullopt);
    EXPECT_NE(bucket.take(start + Milliseconds(1'000)), std::nullopt);
}

TEST(TokenBucket, saves_up_no_more_than_its_count) {
    TokenBucket bucket(Rate{2, Milliseconds(1'000)});
    EXPECT_EQ(bucket.take(MonoTime()), std::nullopt);
    const MonoTime later = MonoTime() + std::chrono::hours(5);
    EXPECT_EQ(bucket.take(later), std::nullopt);
    EXPECT_EQ(bucket.take(later), std::nullopt);
    EXPECT_EQ(bucket.take(later), Milliseconds(500));
}

TEST(TokenBucket, keeps_exactly_the_rate_over_a_long_time) {
    TokenBucket bucket(Rate{7, Milliseconds(1'000)});
    int taken = 0;
    for (int ms = 0; ms < 100'000; ++ms) {
        taken += bucket.take(MonoTime() + Milliseconds(ms)) ? 0 : 1;
    }
    EXPECT_GE(taken, 7 + 698);
    EXPECT_LE(taken, 7 + 700);
}

}  // namespace
}  // namespace aifp
