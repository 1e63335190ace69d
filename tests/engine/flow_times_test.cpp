#include "engine/flow_times.hpp"

#include <gtest/gtest.h>

#include "engine/simulation.hpp"
#include "engine/snoozes.hpp"

namespace aifp::engine {
namespace {

using model::Reason;

const TimeZone kBerlin = *TimeZone::load("Europe/Berlin");

WallTime at(const std::string& local) {
    return *parse_instant(local, kBerlin);
}

config::Settings with(const std::string& text) {
    return config::read_settings(document::SourceText("engine.yaml", text)).settings;
}

const config::Settings kSettings =
    with("calendars: {workdays: mon-fri, holidays: [12-24..12-26], nights: 22:00-06:00}\n");

std::optional<TimeBlock> block_at(const model::Flow& flow,
                                  const std::string& local,
                                  const config::Settings& settings = kSettings) {
    return find_time_block({flow, settings, kBerlin}, at(local));
}

TEST(FlowTimes, nothing_forbids_what_sets_nothing) {
    EXPECT_FALSE((FlowTimes{{}, kSettings, kBerlin}.any()));
    EXPECT_FALSE(block_at({}, "2026-12-24T23:00:00"));
}

TEST(FlowTimes, its_period_begins_and_ends_on_time) {
    model::Flow flow;
    flow.starts_at = at("2026-12-01T08:00:00");
    flow.expires_at = at("2026-12-02T08:00:00");
    const auto early = block_at(flow, "2026-12-01T07:59:59");
    ASSERT_TRUE(early);
    EXPECT_EQ(early->reason, Reason::outside_period);
    EXPECT_EQ(early->detail, "it starts at 2026-12-01T08:00:00+01:00");
    EXPECT_FALSE(block_at(flow, "2026-12-01T08:00:00"));
    const auto late = block_at(flow, "2026-12-02T08:00:00");
    ASSERT_TRUE(late);
    EXPECT_EQ(late->detail, "it expired at 2026-12-02T08:00:00+01:00");
    EXPECT_EQ(late->until, std::nullopt);
}

TEST(FlowTimes, an_excluded_calendar_forbids_and_is_named) {
    model::Flow flow;
    flow.exclude = {"holidays", "nights"};
    EXPECT_EQ(block_at(flow, "2026-12-25T12:00:00")->detail, "calendar holidays");
    const auto night = block_at(flow, "2026-12-01T23:30:00");
    EXPECT_EQ(night->reason, Reason::blackout);
    EXPECT_EQ(night->detail, "calendar nights");
    EXPECT_FALSE(block_at(flow, "2026-12-01T12:00:00"));
}

TEST(FlowTimes, one_of_the_included_calendars_has_to_hold) {
    model::Flow flow;
    flow.include = {"workdays", "holidays"};
    EXPECT_FALSE(block_at(flow, "2026-12-01T12:00:00"));
    EXPECT_FALSE(block_at(flow, "2026-12-26T12:00:00")) << "a Saturday, but a holiday";
    EXPECT_EQ(block_at(flow, "2026-12-05T12:00:00")->detail, "not in calendar workdays, holidays");
}

TEST(FlowTimes, the_blackout_of_the_project_holds_for_all) {
    auto settings = kSettings;
    settings.blackout = {"nights"};
    EXPECT_TRUE((FlowTimes{{}, settings, kBerlin}.any()));
    EXPECT_EQ(block_at({}, "2026-12-01T23:30:00", settings)->detail,
              "calendar nights (blackout of the project)");
}

TEST(FlowTimes, a_calendar_that_is_gone_forbids) {
    model::Flow flow;
    flow.exclude = {"vacation"};
    EXPECT_EQ(block_at(flow, "2026-12-01T12:00:00")->detail,
              "the settings have no calendar vacation");
}

// Every hour, on the hour.
std::optional<WallTime> next_hour(WallTime after) {
    return std::chrono::floor<std::chrono::hours>(after) + std::chrono::hours(1);
}

TEST(FirstAllowed, jumps_over_what_is_forbidden) {
    model::Flow flow;
    flow.include = {"workdays"};
    flow.exclude = {"nights"};
    const FlowTimes times{flow, kSettings, kBerlin};
    EXPECT_EQ(first_allowed(times, at("2026-12-04T21:30:00"), next_hour),
              at("2026-12-07T06:00:00"));
}

TEST(FirstAllowed, never_comes_after_the_end) {
    model::Flow flow;
    flow.expires_at = at("2026-12-01T00:00:00");
    EXPECT_EQ(first_allowed({flow, kSettings, kBerlin}, at("2026-12-01T00:00:00"), next_hour),
              std::nullopt);
}

TEST(FirstAllowed, gives_up_on_a_calendar_that_never_holds) {
    const auto settings = with("calendars: {never: [2020-01-01]}\n");
    model::Flow flow;
    flow.include = {"never"};
    EXPECT_EQ(first_allowed({flow, settings, kBerlin}, at("2026-12-01T00:00:00"), next_hour),
              std::nullopt);
}

TEST(Simulation, shows_what_a_calendar_and_the_period_forbid) {
    model::Directive noon;
    noon.name = "noon";
    noon.timezone = "Europe/Berlin";
    noon.flow.include = {"workdays"};
    noon.flow.expires_at = at("2026-12-07T00:00:00");
    noon.triggers.push_back({"at", "0", {{"at", boost::json::array{"12:00"}}}});
    SimulationRequest request{
        {{noon, {}}}, kSettings, at("2026-12-04T00:00:00"), at("2026-12-08T00:00:00")};
    std::vector<std::string> seen;
    const auto result = simulate(request, [&](const SimulatedInstant& instant) {
        seen.push_back(std::string(name_of(instant.reason)) + " " + std::string(instant.detail));
        return true;
    });
    ASSERT_TRUE(result);
    EXPECT_EQ(seen,
              (std::vector<std::string>{"none ",
                                        "blackout not in calendar workdays",
                                        "blackout not in calendar workdays",
                                        "outside_period it expired at 2026-12-07T00:00:00+01:00"}));
}

TEST(SnoozeUntil, reads_what_people_write) {
    const auto now = at("2026-11-30T17:00:00");
    const auto until = [&](std::string_view text) { return *snooze_until(text, now, kBerlin); };
    EXPECT_EQ(until("2h"), at("2026-11-30T19:00:00"));
    EXPECT_EQ(until("18:00"), at("2026-11-30T18:00:00"));
    EXPECT_EQ(until("16:30"), at("2026-12-01T16:30:00")) << "tomorrow: today's has passed";
    EXPECT_EQ(until("2026-12-24T18:00:00"), at("2026-12-24T18:00:00"));
    EXPECT_EQ(until("2026-12-24T18:00:00Z"), at("2026-12-24T19:00:00"));
}

TEST(SnoozeUntil, refuses_what_has_passed_or_says_nothing) {
    const auto now = at("2026-11-30T17:00:00");
    for (const std::string_view text : {"", "soon", "0s", "2026-11-30T16:00:00", "400d"}) {
        EXPECT_FALSE(snooze_until(text, now, kBerlin)) << text;
    }
}

}  // namespace
}  // namespace aifp::engine
