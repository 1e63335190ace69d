#include "schedule/sun_arguments.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

boost::json::object object(const char* text) {
    return boost::json::parse(text).as_object();
}

TEST(ParseOffset, goes_both_ways) {
    EXPECT_EQ(*parse_offset("-20m"), -std::chrono::minutes(20));
    EXPECT_EQ(*parse_offset("+1h30m"), std::chrono::minutes(90));
    EXPECT_EQ(*parse_offset("-00:20:00"), -std::chrono::minutes(20));
    EXPECT_EQ(format_offset(*parse_offset("-20m")), "-20m");
}

TEST(ParseOffset, says_what_to_write) {
    const auto wrong = parse_offset("13h");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().detail(),
              "`13h` is no offset: write for example -20m or 1h30m, at most 12h");
    EXPECT_FALSE(parse_offset("--5m"));
    EXPECT_FALSE(parse_offset(""));
}

TEST(ReadSunPlan, reads_events_and_heights) {
    const auto dusk = read_sun_plan(object(R"({"sun": "dusk", "offset": "-5m"})"));
    ASSERT_TRUE(dusk);
    EXPECT_EQ(dusk->event, SunEvent::dusk);
    EXPECT_EQ(dusk->offset, -std::chrono::minutes(5));
    const auto height =
        read_sun_plan(object(R"({"sun": "elevation", "elevation": -4, "direction": "setting"})"));
    ASSERT_TRUE(height);
    EXPECT_EQ(height->event, SunEvent::setting);
    EXPECT_EQ(height->elevation, -4);
}

TEST(ReadSunPlan, refuses_what_the_sun_does_not_do) {
    for (const char* text : {R"({"sun": "rising"})",
                             R"({"sun": "moonrise"})",
                             R"({"sun": "elevation", "elevation": -4})",
                             R"({"sun": "elevation", "elevation": 91, "direction": "rising"})",
                             R"({"sun": "sunset", "offset": "soon"})"}) {
        EXPECT_FALSE(read_sun_plan(object(text))) << text;
    }
}

TEST(MakeSchedule, of_the_sun_needs_a_place_and_says_what_to_write) {
    model::Trigger trigger{"sun", "0", object(R"({"sun": "sunset"})")};
    ScheduleContext context{TimeZone::utc(), {}, "porch", WallTime{}};
    const auto nowhere = make_schedule(trigger, context);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().detail(), kMissingPosition);
    context.position = SunPosition{52.52, 13.405, 0};
    const auto schedule = make_schedule(trigger, context);
    ASSERT_TRUE(schedule);
    EXPECT_TRUE(schedule->is_recurring());
    const auto now = testing::instant("2026-11-22T12:00", TimeZone::utc());
    const auto hours = std::chrono::floor<std::chrono::hours>(*schedule->nominal_period(now));
    EXPECT_EQ(hours, std::chrono::hours(23));
}

TEST(ReadSunWindow, reads_bounds_with_offsets) {
    const auto window = read_sun_window(object(R"({"after": "sunset", "after_offset": "-20m"})"));
    ASSERT_TRUE(window);
    EXPECT_EQ(window->after->event, SunEvent::sunset);
    EXPECT_EQ(window->after->offset, -std::chrono::minutes(20));
    EXPECT_FALSE(window->before);
    EXPECT_FALSE(read_sun_window(object(R"({"after": "noonish"})")));
}

}  // namespace
}  // namespace aifp::schedule
