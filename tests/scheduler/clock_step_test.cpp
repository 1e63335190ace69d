#include <gtest/gtest.h>

#include "scheduler_helpers.hpp"

namespace aifp::scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::cron;
using testing::instant;
using testing::kAllRows;
using testing::request;
using testing::shown;
using Lines = std::vector<std::string>;

const WallTime kNoon = instant("2027-01-15T12:00:00Z");

Timetable table_at_noon(const char* expression) {
    Timetable table;
    table.arm(request(1, cron(expression)), kNoon - minutes(1));
    EXPECT_EQ(table.collect(kNoon, kAllRows).size(), 1U);
    return table;
}

TEST(on_clock_changed, changes_nothing_when_the_clock_went_forward) {
    Timetable table = table_at_noon("0 * * * *");

    const ClockReview review = table.on_clock_changed(kNoon + hours(5) + minutes(30));

    EXPECT_EQ(review.stepped_back, Milliseconds(0));
    EXPECT_TRUE(review.rearmed.empty());
    EXPECT_EQ(review.note, "");
    EXPECT_EQ(shown(table.collect(kNoon + hours(5) + minutes(30), kAllRows)),
              (Lines{"16:00:00 misfire_skipped x4", "17:00:00 run"}));
}

TEST(on_clock_changed, runs_nothing_twice_after_a_small_step_back) {
    Timetable table = table_at_noon("*/10 * * * *");

    const ClockReview review = table.on_clock_changed(kNoon - minutes(30));

    EXPECT_EQ(review.stepped_back, minutes(30));
    EXPECT_TRUE(review.rearmed.empty());
    EXPECT_NE(review.note, "");
    EXPECT_TRUE(table.collect(kNoon, kAllRows).empty());
    EXPECT_EQ(table.next_due(), kNoon + minutes(10));
}

TEST(on_clock_changed, begins_anew_after_a_big_step_back) {
    Timetable table = table_at_noon("*/10 * * * *");
    const WallTime now = kNoon - hours(24) + minutes(5);

    const ClockReview review = table.on_clock_changed(now);

    ASSERT_EQ(review.rearmed.size(), 1U);
    EXPECT_EQ(review.rearmed[0].directive, DirectiveId{1});
    EXPECT_EQ(review.rearmed[0].decided_until, now);
    EXPECT_NE(review.note, "");
    EXPECT_TRUE(table.collect(now, kAllRows).empty()) << "nothing is replayed";
    EXPECT_EQ(table.next_due(), now + minutes(5));
}

TEST(on_clock_changed, leaves_schedules_alone_that_were_decided_before_the_new_time) {
    Timetable table;
    table.arm(request(1, cron("0 0 1 2 *")), kNoon - hours(48));
    (void)table.collect(kNoon, kAllRows);

    const ClockReview review = table.on_clock_changed(kNoon - hours(24));

    EXPECT_TRUE(review.rearmed.empty());
    EXPECT_EQ(table.next_due(), instant("2027-02-01T00:00:00Z"));
}

TEST(on_clock_changed, adds_small_steps_up) {
    Timetable table = table_at_noon("*/10 * * * *");

    EXPECT_TRUE(table.on_clock_changed(kNoon - hours(2)).rearmed.empty());
    EXPECT_EQ(table.on_clock_changed(kNoon - hours(4)).rearmed.size(), 1U);
    EXPECT_EQ(table.on_clock_changed(kNoon - hours(4)).stepped_back, Milliseconds(0));
}

TEST(on_clock_changed, passes_over_disarmed_directives) {
    Timetable table = table_at_noon("*/10 * * * *");
    table.disarm(DirectiveId{1});

    EXPECT_TRUE(table.on_clock_changed(kNoon - hours(24)).rearmed.empty());
}

// A machine without a clock of its own starts in the past, and the network sets it right.
TEST(on_clock_changed, survives_a_start_with_a_wrong_clock) {
    Timetable table;
    table.arm(request(1, cron("0 * * * *")), instant("1970-01-01T00:00:10Z"));

    (void)table.on_clock_changed(kNoon + minutes(1));
    const auto rows = table.collect(kNoon + minutes(1), kAllRows);

    ASSERT_EQ(shown(rows).size(), 2U);
    EXPECT_EQ(shown(rows)[1], "12:00:00 run");
    EXPECT_EQ(table.next_due(), kNoon + hours(1));
}

}  // namespace
}  // namespace aifp::scheduler
