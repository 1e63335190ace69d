// The sun as a trigger and as a condition, in a whole engine.
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

class SunOfEngine : public EngineFixture {};

TEST_F(SunOfEngine, is_armed_once_the_settings_say_where) {
    write_file("directives/dusk.yaml",
               "name: dusk\ntrigger: {sun: sunset, offset: -20m}\naction: {log: dusk}\n");
    start();
    EXPECT_NE(status_of("dusk"), "active");
    settings.latitude = 52.52;
    settings.longitude = 13.405;
    engine->settings_changed();
    EXPECT_EQ(status_of("dusk"), "active");
    pass(std::chrono::hours(48));
    const auto rows = history("dusk");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0], "decision"), "started");
}

TEST_F(SunOfEngine, is_a_condition_too) {
    settings.latitude = 52.52;
    settings.longitude = 13.405;
    write_file("directives/night.yaml",
               "name: night\ntrigger: {every: 6h, anchor: epoch}\n"
               "conditions: [{sun: below_horizon}, {sun: {after: sunset}}]\naction: {log: x}\n");
    start();
    pass(std::chrono::hours(24));
    std::size_t ran = 0;
    for (const auto& row : history("night")) {
        ran += text(row, "decision") == "started" ? 1 : 0;
    }
    // Berlin in UTC: of 00, 06, 12 and 18 only 18 is after sunset of its day.
    EXPECT_EQ(ran, 1U);
}

}  // namespace
}  // namespace aifp::engine
