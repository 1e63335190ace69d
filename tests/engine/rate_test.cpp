#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kTwoPerMinute = R"(
name: beat
trigger: {every: 10s, anchor: epoch}
rate: 2 per minute
action: {log: beat}
)";

class RateOfDirective : public EngineFixture {
protected:
    std::size_t count(const char* key, const std::string& value) {
        std::size_t found = 0;
        for (const auto& row : history("beat")) {
            found += text(row, key) == value ? 1 : 0;
        }
        return found;
    }
};

TEST_F(RateOfDirective, refuses_what_is_too_many_with_a_row_that_says_when) {
    write_file("directives/beat.yaml", kTwoPerMinute);
    start();
    pass(Seconds(50));

    EXPECT_EQ(count("decision", "started"), 2U);
    EXPECT_EQ(count("reason", "rate_limited"), 3U);
    EXPECT_NE(text(history("beat")[0], "detail").find("at most 2/1m; the next at 20"),
              std::string::npos);

    pass(Seconds(40));
    EXPECT_EQ(count("decision", "started"), 4U);
}

TEST_F(RateOfDirective, survives_a_crash) {
    write_file("directives/beat.yaml", kTwoPerMinute);
    start();
    pass(Seconds(20));
    settle();
    crash();

    start();
    pass(Seconds(30));

    EXPECT_EQ(count("decision", "started"), 2U);
    EXPECT_EQ(count("reason", "rate_limited"), 3U);
}

TEST_F(RateOfDirective, a_run_by_hand_is_never_refused_but_counts) {
    write_file("directives/beat.yaml", kTwoPerMinute);
    start();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(act(Verb::run, "beat"));
        settle();
    }
    pass(Seconds(10));
    EXPECT_EQ(count("cause", "manual"), 3U);
    EXPECT_EQ(count("reason", "rate_limited"), 1U);
}

TEST_F(RateOfDirective, what_is_not_run_for_another_reason_does_not_count) {
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 10s, anchor: epoch}\nrate: 1/1m\n"
               "conditions: [\"state.ready\"]\naction: {log: beat}\n");
    write_file("directives/switch.yaml",
               "name: switch\ntrigger: manual\naction: {set: {ready: true}}\n");
    start();
    pass(Seconds(20));
    ASSERT_TRUE(act(Verb::run, "switch"));
    settle();
    pass(Seconds(10));
    EXPECT_EQ(count("decision", "started"), 1U);
    EXPECT_EQ(count("reason", "rate_limited"), 0U);
}

TEST_F(RateOfDirective, an_edit_keeps_what_was_counted) {
    write_file("directives/beat.yaml", kTwoPerMinute);
    start();
    pass(Seconds(20));
    write_file("directives/beat.yaml", std::string(kTwoPerMinute) + "priority: 2\n");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    pass(Seconds(10));
    EXPECT_EQ(count("decision", "started"), 2U);
    EXPECT_EQ(count("reason", "rate_limited"), 1U);
}

}  // namespace
}  // namespace aifp::engine
