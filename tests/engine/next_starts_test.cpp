#include "engine/next_starts.hpp"

#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;

constexpr DirectiveId kId{1};
const WallTime kNow = testing::FakeClock::kStart;

/// An instant every hour, under a calendar.
class NextStartsOfDirective : public ::testing::Test {
protected:
    explicit NextStartsOfDirective(const char* calendars = "calendars: {never: [2020-01-01]}\n")
        : settings(config::read_settings(document::SourceText("engine.yaml", calendars)).settings) {
        flow.include = {"never"};
    }
    bool look(WallTime from, int& steps) {
        return starts.look(kId, {flow, settings, TimeZone::utc()}, from, next_hour(), steps);
    }
    NextStarts::NextAfter next_hour() {
        return [this](WallTime after) {
            ++asked;
            return std::optional(std::chrono::floor<hours>(after) + hours(1));
        };
    }

    config::Settings settings;
    model::Flow flow;
    NextStarts starts;
    int asked = 0;
};

TEST_F(NextStartsOfDirective, are_searched_no_further_than_is_allowed_at_once) {
    int steps = 200;
    EXPECT_FALSE(look(kNow, steps));
    EXPECT_EQ(steps, 0);
    EXPECT_EQ(asked, 200);
}

TEST_F(NextStartsOfDirective, that_never_come_are_given_up_and_not_searched_again) {
    int turns = 0;
    for (int steps = 200; !look(kNow + std::chrono::minutes(turns), steps); steps = 200) {
        ASSERT_LT(++turns, 100);
    }
    EXPECT_EQ(asked, AllowedSearch::kMaxSteps);
    int steps = 200;
    EXPECT_TRUE(look(kNow + hours(1), steps));
    EXPECT_EQ(asked, AllowedSearch::kMaxSteps);
    EXPECT_FALSE(starts.get(kId));
}

TEST_F(NextStartsOfDirective, that_are_known_hold_until_they_come_or_are_forgotten) {
    flow.include.clear();
    int steps = 200;
    EXPECT_TRUE(look(kNow, steps));
    EXPECT_TRUE(look(kNow + std::chrono::minutes(59), steps));
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(starts.get(kId), kNow + hours(1));

    EXPECT_TRUE(look(kNow + hours(1), steps));
    EXPECT_EQ(starts.get(kId), kNow + hours(2));
    starts.forget(kId);
    EXPECT_TRUE(look(kNow, steps));
    EXPECT_EQ(starts.get(kId), kNow + hours(1));
    EXPECT_EQ(asked, 3);
}

// The loop sees to other things between two turns of the search.
TEST_F(EngineFixture, a_list_with_a_calendar_that_never_holds_does_not_hold_up_the_loop) {
    settings =
        config::read_settings(document::SourceText("engine.yaml", "calendars: {n: [2020-01-01]}\n"))
            .settings;
    write_file("directives/d.yaml",
               "name: d\ncalendars: n\ntrigger: {every: 1h}\naction: {log: a}\n");
    start();
    bool is_answered = false;
    int turns = 0;
    std::function<void()> count = [&] {
        turns += is_answered ? 0 : 1;
        if (!is_answered) {
            boost::asio::post(*loop, count);
        }
    };
    engine->control().show_directive("d", [&](const Result<boost::json::value>& shown) {
        is_answered = true;
        EXPECT_TRUE(shown->at("next_due").is_null());
    });
    boost::asio::post(*loop, count);
    run_until([&] { return is_answered; });
    EXPECT_GE(turns, 20);
}

}  // namespace
}  // namespace aifp::engine
