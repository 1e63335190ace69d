#include "schedule/sun.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using testing::instant;
using testing::zone_named;

constexpr SunPosition kLondon{51.5074, -0.1278, 0};
constexpr SunPosition kBerlin{52.52, 13.405, 0};
constexpr SunPosition kNewYork{40.7128, -74.006, 0};
constexpr SunPosition kSydney{-33.8688, 151.2093, 0};
constexpr SunPosition kReykjavik{64.1466, -21.9426, 0};
constexpr SunPosition kTromso{69.6492, 18.9553, 0};
constexpr SunPosition kNorthPole{90, 0, 0};

WallTime utc(const std::string& text) {
    return instant(text, TimeZone::utc());
}

WallTime next(const SunPlan& plan, WallTime after) {
    return next_sun_event(plan, after).value_or(WallTime{});
}

double seconds_between(WallTime left, WallTime right) {
    return std::abs(std::chrono::duration<double>(left - right).count());
}

/// A row of a published table: local times to the minute, sunrise and sunset of one day.
struct TableRow {
    const char* place;
    SunPosition position;
    const char* zone;
    const char* sunrise;
    const char* sunset;
};

class SunTable : public ::testing::TestWithParam<TableRow> {};

TEST_P(SunTable, agrees_within_a_minute) {
    const auto& row = GetParam();
    const auto zone = zone_named(row.zone);
    const WallTime rises = instant(row.sunrise, zone);
    const WallTime sets = instant(row.sunset, zone);
    const SunPlan sunrise{.position = row.position, .event = SunEvent::sunrise};
    const SunPlan sunset{.position = row.position, .event = SunEvent::sunset};
    EXPECT_LE(seconds_between(next(sunrise, rises - std::chrono::hours(6)), rises), 60)
        << row.place << " " << format_rfc3339(next(sunrise, rises - std::chrono::hours(6)), zone);
    EXPECT_LE(seconds_between(next(sunset, sets - std::chrono::hours(3)), sets), 60)
        << row.place << " " << format_rfc3339(next(sunset, sets - std::chrono::hours(3)), zone);
}

// Almanac figures for the places' centres.
INSTANTIATE_TEST_SUITE_P(
    Almanac,
    SunTable,
    ::testing::Values(
        TableRow{"London", kLondon, "Europe/London", "2024-06-20T04:43", "2024-06-20T21:21"},
        TableRow{"London", kLondon, "Europe/London", "2024-12-21T08:04", "2024-12-21T15:53"},
        TableRow{"Berlin", kBerlin, "Europe/Berlin", "2024-06-21T04:43", "2024-06-21T21:33"},
        TableRow{"Berlin", kBerlin, "Europe/Berlin", "2024-12-21T08:15", "2024-12-21T15:54"},
        TableRow{"New York", kNewYork, "America/New_York", "2024-03-20T06:59", "2024-03-20T19:08"},
        TableRow{"New York", kNewYork, "America/New_York", "2024-06-20T05:25", "2024-06-20T20:30"},
        TableRow{"New York", kNewYork, "America/New_York", "2024-12-21T07:17", "2024-12-21T16:32"},
        TableRow{"Sydney", kSydney, "Australia/Sydney", "2024-12-21T05:41", "2024-12-21T20:05"},
        TableRow{"Sydney", kSydney, "Australia/Sydney", "2024-06-21T07:00", "2024-06-21T16:54"},
        TableRow{"Reykjavik", kReykjavik, "UTC", "2024-12-21T11:22", "2024-12-21T15:30"},
        TableRow{"Reykjavik", kReykjavik, "UTC", "2024-06-21T02:55", "2024-06-22T00:04"}));

// Meeus, Astronomical Algorithms, example 25.a: declination on 1992-10-13 0h dynamical time. Seen
// from the pole, height is declination.
TEST(Sun, has_the_declination_of_the_textbook_example) {
    EXPECT_NEAR(sun_elevation(kNorthPole, utc("1992-10-12T23:59:01")), -7.78507, 0.002);
}

// Example 28.a: the equation of time is 13 min 42.7 s at 0h and grows by 7 s until noon.
TEST(Sun, crosses_the_meridian_of_greenwich_as_in_the_textbook_example) {
    const SunPlan noon{.position = {51.48, 0, 0}, .event = SunEvent::noon};
    EXPECT_LE(seconds_between(next(noon, utc("1992-10-13T06:00")), utc("1992-10-13T11:46:10")), 6);
}

