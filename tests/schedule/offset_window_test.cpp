#include "schedule/offset_window.hpp"

#include <gtest/gtest.h>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::floor;
using std::chrono::hours;
using std::chrono::seconds;
using testing::instant;
using testing::zone_named;

TEST(find_window, covers_nothing_when_empty) {
    EXPECT_FALSE(OffsetWindow{}.covers(std::chrono::sys_seconds{}));
}

TEST(find_window, ends_at_the_next_change) {
    const TimeZone zone = zone_named("America/New_York");
    const auto at = floor<seconds>(instant("2027-01-15T12:00:00Z", zone));

    const OffsetWindow window = find_window(zone, at);

    EXPECT_TRUE(window.covers(at));
    EXPECT_EQ(window.offset, -5 * 3600);
    EXPECT_EQ(window.offset_before, window.offset);
    EXPECT_EQ(window.offset_after, -4 * 3600);
    EXPECT_EQ(window.until, floor<seconds>(instant("2027-03-14T07:00:00Z", zone)));
    EXPECT_FALSE(window.covers(window.until));
}

TEST(find_window, begins_at_a_change_not_long_ago) {
    const TimeZone zone = zone_named("America/New_York");
    const auto change = floor<seconds>(instant("2027-03-14T07:00:00Z", zone));

    for (const auto distance : {hours(0), hours(1), hours(47)}) {
        const OffsetWindow window = find_window(zone, change + distance);
        EXPECT_EQ(window.from, change);
        EXPECT_EQ(window.offset_before, -5 * 3600);
        EXPECT_EQ(window.offset, -4 * 3600);
    }
}

TEST(find_window, lasts_for_ever_in_a_zone_without_changes) {
    const auto at = floor<seconds>(instant("2027-01-15T12:00:00Z", TimeZone::utc()));

    const OffsetWindow window = find_window(TimeZone::utc(), at);

    EXPECT_EQ(window.offset, 0);
    EXPECT_TRUE(window.covers(at + hours(24 * 366 * 500)));
}

}  // namespace
}  // namespace aifp::schedule
