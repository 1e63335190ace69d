// What lasts a while is elapsed time, however the clock is set meanwhile.
#include "engine/clock_steps.hpp"

#include "engine/states.hpp"
#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(ClockSteps, tell_a_step_once_and_nothing_while_time_passes) {
    testing::FakeClock clock;
    ClockSteps steps(clock, {});
    clock.advance(hours(5));
    EXPECT_EQ(steps.take(), Milliseconds(0));
    clock.step_wall(-hours(3));
    EXPECT_EQ(steps.take(), -hours(3));
    EXPECT_EQ(steps.take(), Milliseconds(0));
}

TEST(ClockSteps, take_the_sleep_of_the_machine_for_time_that_passed) {
    testing::FakeClock clock;
    Milliseconds since_boot{0};
    ClockSteps steps(clock, [&] { return since_boot; });
    clock.step_wall(hours(8));  // Clock::mono stood still
    since_boot += hours(8);
    EXPECT_EQ(steps.take(), Milliseconds(0));
}

TEST(ClockSteps, take_the_first_step_forward_of_a_clock_that_nothing_keeps_right_for_a_correction) {
    testing::FakeClock clock;
    ClockSteps steps(clock, {});
    steps.begin(true);
    clock.step_wall(minutes(10));
    EXPECT_EQ(steps.take(), Milliseconds(0));
    clock.step_wall(minutes(10));
    EXPECT_EQ(steps.take(), minutes(10));
}

class SetClock : public EngineFixture {
protected:
    void write_directive(const std::string& text) {
        write_file("directives/a.yaml", "name: a\n" + text);
    }
    void step(Milliseconds by) {
        clock.step_wall(by);
        time.callbacks.clock_changed();
        settle();
    }
    void begin() {
        ASSERT_TRUE(act(Verb::run, "a"));
        settle();
        settle();
    }
    void set(const std::string& name, boost::json::value value) {
        model::StateUpdate update;
        update.values[name] = std::move(value);
        ASSERT_TRUE(ask([&](Control& control, auto answer) {
            control.states()->change_states(update, answer);
        }));
        settle();
    }
    std::string state() {
        const auto rows = history("a");
        return rows.empty() || !rows.front().as_object().contains("state")
                   ? ""
                   : text(rows.front(), "state");
    }
    /// Whether it ends in the last of so many minutes, and not before.
    bool ends_after(minutes left) {
        pass(left - minutes(1));
        settle();
        const bool early = state() == "ok";
        pass(minutes(1));
        settle();
        settle();
        return !early && state() == "ok";
    }
};

/// What takes ten minutes from its beginning, whatever the clock does after four of them.
struct TenMinutes {
    const char* name;
    const char* directive;
    bool by_door;  ///< It begins when the door opens, not by hand.
    Milliseconds step;
    bool crashes = false;  ///< After the step.
};
constexpr const char* kDelay = "trigger: manual\nactions: [{delay: 10m}]\n";
constexpr const char* kUntil =
    "trigger: manual\nactions: [{wait_until: \"door == 1\", timeout: 10m}]\n";
constexpr const char* kFor = "trigger: {state: door, to: open, for: 10m}\naction: {log: ran}\n";
constexpr const char* kQuiet =
    "trigger: {state: door, to: open}\ndebounce: 10m\naction: {log: ran}\n";
const TenMinutes kTenMinutes[] = {
    {"a_delay_set_back", kDelay, false, -hours(3)},
    {"a_delay_set_forward", kDelay, false, hours(3)},
    {"the_row_of_a_delay", kDelay, false, -hours(3), true},
    {"the_row_of_a_delay_set_forward", kDelay, false, hours(3), true},
    {"what_a_listening_run_waits_for_at_most", kUntil, false, -hours(3)},
    {"the_row_of_a_listening_run", kUntil, false, -hours(3), true},
    {"for_set_back", kFor, true, -hours(3)},
    {"for_set_forward", kFor, true, hours(3)},
    {"the_row_of_for", kFor, true, -hours(3), true},
    {"a_quiet_time_set_back", kQuiet, true, -hours(3)},
    {"a_quiet_time_set_forward", kQuiet, true, hours(3)},
    {"the_row_of_a_quiet_time", kQuiet, true, -hours(3), true},
};

class SetClockTable : public SetClock, public ::testing::WithParamInterface<TenMinutes> {};

TEST_P(SetClockTable, neither_lengthens_nor_shortens) {
    const auto& row = GetParam();
    write_directive(row.directive);
    start();
    set("door", 0);
    if (row.by_door) {
        set("door", "open");
    } else {
        begin();
    }
    pass(minutes(4));
    step(row.step);
    if (row.crashes) {
        crash();
        start();
        settle();
    }
    EXPECT_TRUE(ends_after(minutes(6)));
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SetClockTable,
                         ::testing::ValuesIn(kTenMinutes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(SetClock, moves_the_time_out_of_a_run) {
    write_directive("trigger: manual\nactions: [{delay: 1h}]\ntimeout: 10m\n");
    start();
    begin();
    pass(minutes(4));
    step(-hours(3));
    pass(minutes(6));
    settle();
    settle();
    EXPECT_EQ(state(), "timed_out");
}

TEST_F(SetClock, does_not_lengthen_a_throttle) {
    write_directive("trigger: {state: door}\nthrottle: 10m\naction: {log: ran}\n");
    start();
    set("door", "open");
    pass(minutes(4));
    step(-hours(3));
    crash();
    start();
    pass(minutes(5));
    set("door", "shut");
    pass(minutes(1));
    set("door", "open");
    const auto rows = history("a");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(text(rows[1], "reason"), "throttled");
    EXPECT_EQ(text(rows[0], "state"), "ok");
}

TEST_F(SetClock, leaves_a_time_of_day_where_it_is) {
    write_directive("trigger: manual\nactions: [{wait_for: {at: \"03:00\"}, timeout: 10h}]\n");
    start();
    begin();
    pass(minutes(60));
    step(minutes(90));
    EXPECT_TRUE(ends_after(minutes(30)));
}

}  // namespace
}  // namespace aifp::engine
