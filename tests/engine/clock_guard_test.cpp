#include "engine/clock_guard.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using testing::FakeClock;

class GuardedClock : public ::testing::Test {
protected:
    ClockGuard guard(WallTime built = {}) {
        return {clock, built, [this] { return synchronised; }};
    }
    FakeClock clock;
    bool synchronised = false;
};

TEST_F(GuardedClock, is_believed_where_nothing_speaks_against_it) {
    auto believed = guard();
    believed.begin(std::nullopt);
    EXPECT_TRUE(believed.is_trusted());
    believed.begin(clock.wall() + ClockGuard::kTolerance);
    EXPECT_TRUE(believed.is_trusted());
    EXPECT_EQ(believed.believable_time(), clock.wall());
}

TEST_F(GuardedClock, is_never_believed_before_the_program_was_built) {
    const auto built = clock.wall() + hours(24);
    auto doubted = guard(built);
    synchronised = true;
    doubted.begin(std::nullopt);
    clock.advance(hours(23));
    EXPECT_FALSE(doubted.is_trusted());
    EXPECT_EQ(doubted.believable_time(), built);
    EXPECT_NE(doubted.why_not(TimeZone::utc()).find("built"), std::string::npos);
    clock.step_wall(hours(2));
    EXPECT_TRUE(doubted.is_trusted());
}

TEST_F(GuardedClock, is_not_believed_long_before_the_newest_row) {
    const auto newest = clock.wall() + hours(4);
    auto doubted = guard();
    doubted.begin(newest);
    EXPECT_FALSE(doubted.is_trusted());
    EXPECT_EQ(doubted.believable_time(), newest);
    EXPECT_NE(doubted.why_not(TimeZone::utc()).find("newest entry"), std::string::npos);
    clock.step_wall(hours(5));
    EXPECT_TRUE(doubted.is_trusted());
}

TEST_F(GuardedClock, is_believed_against_a_row_if_the_kernel_says_so_or_after_an_hour) {
    auto doubted = guard();
    doubted.begin(clock.wall() + hours(1'000));
    EXPECT_FALSE(doubted.is_trusted());
    clock.advance(ClockGuard::kPatience);
    EXPECT_TRUE(doubted.is_trusted());
    doubted.begin(clock.wall() + hours(1'000));
    EXPECT_FALSE(doubted.is_trusted());
    synchronised = true;
    EXPECT_TRUE(doubted.is_trusted());
}

}  // namespace
}  // namespace aifp::engine
