#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::instant;
using testing::runs_between;
using testing::zone_named;

Result<Schedule> made(const char* kind, const char* arguments, WallTime first_armed = {}) {
    model::Trigger trigger;
    trigger.kind = kind;
    trigger.arguments = boost::json::parse(arguments).as_object();
    return make_schedule(trigger, {zone_named("Europe/Berlin"), {}, "lights", first_armed});
}

TEST(make_schedule, makes_times_of_day) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto schedule = made("at", R"({"at": ["18:30", "07:00:15", "18:30"]})");

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-01-15T00:00", zone), instant("2027-01-16T12:00", zone)),
              (std::vector<std::string>{"2027-01-15T07:00:15+01:00",
                                        "2027-01-15T18:30:00+01:00",
                                        "2027-01-16T07:00:15+01:00"}));
}

TEST(make_schedule, keeps_times_of_day_to_their_weekdays) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto schedule = made("at", R"({"at": ["08:00"], "weekdays": ["sat", "sun"]})");

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-01-11T00:00", zone), instant("2027-01-23T12:00", zone)),
              (std::vector<std::string>{"2027-01-16T08:00:00+01:00",
                                        "2027-01-17T08:00:00+01:00",
                                        "2027-01-23T08:00:00+01:00"}));
}

TEST(make_schedule, treats_times_of_day_as_fixed_when_the_clock_changes) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto schedule = made("at", R"({"at": ["02:30", "03:00"]})");

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-03-28T00:00", zone), instant("2027-03-28T23:00", zone)),
              (std::vector<std::string>{"2027-03-28T03:00:00+02:00"}));
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-10-31T00:00", zone), instant("2027-10-31T23:00", zone)),
              (std::vector<std::string>{"2027-10-31T02:30:00+02:00", "2027-10-31T03:00:00+01:00"}));
}

TEST(make_schedule, mixes_single_instants_with_times_of_day) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto schedule = made(
        "at",
        R"({"at": ["08:00", "2027-01-16T08:00:00", "2027-01-15T20:00:00Z", "2027-01-15T09:30:00+02:00"]})");

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-01-15T00:00", zone), instant("2027-01-16T23:00", zone)),
              (std::vector<std::string>{"2027-01-15T08:00:00+01:00",
                                        "2027-01-15T08:30:00+01:00",
                                        "2027-01-15T21:00:00+01:00",
                                        "2027-01-16T08:00:00+01:00"}));
}

TEST(make_schedule, never_fires_single_instants_of_the_past) {
    const auto schedule = made("at", R"({"at": ["2027-01-15T08:00:00Z"]})");
    const WallTime at = instant("2027-01-15T08:00:00Z", TimeZone::utc());

    ASSERT_TRUE(schedule.has_value());
    EXPECT_FALSE(schedule->is_recurring());
    EXPECT_EQ(schedule->next_after(at - minutes(1))->at, at);
    EXPECT_FALSE(schedule->next_after(at).has_value());
}

TEST(make_schedule, runs_a_single_instant_even_where_the_overlap_is_skipped) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto schedule = made("at", R"({"at": ["02:30", "2027-10-31T02:30:00+01:00"]})");

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(runs_between(
                  *schedule, instant("2027-10-31T00:00", zone), instant("2027-10-31T23:00", zone)),
              (std::vector<std::string>{"2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"}));
}

TEST(make_schedule, makes_cron_with_the_name_for_the_hash) {
    const auto schedule = made("cron", R"({"cron": "~ 3 * * *"})");
    const Schedule same(*parse_cron("~ 3 * * *", "lights"), zone_named("Europe/Berlin"), {});

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(schedule->next_after(WallTime{})->at, same.next_after(WallTime{})->at);
}

TEST(make_schedule, anchors_every_at_the_start) {
    const WallTime armed = instant("2027-01-15T08:00:07Z", TimeZone::utc());
    const auto schedule = made("every", R"({"every": "10m"})", armed);

    ASSERT_TRUE(schedule.has_value());
    EXPECT_EQ(schedule->next_after(armed)->at, armed + minutes(10));
}

