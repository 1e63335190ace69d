#include "scheduler/storm_breaker.hpp"

#include <gtest/gtest.h>

namespace aifp::scheduler {
namespace {

constexpr DirectiveId kBell{1};
constexpr DirectiveId kLamp{2};
const WallTime kNow = from_unix_ms(1'700'000'000'000);

StormBreaker breaker(std::int64_t of_own_making, std::int64_t starts) {
    return StormBreaker({of_own_making, starts, Seconds(60)});
}

TEST(StormBreaker, stops_a_directive_that_starts_itself_too_often) {
    auto storms = breaker(2, 100);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(storms.ask(kBell, true, kNow), Storm::none);
        storms.count(kBell, true, kNow);
    }
    EXPECT_EQ(storms.ask(kBell, true, kNow), Storm::loop);
}

TEST(StormBreaker, lets_starts_from_outside_pass_while_it_stops_a_loop) {
    auto storms = breaker(1, 100);
    storms.count(kBell, true, kNow);
    EXPECT_EQ(storms.ask(kBell, false, kNow), Storm::none);
}

TEST(StormBreaker, stops_a_flood_whatever_its_cause) {
    auto storms = breaker(50, 2);
    storms.count(kBell, false, kNow);
    storms.count(kBell, true, kNow);
    EXPECT_EQ(storms.ask(kBell, false, kNow), Storm::flood);
    EXPECT_EQ(storms.ask(kLamp, false, kNow), Storm::none);
}

TEST(StormBreaker, counts_anew_in_the_next_window) {
    auto storms = breaker(1, 1);
    storms.count(kBell, true, kNow);
    EXPECT_EQ(storms.ask(kBell, true, kNow + Milliseconds(59'999)), Storm::loop);
    EXPECT_EQ(storms.ask(kBell, true, kNow + Seconds(60)), Storm::none);
}

TEST(StormBreaker, counts_anew_when_the_clock_was_set_back) {
    auto storms = breaker(1, 1);
    storms.count(kBell, true, kNow);
    EXPECT_EQ(storms.ask(kBell, true, kNow - Seconds(1)), Storm::none);
}

TEST(StormBreaker, is_off_at_zero) {
    auto storms = breaker(0, 0);
    for (int i = 0; i < 1'000; ++i) {
        storms.count(kBell, true, kNow);
    }
    EXPECT_EQ(storms.ask(kBell, true, kNow), Storm::none);
}

TEST(StormBreaker, forgets_what_a_person_let_go_on) {
    auto storms = breaker(1, 1);
    storms.count(kBell, true, kNow);
    storms.forget(kBell);
    EXPECT_EQ(storms.ask(kBell, true, kNow), Storm::none);
}

}  // namespace
}  // namespace aifp::scheduler
