#include "triggers/token_bucket.hpp"

#include <gtest/gtest.h>

namespace aifp::triggers {
namespace {

TEST(ParseRate, reads_count_and_period) {
    EXPECT_EQ(parse_rate("60/1m"), (Rate{60, Milliseconds(60'000)}));
    EXPECT_EQ(parse_rate("5/s"), (Rate{5, Milliseconds(1'000)}));
    EXPECT_EQ(parse_rate("1 / 1h30m"), (Rate{1, Milliseconds(5'400'000)}));
    for (const char* bad : {"",
                            "60",
                            "60/",
                            "/1m",
                            "0/1m",
                            "-1/1m",
                            "6x/1m",
                            "1/0s",
                            "9999999/1s",
                            "1/400d",
                            "99999999999/1s"}) {
        EXPECT_FALSE(parse_rate(bad)) << bad;
    }
}

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
}  // namespace aifp::triggers
