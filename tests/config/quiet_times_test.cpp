#include "config/quiet_times.hpp"

#include <gtest/gtest.h>

namespace aifp::config {
namespace {

const TimeZone kBerlin = TimeZone::load("Europe/Berlin").value();
const std::vector<QuietTime> kNight{{22 * 3'600, 7 * 3'600}};

std::string end_at(const std::vector<QuietTime>& times, std::string_view now) {
    const auto end = quiet_until(times, kBerlin, parse_instant(now, kBerlin).value());
    return end ? format_rfc3339(*end, kBerlin) : "";
}

TEST(QuietUntil, passes_midnight) {
    EXPECT_EQ(end_at(kNight, "2026-01-31T23:00:00"), "2026-02-01T07:00:00+01:00");
    EXPECT_EQ(end_at(kNight, "2026-02-01T06:59:59"), "2026-02-01T07:00:00+01:00");
}

TEST(QuietUntil, is_nothing_outside) {
    EXPECT_EQ(end_at(kNight, "2026-02-01T07:00:00"), "");
    EXPECT_EQ(end_at(kNight, "2026-02-01T21:59:59"), "");
    EXPECT_EQ(end_at({}, "2026-02-01T03:00:00"), "");
}

TEST(QuietUntil, takes_neighbours_together) {
    const std::vector<QuietTime> times{{13 * 3'600, 15 * 3'600}, {12 * 3'600, 13 * 3'600}};

    EXPECT_EQ(end_at(times, "2026-02-01T12:30:00"), "2026-02-01T15:00:00+01:00");
}

TEST(QuietUntil, a_time_that_the_clock_leaves_out_ends_after_the_gap) {
    EXPECT_EQ(end_at({{3'600, 9'000}}, "2026-03-29T01:30:00"), "2026-03-29T03:00:00+02:00");
}

}  // namespace
}  // namespace aifp::config
