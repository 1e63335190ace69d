#include "scheduler/rate_limits.hpp"

#include <gtest/gtest.h>

namespace aifp::scheduler {
namespace {

constexpr DirectiveId kLamp{1};
constexpr DirectiveId kHeater{2};

WallTime at(int seconds) {
    return WallTime(Seconds(1'000'000 + seconds));
}

RateWindow window_of(std::uint32_t count, int period_s) {
    return RateWindow(Rate{count, Seconds(period_s)});
}

TEST(RateWindow, lets_so_many_through_in_any_stretch_of_its_period) {
    auto window = window_of(2, 10);
    window.take(at(0));
    EXPECT_EQ(window.blocked_until(at(0)), std::nullopt);
    window.take(at(6));
    EXPECT_EQ(window.blocked_until(at(9)), at(10));
    EXPECT_EQ(window.blocked_until(at(10)), std::nullopt);
    window.take(at(10));
    EXPECT_EQ(window.blocked_until(at(11)), at(16));
}

TEST(RateWindow, a_refusal_costs_nothing) {
    auto window = window_of(1, 10);
    window.take(at(0));
    for (int second = 1; second < 10; ++second) {
        EXPECT_EQ(window.blocked_until(at(second)), at(10));
    }
    EXPECT_EQ(window.blocked_until(at(10)), std::nullopt);
}

TEST(RateWindow, gives_back_what_did_not_come_to_be) {
    auto window = window_of(1, 10);
    window.take(at(0));
    window.give_back(at(0));
    EXPECT_EQ(window.blocked_until(at(0)), std::nullopt);
    window.give_back(at(5));
    EXPECT_EQ(window.blocked_until(at(5)), std::nullopt);
}

TEST(RateWindow, holds_up_no_longer_than_its_period_when_the_clock_is_set_back) {
    auto window = window_of(1, 10);
    window.take(at(86'400));
    EXPECT_EQ(window.blocked_until(at(0)), at(10));
    EXPECT_EQ(window.blocked_until(at(5)), at(10));
    EXPECT_EQ(window.blocked_until(at(10)), std::nullopt);
}

TEST(RateWindow, keeps_counting_when_the_limit_changes) {
    auto window = window_of(3, 10);
    for (int second = 0; second < 3; ++second) {
        window.take(at(second));
    }
    window.set_rate(Rate{1, Seconds(60)});
    EXPECT_EQ(window.blocked_until(at(3)), at(62));
}

TEST(RateLimits, counts_each_directive_alone) {
    RateLimits limits;
    limits.set(kLamp, Rate{1, Seconds(10)});
    limits.set(kHeater, Rate{1, Seconds(10)});
    limits.take(kLamp, at(0));
    EXPECT_EQ(limits.blocked_until(kLamp, at(1)), at(10));
    EXPECT_EQ(limits.blocked_until(kHeater, at(1)), std::nullopt);
    EXPECT_EQ(limits.rate_of(kLamp)->count, 1U);
}

TEST(RateLimits, without_a_limit_nothing_is_counted) {
    RateLimits limits;
    limits.take(kLamp, at(0));
    EXPECT_EQ(limits.blocked_until(kLamp, at(0)), std::nullopt);
    limits.set(kLamp, Rate{1, Seconds(10)});
    limits.take(kLamp, at(0));
    limits.set(kLamp, std::nullopt);
    EXPECT_EQ(limits.blocked_until(kLamp, at(0)), std::nullopt);
}

TEST(RateLimits, counts_what_ran_before_the_start) {
    RateLimits limits;
    limits.set(kLamp, Rate{2, Seconds(10)});
    limits.restore(kLamp, {at(8), at(3), at(5)});
    EXPECT_EQ(limits.blocked_until(kLamp, at(9)), at(15));
}

}  // namespace
}  // namespace aifp::scheduler
