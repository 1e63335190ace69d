// When a directive may not start: period, calendars, snooze. On the fake clock, across crashes.
#include "tests/engine/flow_limits_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_F(FlowLimitsOfDirective, nothing_runs_outside_its_period) {
    write_bell("starts_at: 2999-01-01T00:00:00Z\n");
    start();
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"outside_period", 1}}));
    EXPECT_EQ(newest("detail"), "it starts at 2999-01-01T00:00:00+00:00");
}

TEST_F(FlowLimitsOfDirective, a_calendar_forbids_and_moves_the_next_instant) {
    auto made = config::read_settings(document::SourceText(
        "engine.yaml", "timezone: UTC\ncalendars: {never: [2000-01-01], always: [00:00-24:00]}\n"));
    settings = std::move(made.settings);
    write_bell("calendars: {exclude: [always]}\n");
    write_file(
        "directives/beat.yaml",
        "name: beat\ntrigger: {every: 1h}\ncalendars: {include: [never]}\naction: {log: x}\n");
    start();
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"blackout", 1}}));
    EXPECT_EQ(newest("detail"), "calendar always");
    EXPECT_TRUE(shown("beat").at("next_due").is_null());
}

TEST_F(FlowLimitsOfDirective, the_blackout_of_the_project_holds_for_all) {
    auto made = config::read_settings(document::SourceText(
        "engine.yaml", "timezone: UTC\ncalendars: {always: [00:00-24:00]}\nblackout: [always]\n"));
    settings = std::move(made.settings);
    write_bell("");
    start();
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"blackout", 1}}));
}

TEST_F(FlowLimitsOfDirective, a_calendar_that_goes_is_an_error_that_its_return_mends) {
    auto made = config::read_settings(document::SourceText(
        "engine.yaml", "timezone: UTC\ncalendars: {holidays: [2000-01-01]}\n"));
    settings = std::move(made.settings);
    write_bell("calendars: {exclude: [holidays]}\n");
    start();
    EXPECT_EQ(status_of("bell"), "active");
    const auto calendars = std::exchange(settings.calendars, {});
    engine->settings_changed();
    EXPECT_EQ(status_of("bell"), "error");
    EXPECT_EQ(text(shown("bell"), "status_reason"), "the settings have no calendar holidays");
    settings.calendars = calendars;
    engine->settings_changed();
    EXPECT_EQ(status_of("bell"), "active");
}

class SnoozeOfDirective : public FlowLimitsOfDirective {
protected:
    Result<boost::json::value> snooze(const std::string& until) {
        return ask([&](Control& control, auto answer) {
            control.snooze("bell", until, "uid 1000", answer);
        });
    }
    Result<boost::json::value> unsnooze() {
        return ask(
            [&](Control& control, auto answer) { control.unsnooze("bell", "uid 1000", answer); });
    }
};

TEST_F(SnoozeOfDirective, events_meanwhile_are_recorded_and_it_comes_back_by_itself) {
    write_bell("");
    start();
    const auto said = snooze("2h");
    ASSERT_TRUE(said) << said.error().detail();
    EXPECT_FALSE(said->at("snoozed_until").is_null());
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"snoozed", 1}}));
    EXPECT_NE(newest("detail").find(", by uid 1000"), std::string::npos);
    EXPECT_EQ(text(shown("bell"), "snoozed_by"), "uid 1000");
    pass(hours(2));
    EXPECT_TRUE(shown("bell").at("snoozed_until").is_null());
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"snoozed", 1}, {"started", 1}}));
}

TEST_F(SnoozeOfDirective, survives_a_crash_and_ends_on_time) {
    write_bell("");
    start();
    ASSERT_TRUE(snooze("2h"));
    crash_for(hours(1));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"snoozed", 1}}));
    crash_for(hours(1));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"snoozed", 1}, {"started", 1}}));
}

TEST_F(SnoozeOfDirective, can_be_ended_before) {
    write_bell("");
    start();
    ASSERT_TRUE(snooze("2h"));
    ASSERT_TRUE(unsnooze());
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));
    crash_for(Seconds(1));
    EXPECT_TRUE(shown("bell").at("snoozed_until").is_null());
    EXPECT_EQ(unsnooze().error().code(), ErrorCode::conflict);
}

TEST_F(SnoozeOfDirective, says_what_is_wrong_with_the_time) {
    write_bell("");
    start();
    EXPECT_EQ(snooze("soon").error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(snooze("0s").error().code(), ErrorCode::invalid_input);
}

TEST_F(SnoozeOfDirective, a_run_by_hand_goes_through) {
    write_bell("");
    start();
    ASSERT_TRUE(snooze("2h"));
    ASSERT_TRUE(act(Verb::run, "bell"));
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));
}

TEST_F(SnoozeOfDirective, the_next_instant_is_the_first_after_it) {
    write_file("directives/bell.yaml",
               "name: bell\ntrigger: {every: 1h, anchor: epoch}\naction: {log: x}\n");
    start();
    const auto before = text(shown("bell"), "next_due");
    ASSERT_TRUE(snooze("150m"));
    const auto after = text(shown("bell"), "next_due");
    EXPECT_GT(*parse_instant(after, TimeZone::utc()),
              *parse_instant(before, TimeZone::utc()) + hours(1));
}

}  // namespace
}  // namespace aifp::engine
