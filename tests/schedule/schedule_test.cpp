#include "schedule/schedule.hpp"

#include <gtest/gtest.h>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::cron_schedule;
using testing::instant;
using testing::runs_between;
using testing::zone_named;

Schedule every(Milliseconds period, WallTime phase, const TimeZone& zone = TimeZone::utc()) {
    return Schedule(EveryGrid{period, phase, false}, zone, {});
}

Schedule every_since_midnight(Milliseconds period, const TimeZone& zone) {
    return Schedule(EveryGrid{period, {}, true}, zone, {});
}

TEST(Schedule, is_small) {
    EXPECT_LE(sizeof(Schedule), 150U);
}

TEST(Schedule, is_strictly_after_an_input_with_milliseconds) {
    const Schedule schedule = cron_schedule("* * * * *", TimeZone::utc());
    const WallTime noon = instant("2027-01-15T12:00:00Z", TimeZone::utc());

    EXPECT_EQ(schedule.next_after(noon - Milliseconds(1))->at, noon);
    EXPECT_EQ(schedule.next_after(noon)->at, noon + minutes(1));
    EXPECT_EQ(schedule.next_after(noon + Milliseconds(1))->at, noon + minutes(1));
}

TEST(Schedule, never_names_a_date_that_does_not_exist) {
    const Schedule schedule = cron_schedule("0 0 30 2 *", zone_named("Europe/Berlin"));

    EXPECT_FALSE(schedule.next_after(WallTime{}).has_value());
    EXPECT_FALSE(schedule.nominal_period(WallTime{}).has_value());
}

TEST(Schedule, bears_instants_at_the_ends_of_time) {
    const Schedule schedule = cron_schedule("0 12 * * *", zone_named("Europe/Berlin"));

    EXPECT_TRUE(schedule.next_after(WallTime::min()).has_value());
    EXPECT_FALSE(schedule.next_after(WallTime::max()).has_value());
    EXPECT_TRUE(every(minutes(7), WallTime{}).next_after(WallTime::min()).has_value());
    EXPECT_TRUE(every_since_midnight(minutes(7), TimeZone::utc()).next_after(WallTime::min()));
}

TEST(Schedule, keeps_an_interval_on_its_grid_in_both_directions) {
    const WallTime phase = instant("2027-01-15T12:00:30Z", TimeZone::utc());
    const Schedule schedule = every(minutes(90), phase);

    EXPECT_EQ(schedule.next_after(phase)->at, phase + minutes(90));
    EXPECT_EQ(schedule.next_after(phase + minutes(89))->at, phase + minutes(90));
    EXPECT_EQ(schedule.next_after(phase + minutes(90))->at, phase + minutes(180));
    EXPECT_EQ(schedule.next_after(phase - minutes(1))->at, phase);
    EXPECT_EQ(schedule.next_after(phase - minutes(90))->at, phase);
}

TEST(Schedule, counts_real_time_from_midnight) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const Schedule schedule = every_since_midnight(hours(5), zone);

    EXPECT_EQ(runs_between(
                  schedule, instant("2027-03-27T23:59", zone), instant("2027-03-29T00:00", zone)),
              (std::vector<std::string>{"2027-03-28T00:00:00+01:00",
                                        "2027-03-28T06:00:00+02:00",
                                        "2027-03-28T11:00:00+02:00",
                                        "2027-03-28T16:00:00+02:00",
                                        "2027-03-28T21:00:00+02:00",
                                        "2027-03-29T00:00:00+02:00"}));
}

TEST(Schedule, begins_the_day_once_where_midnight_comes_twice) {
    const TimeZone zone = zone_named("America/Havana");
    const Schedule schedule = every_since_midnight(hours(12), zone);

    EXPECT_EQ(runs_between(
                  schedule, instant("2027-11-06T13:00", zone), instant("2027-11-07T23:59", zone)),
              (std::vector<std::string>{"2027-11-07T00:00:00-04:00",
                                        "2027-11-07T11:00:00-05:00",
                                        "2027-11-07T23:00:00-05:00"}));
}

// Saint John's set its clock back at 00:01, to 23:01 of the day before.
TEST(Schedule, begins_the_day_once_where_the_clock_goes_back_over_midnight) {
    const TimeZone zone = zone_named("America/St_Johns");
    const Schedule schedule = every_since_midnight(hours(12), zone);

    EXPECT_EQ(runs_between(
                  schedule, instant("2009-10-31T13:00", zone), instant("2009-11-01T23:59", zone)),
              (std::vector<std::string>{"2009-11-01T00:00:00-02:30",
                                        "2009-11-01T11:00:00-03:30",
                                        "2009-11-01T23:00:00-03:30"}));
}

TEST(Schedule, begins_the_day_after_the_gap_where_midnight_or_a_day_is_missing) {
    const TimeZone sao_paulo = zone_named("America/Sao_Paulo");
    const TimeZone apia = zone_named("Pacific/Apia");

    EXPECT_EQ(every_since_midnight(hours(12), sao_paulo)
                  .next_after(instant("2018-11-03T13:00", sao_paulo))
                  ->at,
              instant("2018-11-04T01:00", sao_paulo));
    EXPECT_EQ(
        every_since_midnight(hours(12), apia).next_after(instant("2011-12-29T13:00", apia))->at,
        instant("2011-12-31T00:00", apia));
}

TEST(Schedule, knows_what_is_recurring) {
    AtTimes once;
    once.instants = {WallTime{}};
    AtTimes daily;
    daily.seconds_of_day = {0};

    EXPECT_FALSE(Schedule(once, TimeZone::utc(), {}).is_recurring());
    EXPECT_TRUE(Schedule(daily, TimeZone::utc(), {}).is_recurring());
    EXPECT_TRUE(every(minutes(1), WallTime{}).is_recurring());
    EXPECT_TRUE(cron_schedule("@daily", TimeZone::utc()).is_recurring());
}

TEST(Schedule, takes_the_shortest_of_the_next_distances_for_its_period) {
    const WallTime now = instant("2027-01-15T12:00:00Z", TimeZone::utc());

    EXPECT_EQ(cron_schedule("*/10 * * * *", TimeZone::utc()).nominal_period(now), minutes(10));
    EXPECT_EQ(cron_schedule("0 9,10,18 * * *", TimeZone::utc()).nominal_period(now), hours(1));
    EXPECT_EQ(every(minutes(90), WallTime{}).nominal_period(now), minutes(90));
}

TEST(Schedule, leaves_suppressed_instants_out_of_the_runs) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const Schedule schedule = cron_schedule("* 2 31 10 *", zone);
    const Schedule fixed = cron_schedule("0-59 2 31 10 *", zone);
    const WallTime second_two = instant("2027-10-31T02:00:00+01:00", zone);

    EXPECT_EQ(schedule.next_run_after(second_two)->at, second_two + minutes(1));
    EXPECT_EQ(fixed.next_run_after(second_two)->at, instant("2028-10-31T02:00", zone));
}

}  // namespace
}  // namespace aifp::schedule