TEST(Sun, is_over_the_equator_at_the_equinox_and_over_the_tropic_at_the_solstice) {
    EXPECT_NEAR(sun_elevation(kNorthPole, utc("2024-03-20T03:06")), 0, 0.003);
    EXPECT_NEAR(sun_elevation(kNorthPole, utc("2024-09-22T12:44")), 0, 0.003);
    // The obliquity of that day: 23.4361 and 9.2 seconds of arc of nutation.
    EXPECT_NEAR(sun_elevation(kNorthPole, utc("2024-06-20T20:51")), 23.4386, 0.001);
}

TEST(Sun, searches_forward_over_a_polar_night_and_a_polar_day) {
    const SunPlan sunrise{.position = kTromso, .event = SunEvent::sunrise};
    const SunPlan sunset{.position = kTromso, .event = SunEvent::sunset};
    const auto back = next(sunrise, utc("2025-12-01T00:00"));
    EXPECT_GT(back, utc("2026-01-13T00:00"));
    EXPECT_LT(back, utc("2026-01-17T00:00"));
    const auto away = next(sunset, utc("2026-06-01T00:00"));
    EXPECT_GT(away, utc("2026-07-24T00:00"));
    EXPECT_LT(away, utc("2026-07-29T00:00"));
}

TEST(Sun, rises_once_a_year_at_the_pole) {
    const SunPlan sunrise{.position = kNorthPole, .event = SunEvent::sunrise};
    const auto first = next(sunrise, utc("2026-01-01T00:00"));
    EXPECT_GT(first, utc("2026-03-17T00:00"));
    EXPECT_LT(first, utc("2026-03-20T00:00"));
    EXPECT_GT(next(sunrise, first), utc("2027-03-17T00:00"));
}

TEST(Sun, never_comes_to_a_height_that_it_does_not_have_there) {
    const SunPlan high{.position = kBerlin, .event = SunEvent::rising, .elevation = 70};
    const SunPlan reached{.position = kBerlin, .event = SunEvent::rising, .elevation = 60};
    EXPECT_EQ(next_sun_event(high, utc("2026-01-01T00:00")), std::nullopt);
    EXPECT_NE(next_sun_event(reached, utc("2026-01-01T00:00")), std::nullopt);
}

TEST(Sun, takes_the_offset_into_the_search) {
    const SunPlan plain{.position = kBerlin, .event = SunEvent::sunset};
    const auto sunset = next(plain, utc("2026-11-22T12:00"));
    SunPlan earlier = plain;
    earlier.offset = -std::chrono::minutes(20);
    EXPECT_EQ(next(earlier, utc("2026-11-22T12:00")), sunset - std::chrono::minutes(20));
    // Ten minutes before sunset the one 20 minutes before it is over: tomorrow's.
    const auto next_one = next(earlier, sunset - std::chrono::minutes(10));
    EXPECT_EQ(next_one, next(plain, sunset) - std::chrono::minutes(20));
    SunPlan later = plain;
    later.offset = std::chrono::hours(1);
    EXPECT_EQ(next(later, sunset + std::chrono::minutes(30)), sunset + std::chrono::hours(1));
}

TEST(Sun, rises_earlier_for_who_stands_higher) {
    const SunPlan low{.position = kBerlin, .event = SunEvent::sunrise};
    SunPlan high = low;
    high.position.elevation_m = 1'000;
    const auto gain = next(low, utc("2026-03-20T00:00")) - next(high, utc("2026-03-20T00:00"));
    EXPECT_GT(gain, std::chrono::minutes(4));
    EXPECT_LT(gain, std::chrono::minutes(10));
}

SunPosition any_position() {
    return {
        *rc::gen::inRange(-6'500, 6'501) / 100.0, *rc::gen::inRange(-18'000, 18'001) / 100.0, 0};
}

