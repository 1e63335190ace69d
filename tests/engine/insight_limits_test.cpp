// What a dry run and a back-test say of the limits of a directive.
#include "tests/engine/run_rules_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::minutes;

class LimitsOfInsight : public RunRules {
protected:
    boost::json::value dry_run() {
        DryRunQuery query;
        query.directive = "d";
        query.payload = boost::json::object{{"data", {{"room", "kitchen"}}}};
        auto answer =
            ask([&](Control& control, auto done) { control.insight()->dry_run(query, done); });
        return answer ? *answer : boost::json::value(answer.error().detail());
    }
    /// What would become of the recorded events now, the oldest first.
    std::string backtest() {
        auto answer = ask([&](Control& control, auto done) {
            control.insight()->backtest({"d", "7d"}, done);
        });
        std::string said;
        const auto& events = answer->at("events").as_array();
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            const auto now = text(*event, "now");
            said += (said.empty() ? "" : " | ") + now.substr(0, now.find(':'));
        }
        return said;
    }
    void reload_with(const std::string& rules) {
        write_slow(rules, "[{delay: 2m}]");
        ask([](Control& control, auto answer) { control.reload(answer); });
    }
};

TEST_F(LimitsOfInsight, a_dry_run_names_the_limit_that_would_forbid_it) {
    write_slow("throttle: 1h\nmode: parallel\nkey: '{{ trigger.data.room }}'");
    start_with_ringers();
    EXPECT_EQ(dry_run().at("would_run"), true);
    ring("garden");
    EXPECT_EQ(dry_run().at("would_run"), true) << "another key";
    ring("kitchen");
    EXPECT_EQ(dry_run().at("not_run_because"),
              "throttled: at least 1h between two starts with the key kitchen; the next at "
              "2026-01-01T01:00:00.000Z");
}

TEST_F(LimitsOfInsight, a_dry_run_says_how_long_it_would_be_held_back) {
    write_slow("debounce: 5m");
    start_with_ringers();
    const auto shown = dry_run();
    EXPECT_EQ(shown.at("would_run"), true);
    EXPECT_EQ(shown.at("held_back").at("by"), "debounce");
    EXPECT_EQ(shown.at("held_back").at("until"), "2026-01-01T00:05:00.000Z");
}

TEST_F(LimitsOfInsight, a_dry_run_names_the_snooze) {
    write_slow("");
    start_with_ringers();
    ASSERT_TRUE(ask([](Control& control, auto done) { control.snooze("d", "2h", "eva", done); }));
    EXPECT_EQ(dry_run().at("not_run_because"), "snoozed: until 2026-01-01T02:00:00+00:00, by eva");
}

TEST_F(LimitsOfInsight, a_back_test_asks_the_limits_of_now) {
    write_slow("", "[{delay: 2m}]");
    start_with_ringers();
    for (int i = 0; i < 3; ++i) {
        ring();
        pass(minutes(5));
        settle();
    }
    EXPECT_EQ(backtest(), "would run | would run | would run");
    reload_with("throttle: 8m");
    EXPECT_EQ(backtest(), "would run | throttled | would run");
    reload_with("cooldown: 4m");
    EXPECT_EQ(backtest(), "would run | cooldown | would run") << "each run took two minutes";
    reload_with("debounce: 6m");
    EXPECT_EQ(backtest(), "debounced | debounced | would run");
    reload_with("condition: {cooldown: 4m}");
    EXPECT_EQ(backtest(), "would run | condition 1 is false | condition 1 is false")
        << "what ran then has ended three minutes before";
}

}  // namespace
}  // namespace aifp::engine
