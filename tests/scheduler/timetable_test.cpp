#include "scheduler/timetable.hpp"

#include <gtest/gtest.h>

#include "scheduler_helpers.hpp"

namespace aifp::scheduler {
namespace {

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

TEST(Timetable, has_nothing_due_when_empty) {
    Timetable table;

    EXPECT_EQ(table.next_due(), std::nullopt);
    EXPECT_TRUE(table.collect(kNoon, kAllRows).empty());
    EXPECT_EQ(table.disarm(DirectiveId{1}), 0U);
    EXPECT_EQ(table.next_run(DirectiveId{1}, kNoon), std::nullopt);
}

TEST(Timetable, begins_a_new_schedule_at_now) {
    Timetable table;

    EXPECT_EQ(table.arm(request(1, cron("* * * * *")), kNoon), kNoon);

    EXPECT_EQ(table.next_due(), kNoon + minutes(1));
    EXPECT_TRUE(table.collect(kNoon + seconds(59), kAllRows).empty());
}

TEST(Timetable, hands_out_each_instant_once_with_its_cursor) {
    Timetable table;
    table.arm(request(7, cron("* * * * *")), kNoon);

    const auto rows = table.collect(kNoon + minutes(1), kAllRows);

    ASSERT_EQ(shown(rows), (Lines{"12:01:00 run"}));
    EXPECT_EQ(rows[0].directive, DirectiveId{7});
    EXPECT_EQ(rows[0].decided_until, kNoon + minutes(1));
    EXPECT_EQ(rows[0].detail, "");
    EXPECT_TRUE(table.collect(kNoon + minutes(1), kAllRows).empty());
    EXPECT_EQ(table.next_due(), kNoon + minutes(2));
}

TEST(Timetable, counts_what_was_due_and_is_not_decided) {
    Timetable table;
    for (int directive = 1; directive <= 20; ++directive) {
        table.arm(request(directive, cron(std::to_string(directive) + " * * * *")), kNoon);
    }
    table.disarm(DirectiveId{3});

    EXPECT_EQ(table.count_due(kNoon), 0U);
    EXPECT_EQ(table.count_due(kNoon + minutes(5)), 4U);
    EXPECT_EQ(table.count_due(kNoon + hours(1)), 19U);
    EXPECT_EQ(table.collect(kNoon + minutes(5), kAllRows).size(), 4U);
    EXPECT_EQ(table.count_due(kNoon + minutes(5)), 0U);
}

TEST(Timetable, hands_out_the_earliest_first) {
    Timetable table;
    table.arm(request(1, cron("3 * * * *")), kNoon);
    table.arm(request(2, cron("1 * * * *")), kNoon);
    table.arm(request(3, cron("2 * * * *")), kNoon);

    EXPECT_EQ(shown(table.collect(kNoon + minutes(5), kAllRows)),
              (Lines{"12:01:00 run", "12:02:00 run", "12:03:00 run"}));
}

TEST(Timetable, keeps_the_rest_for_the_next_call) {
    Timetable table;
    for (int i = 0; i < 5; ++i) {
        table.arm(request(i + 1, cron("0 * * * *")), kNoon);
    }

    EXPECT_EQ(table.collect(kNoon + hours(1), 2).size(), 2U);
    EXPECT_EQ(table.next_due(), kNoon + hours(1));
    EXPECT_EQ(table.collect(kNoon + hours(1), kAllRows).size(), 3U);
    EXPECT_EQ(table.next_due(), kNoon + hours(2));
}

ArmRequest resting(schedule::Schedule schedule) {
    auto made = request(1, std::move(schedule));
    made.at_rest = model::Reason::paused;
    return made;
}

TEST(Timetable, records_the_first_instant_at_rest_when_it_comes_and_gathers_the_others) {
    Timetable table;
    table.arm(resting(cron("*/10 * * * *")), kNoon);

    EXPECT_EQ(shown(table.collect(kNoon + minutes(10), kAllRows)), (Lines{"12:10:00 paused"}));
    EXPECT_TRUE(table.collect(kNoon + minutes(69), kAllRows).empty());
    const auto rows = table.collect(kNoon + minutes(70), kAllRows);
    ASSERT_FALSE(rows.empty());
    EXPECT_LE(rows.size(), 2U);
    EXPECT_EQ(rows[0].reason, model::Reason::paused);
    EXPECT_EQ(rows.back().decided_until, kNoon + minutes(70));
}

TEST(Timetable, leaves_no_instant_of_a_rest_undecided) {
    Timetable table;
    table.arm(resting(cron("*/10 * * * *")), kNoon);
    ASSERT_EQ(table.collect(kNoon + minutes(10), kAllRows).size(), 1U);

    const auto rows = table.collect_of(DirectiveId{1}, kNoon + minutes(45));

    ASSERT_EQ(shown(rows), (Lines{"12:40:00 paused x3"}));
    EXPECT_EQ(rows[0].decided_until, kNoon + minutes(40));
    EXPECT_TRUE(table.collect_of(DirectiveId{1}, kNoon + minutes(45)).empty());
}

TEST(Timetable, shows_no_next_run_of_a_schedule_at_rest) {
    Timetable table;
    table.arm(resting(cron("*/10 * * * *")), kNoon);
    EXPECT_EQ(table.next_run(DirectiveId{1}, kNoon), std::nullopt);
    EXPECT_EQ(table.next_due(), kNoon + minutes(10));
}

TEST(Timetable, replaces_the_schedule_of_the_same_trigger) {
    Timetable table;
    table.arm(request(1, cron("1 * * * *")), kNoon);
    table.arm(request(1, cron("2 * * * *")), kNoon);

    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(table.next_due(), kNoon + minutes(2));
}

TEST(Timetable, keeps_the_triggers_of_a_directive_apart) {
    Timetable table;
    ArmRequest second = request(1, cron("2 * * * *"));
    second.trigger_index = 1;
    table.arm(request(1, cron("1 * * * *")), kNoon);
    table.arm(second, kNoon);

    const auto rows = table.collect(kNoon + minutes(2), kAllRows);

    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].trigger_index, 0U);
    EXPECT_EQ(rows[1].trigger_index, 1U);
    EXPECT_EQ(table.disarm(DirectiveId{1}), 2U);
}

