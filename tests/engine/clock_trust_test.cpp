#include <gtest/gtest.h>

#include "engine/clock_guard.hpp"
#include "tests/engine/engine_fixture.hpp"

// Schedules and a clock that is not to be believed yet (engine/clock_guard.hpp).
namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ClockTrust : public EngineFixture {
protected:
    void write_beat(const std::string& more = {}) {
        write_file("directives/beat.yaml",
                   "name: beat\ntrigger: {cron: \"*/10 * * * *\"}\naction: {log: beat}\n" + more);
    }
    void set_clock(Milliseconds jump) {
        clock.step_wall(jump);
        time.callbacks.clock_changed();
        settle();
    }
    std::string why() {
        auto told = ask([](Control& control, auto answer) {
            control.insight()->why({"beat", {}}, answer);
        });
        return told ? boost::json::serialize(*told) : told.error().detail();
    }
};

TEST_F(ClockTrust, nothing_fires_by_a_clock_of_before_the_build) {
    built = clock.wall() + hours(24);
    write_beat();
    start();
    pass(hours(1));
    EXPECT_TRUE(history("beat").empty());
    EXPECT_NE(why().find("clock_untrusted"), std::string::npos);
    set_clock(hours(48));
    pass(minutes(10));
    EXPECT_FALSE(ran("beat").empty());
    EXPECT_EQ(why().find("clock_untrusted"), std::string::npos);
}

TEST_F(ClockTrust, what_was_missed_until_it_is_right_follows_the_misfire_rule_once) {
    write_beat("misfire: once\n");
    start();
    pass(minutes(15));
    ASSERT_EQ(ran("beat").size(), 1U);
    crash();
    synchronised = false;
    clock.step_wall(-hours(500));  // no battery behind the clock
    start();
    pass(minutes(30));
    EXPECT_EQ(history("beat").size(), 1U);
    set_clock(hours(500));
    settle();
    EXPECT_EQ(ran("beat").size(), 2U);
    pass(minutes(10));
    EXPECT_EQ(ran("beat").size(), 3U);
}

TEST_F(ClockTrust, a_row_of_a_wrong_future_holds_schedules_up_for_an_hour_only) {
    write_beat();
    start();
    pass(minutes(10));
    crash();
    synchronised = false;
    clock.step_wall(-hours(500));
    start();
    pass(ClockGuard::kPatience + minutes(15));
    EXPECT_GE(ran("beat").size(), 2U);
    const auto rows = history("beat").size();
    EXPECT_LE(rows, 4U) << "nothing of the time between is replayed";
}

TEST_F(ClockTrust, a_directive_without_a_schedule_runs_all_the_same) {
    built = clock.wall() + hours(24);
    write_file("directives/hand.yaml", "name: hand\ntrigger: manual\naction: {log: hello}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "hand"));
    EXPECT_EQ(ran("hand").size(), 1U);
}

}  // namespace
}  // namespace aifp::engine