WallTime any_instant() {
    // 1990 to 2060, to the millisecond.
    return from_unix_ms(*rc::gen::inRange<std::int64_t>(631'152'000'000, 2'840'140'800'000));
}

RC_GTEST_PROP(SunProperties, stands_at_the_height_asked_for, ()) {
    const auto position = any_position();
    const bool rising = *rc::gen::arbitrary<bool>();
    const double elevation = *rc::gen::inRange(-12, 1);
    const SunPlan plan{.position = position,
                       .event = rising ? SunEvent::rising : SunEvent::setting,
                       .elevation = elevation};
    const auto found = next_sun_event(plan, any_instant());
    RC_ASSERT(found.has_value());
    RC_ASSERT(std::abs(sun_elevation(position, *found) - elevation) < 0.01);
    const double later = sun_elevation(position, *found + std::chrono::seconds(60));
    RC_ASSERT((later > elevation) == rising);
}

RC_GTEST_PROP(SunProperties, rises_before_noon_and_sets_after_it, ()) {
    const auto position = any_position();
    const SunPlan sunrise{.position = position, .event = SunEvent::sunrise};
    const SunPlan noon{.position = position, .event = SunEvent::noon};
    const SunPlan sunset{.position = position, .event = SunEvent::sunset};
    const auto rises = next_sun_event(sunrise, any_instant());
    const auto highest = next_sun_event(noon, *rises);
    const auto sets = next_sun_event(sunset, *highest);
    RC_ASSERT(*rises < *highest && *highest < *sets);
    RC_ASSERT(*sets - *rises < std::chrono::hours(24));
    RC_ASSERT(is_sun_up(position, *highest));
}

RC_GTEST_PROP(SunProperties, is_strictly_after_and_the_same_from_wherever_it_is_sought, ()) {
    const SunPlan plan{.position = any_position(),
                       .event = *rc::gen::element(
                           SunEvent::sunrise, SunEvent::sunset, SunEvent::dawn, SunEvent::noon),
                       .elevation = 0,
                       .offset = std::chrono::minutes(*rc::gen::inRange(-300, 300))};
    const auto after = any_instant();
    const auto found = next_sun_event(plan, after);
    RC_ASSERT(found.has_value());
    RC_ASSERT(*found > after);
    RC_ASSERT(next_sun_event(plan, *found - Milliseconds(1)) == found);
    RC_ASSERT(next_sun_event(plan, after + (*found - after) / 2) == found);
    RC_ASSERT(*next_sun_event(plan, *found) > *found + std::chrono::hours(12));
}

TEST(SunWindow, may_pass_midnight) {
    const SunWindow night{.after = SunWindow::Bound{SunEvent::sunset, {}},
                          .before = SunWindow::Bound{SunEvent::sunrise, {}}};
    const auto berlin = zone_named("Europe/Berlin");
    EXPECT_TRUE(is_in_sun_window(night, kBerlin, utc("2026-11-22T22:00"), berlin));
    EXPECT_TRUE(is_in_sun_window(night, kBerlin, utc("2026-11-22T03:00"), berlin));
    EXPECT_FALSE(is_in_sun_window(night, kBerlin, utc("2026-11-22T11:00"), berlin));
}

TEST(SunWindow, moves_by_its_offsets) {
    const auto berlin = zone_named("Europe/Berlin");
    const SunPlan plain{.position = kBerlin, .event = SunEvent::sunset};
    const auto sunset = next(plain, utc("2026-11-22T12:00"));
    SunWindow window{.after = SunWindow::Bound{SunEvent::sunset, std::chrono::minutes(-20)},
                     .before = std::nullopt};
    EXPECT_TRUE(is_in_sun_window(window, kBerlin, sunset - std::chrono::minutes(20), berlin));
    EXPECT_FALSE(is_in_sun_window(window, kBerlin, sunset - std::chrono::minutes(21), berlin));
}

TEST(SunWindow, counts_the_sun_as_down_in_a_polar_night_and_up_in_a_polar_day) {
    const SunWindow after{.after = SunWindow::Bound{SunEvent::sunset, {}}, .before = std::nullopt};
    const SunWindow day{.after = SunWindow::Bound{SunEvent::sunrise, {}},
                        .before = SunWindow::Bound{SunEvent::sunset, {}}};
    const auto oslo = zone_named("Europe/Oslo");
    EXPECT_TRUE(is_in_sun_window(after, kTromso, utc("2025-12-20T11:00"), oslo));
    EXPECT_FALSE(is_in_sun_window(day, kTromso, utc("2025-12-20T11:00"), oslo));
    EXPECT_FALSE(is_in_sun_window(after, kTromso, utc("2026-06-20T22:30"), oslo));
    EXPECT_TRUE(is_in_sun_window(day, kTromso, utc("2026-06-20T22:30"), oslo));
}

}  // namespace
}  // namespace aifp::schedule
