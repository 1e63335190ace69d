// Triggers on numbers: ranges, their resets, and crashes between.
#include "tests/engine/sensors_fixture.hpp"

namespace aifp::engine {
namespace {

TEST_F(SensorsFixture, a_number_fires_on_entering_its_range_and_again_after_its_reset) {
    write_directive("{numeric_state: heat, above: 25, reset_below: 24}");
    start();
    for (const double value : {20.0, 26.0, 24.5, 26.0, 23.0, 26.0}) {
        set("heat", value);
        settle();
    }
    EXPECT_EQ(started("d"), 2U);
}

TEST_F(SensorsFixture, a_number_that_fired_is_armed_after_a_crash_only_by_its_reset) {
    write_directive("{numeric_state: heat, above: 25, reset_below: 24}");
    start();
    for (const double value : {20.0, 26.0, 24.5}) {
        set("heat", value);
    }
    crash();
    start();
    set("heat", 26.0);
    EXPECT_EQ(started("d"), 1U);

    set("heat", 23.0);
    crash();
    start();
    set("heat", 26.0);

    EXPECT_EQ(started("d"), 2U);
}

TEST_F(SensorsFixture, a_number_that_was_inside_from_the_beginning_needs_its_reset_after_a_crash) {
    write_directive("{numeric_state: heat, above: 25, reset_below: 24}");
    start();
    set("heat", 26.0);  // fires
    write_directive("{numeric_state: heat, above: 25, reset_below: 23}");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    set("heat", 23.5);
    crash();
    start();

    set("heat", 26.0);

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_number_whose_for_was_over_is_armed_after_a_crash_only_by_its_reset) {
    write_directive("{numeric_state: heat, above: 25, reset_below: 24, for: 1m}");
    start();
    set("heat", 20.0);
    set("heat", 26.0);
    pass(Seconds(60));
    settle();
    set("heat", 24.5);
    crash();
    start();

    set("heat", 26.0);
    pass(Seconds(61));

    EXPECT_EQ(started("d"), 1U);
}

}  // namespace
}  // namespace aifp::engine
