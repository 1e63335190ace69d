// Intervals that are counted from runs. (docs/decisions/0013, reference/semantics.md 3.8)
#include <gtest/gtest.h>

#include "scheduler/timetable.hpp"
#include "scheduler_helpers.hpp"

namespace aifp::scheduler {
namespace {

using schedule::CountsFrom;
using std::chrono::hours;
using std::chrono::minutes;
using testing::instant;
using testing::kAllRows;
using testing::request;
using testing::shown;
using Lines = std::vector<std::string>;

constexpr DirectiveId kOne{1};
const WallTime kNoon = instant("2027-01-15T12:00:00Z");

ArmRequest every_ten(CountsFrom counts_from) {
    schedule::EveryGrid grid;
    grid.period = minutes(10);
    grid.phase = kNoon - minutes(3);
    grid.counts_from = counts_from;
    return request(1, schedule::Schedule(grid, TimeZone::utc(), {}));
}

TEST(CountingRuns, begins_a_period_after_it_was_armed) {
    Timetable table;
    table.arm(every_ten(CountsFrom::run_end), kNoon);
    EXPECT_EQ(table.next_due(), kNoon + minutes(10)) << "wherever the anchor would be";
}

TEST(CountingRuns, goes_on_a_period_after_the_start) {
    Timetable table;
    table.arm(every_ten(CountsFrom::run_start), kNoon);
    ASSERT_EQ(table.collect(kNoon + minutes(10), kAllRows).size(), 1U);
    const auto moved = table.count_from(kOne, CountsFrom::run_start, kNoon + minutes(12));
    ASSERT_EQ(moved.size(), 1U);
    EXPECT_EQ(moved[0].decided_until, kNoon + minutes(12));
    EXPECT_EQ(table.next_due(), kNoon + minutes(22));
    EXPECT_TRUE(table.count_from(kOne, CountsFrom::run_end, kNoon + minutes(15)).empty());
    EXPECT_EQ(table.next_due(), kNoon + minutes(22));
}

TEST(CountingRuns, is_not_due_while_a_run_is_under_way_and_then_a_period_after_its_end) {
    Timetable table;
    table.arm(every_ten(CountsFrom::run_end), kNoon);
    ASSERT_EQ(table.collect(kNoon + minutes(10), kAllRows).size(), 1U);
    table.set_running(kOne, true);
    EXPECT_EQ(table.next_due(), std::nullopt);
    EXPECT_EQ(table.next_run(kOne, kNoon), std::nullopt);
    EXPECT_TRUE(table.waits_for_end(kOne));
    EXPECT_TRUE(table.collect(kNoon + hours(2), kAllRows).empty());
    EXPECT_TRUE(table.collect_of(kOne, kNoon + hours(2)).empty());

    EXPECT_EQ(table.count_from(kOne, CountsFrom::run_end, kNoon + hours(2)).size(), 1U);
    table.set_running(kOne, false);
    EXPECT_EQ(table.next_due(), kNoon + hours(2) + minutes(10));
    EXPECT_FALSE(table.waits_for_end(kOne));
}

TEST(CountingRuns, counts_an_instant_that_did_not_run_as_one_that_took_no_time) {
    Timetable table;
    table.arm(every_ten(CountsFrom::run_end), kNoon);
    static_cast<void>(table.count_from(kOne, CountsFrom::run_end, kNoon + minutes(1)));
    EXPECT_EQ(shown(table.collect(kNoon + minutes(11), kAllRows)), (Lines{"12:11:00 run"}));
    EXPECT_EQ(table.next_due(), kNoon + minutes(21));
}

TEST(CountingRuns, goes_on_from_where_the_cursor_was_stored) {
    Timetable table;
    auto stored = every_ten(CountsFrom::run_end);
    stored.decided_until = kNoon - minutes(4);
    EXPECT_EQ(table.arm(stored, kNoon), kNoon - minutes(4));
    EXPECT_EQ(table.next_due(), kNoon + minutes(6));
}

TEST(CountingRuns, begins_anew_when_the_clock_goes_far_back) {
    Timetable table;
    table.arm(every_ten(CountsFrom::run_end), kNoon);
    static_cast<void>(table.count_from(kOne, CountsFrom::run_end, kNoon + minutes(1)));
    const auto now = kNoon - hours(10);
    EXPECT_EQ(table.on_clock_changed(now).rearmed.size(), 1U);
    EXPECT_EQ(table.next_due(), now + minutes(10));
}

TEST(CountingRuns, moves_no_schedule_that_has_an_anchor) {
    Timetable table;
    table.arm(every_ten(CountsFrom::anchor), kNoon);
    EXPECT_FALSE(table.counts_runs(kOne));
    for (const auto moment : {CountsFrom::anchor, CountsFrom::run_start, CountsFrom::run_end}) {
        EXPECT_TRUE(table.count_from(kOne, moment, kNoon + minutes(5)).empty());
    }
    table.set_running(kOne, true);
    EXPECT_EQ(table.next_due(), kNoon + minutes(7));
}

}  // namespace
}  // namespace aifp::scheduler