TEST(Timetable, forgets_a_disarmed_directive_and_reuses_its_place) {
    Timetable table;
    table.arm(request(1, cron("1 * * * *")), kNoon);
    table.disarm(DirectiveId{1});
    EXPECT_EQ(table.next_due(), std::nullopt);

    table.arm(request(2, cron("5 * * * *")), kNoon);

    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(table.next_due(), kNoon + minutes(5));
}

TEST(Timetable, does_not_grow_with_the_number_of_reloads) {
    Timetable table;
    for (int i = 0; i < 100'000; ++i) {
        table.arm(request(1, cron("0 0 1 1 *")), kNoon);
    }
    EXPECT_EQ(shown(table.collect(instant("2028-01-01T00:00:00Z"), kAllRows)),
              (Lines{"00:00:00 run"}));
    EXPECT_EQ(table.next_due(), instant("2029-01-01T00:00:00Z"));
}

TEST(Timetable, goes_on_from_the_stored_cursor) {
    Timetable table;
    ArmRequest stored = request(1, cron("*/10 * * * *"));
    stored.decided_until = kNoon - minutes(10);

    EXPECT_EQ(table.arm(stored, kNoon + minutes(1)), kNoon - minutes(10));
    EXPECT_EQ(shown(table.collect(kNoon + minutes(1), kAllRows)), (Lines{"12:00:00 run"}));
}

TEST(Timetable, does_not_believe_a_cursor_far_in_the_future) {
    Timetable table;
    ArmRequest stored = request(1, cron("*/10 * * * *"));
    stored.decided_until = kNoon + hours(24 * 365);

    EXPECT_EQ(table.arm(stored, kNoon), kNoon);
    EXPECT_EQ(table.next_due(), kNoon + minutes(10));
}

TEST(Timetable, waits_for_a_cursor_a_little_ahead) {
    Timetable table;
    ArmRequest stored = request(1, cron("*/10 * * * *"));
    stored.decided_until = kNoon + minutes(20);

    table.arm(stored, kNoon);

    EXPECT_EQ(table.next_due(), kNoon + minutes(30));
}

TEST(Timetable, never_wakes_for_what_cannot_fire) {
    Timetable table;
    table.arm(request(1, cron("0 0 30 2 *")), kNoon);

    EXPECT_EQ(table.next_due(), std::nullopt);
    EXPECT_EQ(table.next_run(DirectiveId{1}, kNoon), std::nullopt);
    EXPECT_EQ(table.size(), 1U);
}

TEST(Timetable, shows_the_next_run_of_any_trigger_and_never_a_past_one) {
    Timetable table;
    ArmRequest second = request(1, cron("30 * * * *"));
    second.trigger_index = 1;
    table.arm(request(1, cron("45 * * * *")), kNoon);
    table.arm(second, kNoon);

    EXPECT_EQ(table.next_run(DirectiveId{1}, kNoon), kNoon + minutes(30));
    EXPECT_EQ(table.next_run(DirectiveId{1}, kNoon + minutes(31)), kNoon + minutes(45));
}

TEST(Timetable, gives_rows_to_instants_that_the_clock_change_removed) {
    Timetable table;
    const TimeZone berlin = testing::zone_named("Europe/Berlin");
    table.arm(request(1, cron("30 2 * * *", berlin)), instant("2027-10-31T00:00:00Z"));

    const auto first = table.collect(instant("2027-10-31T00:30:00Z"), kAllRows);
    const auto second = table.collect(instant("2027-10-31T01:30:00Z"), kAllRows);

    EXPECT_EQ(shown(first), (Lines{"00:30:00 run"}));
    EXPECT_EQ(shown(second), (Lines{"01:30:00 dst_overlap"}));
    EXPECT_EQ(second[0].decided_until, instant("2027-10-31T01:30:00Z"));
}

TEST(Timetable, says_in_the_row_what_the_gap_removed) {
    Timetable table;
    const TimeZone berlin = testing::zone_named("Europe/Berlin");
    table.arm(request(1, cron("0,30 2 * * *", berlin)), instant("2027-03-28T00:00:00Z"));
    table.arm(request(2, cron("30 2 * * *", berlin, {model::DstRule::Gap::skip, {}})),
              instant("2027-03-28T00:00:00Z"));

    const auto rows = table.collect(instant("2027-03-28T01:00:00Z"), kAllRows);

    ASSERT_EQ(shown(rows), (Lines{"01:00:00 run", "01:00:00 dst_gap"}));
    EXPECT_EQ(rows[0].detail,
              "02:00 and 02:30 do not exist on 2027-03-28 (clock set forward); run once instead");
}

}  // namespace
}  // namespace aifp::scheduler
