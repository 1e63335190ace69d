#include "cli/times.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp::cli {
namespace {

using namespace std::chrono_literals;
constexpr WallTime kNow = testing::FakeClock::kStart;

TEST(RoughDuration, picks_the_unit_that_fits) {
    EXPECT_EQ(rough_duration(0s), "0 s");
    EXPECT_EQ(rough_duration(119s), "119 s");
    EXPECT_EQ(rough_duration(120s), "2 min");
    EXPECT_EQ(rough_duration(2h - 1s), "119 min");
    EXPECT_EQ(rough_duration(2h), "2 h");
    EXPECT_EQ(rough_duration(48h - 1s), "47 h");
    EXPECT_EQ(rough_duration(48h), "2 days");
}

TEST(RelativeTime, tells_both_sides_of_now) {
    EXPECT_EQ(relative_time(kNow + 5min, kNow), "in 5 min");
    EXPECT_EQ(relative_time(kNow - 3s, kNow), "3 s ago");
    EXPECT_EQ(relative_time(kNow, kNow), "now");
    EXPECT_EQ(relative_time(kNow + 999ms, kNow), "now");
    EXPECT_EQ(relative_time(kNow - 1s, kNow), "1 s ago");
}

TEST(RelativeTime, reads_the_texts_of_the_api) {
    EXPECT_EQ(relative_time("2026-01-01T02:00:10+02:00", kNow), "in 10 s");
    EXPECT_EQ(relative_time("2025-12-31T23:59:50.000Z", kNow), "10 s ago");
    EXPECT_EQ(relative_time("soon", kNow), "-");
}

TEST(LocalTime, shows_the_zone_of_the_reader) {
    const auto berlin = TimeZone::load("Europe/Berlin");
    ASSERT_TRUE(berlin);
    EXPECT_EQ(local_time(kNow, *berlin), "2026-01-01 01:00:00");
}

TEST(Measured, is_exact_for_short_times) {
    EXPECT_EQ(measured(0ms), "0 ms");
    EXPECT_EQ(measured(999ms), "999 ms");
    EXPECT_EQ(measured(1500ms), "1.5 s");
    EXPECT_EQ(measured(61s), "61 s");
    EXPECT_EQ(measured(10min), "10 min");
}

}  // namespace
}  // namespace aifp::cli
