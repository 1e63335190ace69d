#include "base/clock.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp {
namespace {

TEST(SystemClock, wall_is_after_this_was_written) {
    const WallTime written = from_unix_ms(1'760'000'000'000);
    EXPECT_GT(SystemClock().wall(), written);
}

TEST(SystemClock, mono_never_goes_back) {
    const SystemClock clock;
    const MonoTime before = clock.mono();
    EXPECT_GE(clock.mono(), before);
}

TEST(UnixMs, goes_there_and_back) {
    EXPECT_EQ(to_unix_ms(from_unix_ms(-1)), -1);
    EXPECT_EQ(to_unix_ms(from_unix_ms(1'767'225'600'123)), 1'767'225'600'123);
}

TEST(FakeClock, advance_moves_both_clocks) {
    testing::FakeClock clock;
    const MonoTime before = clock.mono();
    clock.advance(Seconds(5));
    EXPECT_EQ(clock.wall() - testing::FakeClock::kStart, Seconds(5));
    EXPECT_EQ(clock.mono() - before, Seconds(5));
}

TEST(FakeClock, step_wall_leaves_the_monotonic_clock) {
    testing::FakeClock clock;
    const MonoTime before = clock.mono();
    clock.step_wall(-Seconds(3'600));
    EXPECT_EQ(clock.wall() - testing::FakeClock::kStart, -Seconds(3'600));
    EXPECT_EQ(clock.mono(), before);
}

}  // namespace
}  // namespace aifp