TEST(make_schedule, keeps_the_grid_when_a_stored_cursor_is_the_anchor) {
    const WallTime armed = instant("2027-01-15T08:00:07Z", TimeZone::utc());
    const auto before = made("every", R"({"every": "7m"})", armed);
    const WallTime cursor = before->next_after(armed + hours(5))->at;
    const auto after = made("every", R"({"every": "7m"})", cursor);

    EXPECT_EQ(after->next_after(armed + hours(9))->at, before->next_after(armed + hours(9))->at);
}

TEST(make_schedule, knows_what_every_counts_from) {
    const WallTime now = instant("2027-01-15T12:00:00Z", TimeZone::utc());
    EXPECT_EQ(made("every", R"({"every": "7m"})", now)->counts_from(), CountsFrom::anchor);
    EXPECT_EQ(made("every", R"({"every": "7m", "after_previous": "start"})", now)->counts_from(),
              CountsFrom::run_start);
    auto schedule = made("every", R"({"every": "7m", "after_previous": "end"})", now);
    EXPECT_EQ(schedule->counts_from(), CountsFrom::run_end);
    schedule->count_from(now + minutes(1));
    EXPECT_EQ(schedule->next_after(now - hours(1))->at, now + minutes(8))
        << "nothing lies before the run";
}

TEST(make_schedule, anchors_every_at_the_epoch_and_at_midnight) {
    const WallTime now = instant("2027-01-15T08:00:07Z", TimeZone::utc());
    const auto epoch = made("every", R"({"every": "7m", "anchor": "epoch"})", now);
    const auto midnight = made("every", R"({"every": "7h", "anchor": "midnight"})", now);

    EXPECT_EQ(to_unix_ms(epoch->next_after(now)->at) % (7 * 60'000), 0);
    EXPECT_EQ(midnight->next_after(now)->at, instant("2027-01-15T14:00:00+01:00", TimeZone::utc()));
}

struct Refusal {
    const char* kind;
    const char* arguments;
    const char* part_of_message;
};

class RefusedTrigger : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedTrigger, is_explained) {
    const auto schedule = made(GetParam().kind, GetParam().arguments);

    ASSERT_FALSE(schedule.has_value());
    EXPECT_EQ(schedule.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(schedule.error().detail().find(GetParam().part_of_message), std::string::npos)
        << schedule.error().detail();
}

INSTANTIATE_TEST_SUITE_P(
    all,
    RefusedTrigger,
    ::testing::Values(
        Refusal{"at", R"({})", "needs a list"},
        Refusal{"at", R"({"at": []})", "needs a list"},
        Refusal{"at", R"({"at": ["25:00"]})", "at: "},
        Refusal{"at", R"({"at": ["2027-02-30T08:00:00"]})", "at: "},
        Refusal{"at", R"({"at": [7]})", "at: "},
        Refusal{"at", R"({"at": ["08:00"], "weekdays": ["mo"]})", "weekdays"},
        Refusal{"at", R"({"at": ["08:00"], "weekdays": []})", "weekdays"},
        Refusal{"at", R"({"at": ["08:00"], "weekdays": "mon"})", "weekdays"},
        Refusal{"cron", R"({})", "`cron` needs a text"},
        Refusal{"cron", R"({"cron": "61 * * * *"})", "minute 61 is out of range"},
        Refusal{"every", R"({})", "every: "},
        Refusal{"every", R"({"every": "500ms"})", "from 1s"},
        Refusal{"every", R"({"every": "4000d"})", "3653d"},
        Refusal{"every", R"({"every": "10m", "anchor": "noon"})", "`noon` is not an anchor"},
        Refusal{"every", R"({"every": "24h", "anchor": "midnight"})", "begin anew"},
        Refusal{"webhook", R"({})", "`webhook` has no schedule"}));

}  // namespace
}  // namespace aifp::schedule
