#include <gtest/gtest.h>

#include "scheduler_helpers.hpp"

namespace aifp::scheduler {
namespace {

using model::Misfire;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::cron;
using testing::instant;
using testing::kAllRows;
using testing::request;
using testing::shown;
using Lines = std::vector<std::string>;

const WallTime kNoon = instant("2027-01-15T12:00:00Z");

/// A daemon that was down from noon until `now`.
std::vector<Due> after_outage(const char* expression,
                              Misfire misfire,
                              WallTime now,
                              std::optional<Milliseconds> grace = {}) {
    Timetable table;
    ArmRequest stored = request(1, cron(expression));
    stored.decided_until = kNoon;
    stored.misfire = misfire;
    stored.grace = grace;
    table.arm(stored, now);
    auto rows = table.collect(now, kAllRows);
    EXPECT_TRUE(table.collect(now, kAllRows).empty()) << "an instant came twice";
    return rows;
}

TEST(misfire, runs_once_what_is_late_within_the_grace) {
    EXPECT_EQ(shown(after_outage("0 * * * *", Misfire::skip, kNoon + hours(1) + minutes(20))),
              (Lines{"13:00:00 run"}));
}

TEST(misfire, takes_the_period_for_the_grace_but_no_more_than_an_hour) {
    EXPECT_EQ(shown(after_outage("0 18 * * *", Misfire::skip, kNoon + hours(7))),
              (Lines{"18:00:00 run"}));
    EXPECT_EQ(shown(after_outage("0 18 * * *", Misfire::skip, kNoon + hours(7) + Milliseconds(1))),
              (Lines{"18:00:00 misfire_skipped"}));
    EXPECT_EQ(shown(after_outage("*/10 12 * * *", Misfire::skip, kNoon + minutes(61))),
              (Lines{"12:50:00 misfire_skipped x5"}));
}

TEST(misfire, skips_with_one_row_and_runs_what_is_in_time) {
    const auto rows = after_outage("*/10 * * * *", Misfire::skip, kNoon + minutes(65));

    ASSERT_EQ(shown(rows), (Lines{"12:50:00 misfire_skipped x5", "13:00:00 run"}));
    EXPECT_EQ(rows[0].detail,
              "5 from 2027-01-15T12:10:00+00:00 to 2027-01-15T12:50:00+00:00, later than the grace "
              "of 10m");
    EXPECT_EQ(rows[0].decided_until, kNoon) << "only the last row moves the cursor";
    EXPECT_EQ(rows[1].decided_until, kNoon + minutes(60));
}

TEST(misfire, runs_once_for_all_that_were_missed) {
    const auto rows = after_outage("0 12-14 * * *", Misfire::once, kNoon + hours(8));

    ASSERT_EQ(shown(rows), (Lines{"13:00:00 coalesced_into", "14:00:00 run"}));
    EXPECT_EQ(rows[0].detail,
              "1 from 2027-01-15T13:00:00+00:00 to 2027-01-15T13:00:00+00:00 became one run, for "
              "2027-01-15T14:00:00+00:00");
    EXPECT_EQ(rows[1].detail, "late by 6h");
}

TEST(misfire, runs_once_for_the_missed_and_those_in_time_together) {
    EXPECT_EQ(shown(after_outage("*/10 * * * *", Misfire::once, kNoon + minutes(65))),
              (Lines{"12:50:00 coalesced_into x5", "13:00:00 run"}));
}

TEST(misfire, makes_one_run_of_several_instants_within_the_grace) {
    EXPECT_EQ(shown(after_outage("*/10 * * * *", Misfire::skip, kNoon + minutes(35), hours(1))),
              (Lines{"12:20:00 coalesced_into x2", "12:30:00 run"}));
}

TEST(misfire, runs_each_when_told_so_with_a_cursor_for_each) {
    const auto rows = after_outage("*/10 * * * *", Misfire::all, kNoon + minutes(35));

    ASSERT_EQ(shown(rows), (Lines{"12:10:00 run", "12:20:00 run", "12:30:00 run"}));
    EXPECT_EQ(rows[0].decided_until, kNoon + minutes(10));
    EXPECT_EQ(rows[1].decided_until, kNoon + minutes(20));
    EXPECT_EQ(rows[2].decided_until, kNoon + minutes(30));
}

TEST(misfire, runs_no_more_than_the_cap_and_names_the_rest) {
    const auto rows = after_outage("* * * * *", Misfire::all, kNoon + minutes(160) + seconds(5));

    ASSERT_EQ(rows.size(), 102U);
    EXPECT_EQ(shown(rows)[99], "13:40:00 run");
    EXPECT_EQ(shown(rows)[100], "14:39:00 misfire_skipped x59");
    EXPECT_EQ(rows[100].detail,
              "59 from 2027-01-15T13:41:00+00:00 to 2027-01-15T14:39:00+00:00, over the 100 runs "
              "made up for");
    EXPECT_EQ(shown(rows)[101], "14:40:00 run") << "this one is in time";
    EXPECT_EQ(rows[101].decided_until, kNoon + minutes(160));
}

std::vector<std::optional<Milliseconds>> caught_up(const std::vector<Due>& rows) {
    std::vector<std::optional<Milliseconds>> pauses;
    for (const Due& row : rows) {
        pauses.push_back(row.caught_up);
    }
    return pauses;
}

std::vector<Due> after_outage_of(ArmRequest stored, WallTime now) {
    Timetable table;
    stored.decided_until = kNoon;
    table.arm(std::move(stored), now);
    return table.collect(now, kAllRows);
}

using Pauses = std::vector<std::optional<Milliseconds>>;

TEST(misfire, spreads_what_is_made_up_for_by_the_period_or_ten_seconds) {
    const auto minutely = after_outage("* * * * *", Misfire::all, kNoon + minutes(3), seconds(0));
    EXPECT_EQ(caught_up(minutely), (Pauses{seconds(0), seconds(10), seconds(20)}));
    const auto quick = after_outage("* * * * * *", Misfire::all, kNoon + seconds(3), seconds(0));
    EXPECT_EQ(caught_up(quick), (Pauses{seconds(0), seconds(1), seconds(2)}));
}

TEST(misfire, spreads_by_its_stagger_and_ends_at_its_cap) {
    ArmRequest stored = request(1, cron("* * * * *"));
    stored.misfire = Misfire::all;
    stored.grace = seconds(0);
    stored.cap = 2;
    stored.stagger = minutes(5);
    const auto rows = after_outage_of(stored, kNoon + minutes(10) + seconds(1));
    EXPECT_EQ(shown(rows), (Lines{"12:01:00 run", "12:02:00 run", "12:10:00 misfire_skipped x8"}));
    EXPECT_EQ(caught_up(rows), (Pauses{seconds(0), minutes(5), std::nullopt}));
}

TEST(misfire, does_not_put_off_what_is_in_time) {
    const auto skipping = after_outage("*/10 * * * *", Misfire::skip, kNoon + minutes(65));
    EXPECT_EQ(caught_up(skipping), (Pauses{std::nullopt, std::nullopt}));
    const auto all = after_outage("*/10 * * * *", Misfire::all, kNoon + minutes(15));
    EXPECT_EQ(caught_up(all), (Pauses{std::nullopt})) << "late, but within the grace";
}

TEST(misfire, bounds_rows_and_work_after_a_year) {
    const WallTime now = kNoon + hours(24 * 365);

    const auto skipped = after_outage("* * * * * *", Misfire::skip, now);
    const auto once = after_outage("* * * * * *", Misfire::once, now);
    const auto all = after_outage("* * * * * *", Misfire::all, now);

    ASSERT_EQ(skipped.size(), 2U);
    EXPECT_EQ(skipped[0].scheduled_for, now - seconds(2));
    EXPECT_EQ(skipped[0].instants, 1001U);
    EXPECT_EQ(skipped[0].detail.substr(0, 14), "more than 1001");
    EXPECT_EQ(skipped[1].scheduled_for, now);
    EXPECT_EQ(once.size(), 2U);
    EXPECT_EQ(once[1].decided_until, now);
    EXPECT_EQ(all.size(), 102U);
    EXPECT_EQ(all.back().decided_until, now);
}

TEST(misfire, bounds_the_work_when_all_lies_within_the_grace) {
    const WallTime now = kNoon + minutes(30);

    const auto rows = after_outage("* * * * * *", Misfire::skip, now, hours(1));

    EXPECT_EQ(shown(rows), (Lines{"12:16:40 coalesced_into x1000", "12:30:00 run"}));
    EXPECT_EQ(rows[0].detail.substr(0, 14), "more than 1000");
}

TEST(misfire, counts_instants_that_the_clock_change_removed_apart) {
    const TimeZone berlin = testing::zone_named("Europe/Berlin");
    Timetable table;
    ArmRequest stored = request(1, cron("30 2 * * *", berlin));
    stored.decided_until = instant("2027-10-29T12:00:00Z");
    table.arm(stored, instant("2027-11-02T12:00:00Z"));

    EXPECT_EQ(shown(table.collect(instant("2027-11-02T12:00:00Z"), kAllRows)),
              (Lines{"01:30:00 dst_overlap", "01:30:00 misfire_skipped x4"}));
}

TEST(misfire, treats_a_single_missed_instant_alike) {
    schedule::AtTimes plan;
    plan.instants = {kNoon + minutes(5)};
    Timetable table;
    ArmRequest stored = request(1, schedule::Schedule(plan, TimeZone::utc(), {}));
    stored.decided_until = kNoon;
    table.arm(stored, kNoon + hours(2));

    EXPECT_EQ(shown(table.collect(kNoon + hours(2), kAllRows)),
              (Lines{"12:05:00 misfire_skipped"}));
    EXPECT_EQ(table.next_due(), std::nullopt);
}

TEST(misfire, keeps_an_interval_on_its_grid) {
    Timetable table;
    ArmRequest stored = request(
        1, schedule::Schedule(schedule::EveryGrid{minutes(7), kNoon, false}, TimeZone::utc(), {}));
    stored.decided_until = kNoon;
    table.arm(stored, kNoon + hours(24 * 30));

    const auto rows = table.collect(kNoon + hours(24 * 30), kAllRows);

    ASSERT_FALSE(rows.empty());
    EXPECT_EQ((rows.back().decided_until - kNoon) % minutes(7), Milliseconds(0));
}

}  // namespace
}  // namespace aifp::scheduler
