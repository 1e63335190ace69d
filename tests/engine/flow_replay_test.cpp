// What `aifp simulate` says of the limits of a directive: by the code that decides in the engine.
#include "engine/flow_replay.hpp"

#include <gtest/gtest.h>

#include "engine/simulation.hpp"

namespace aifp::engine {
namespace {

using std::chrono::minutes;
using Seen = std::vector<std::string>;

const WallTime kFrom = *parse_instant("2026-12-04T00:00:00Z", TimeZone::utc());

config::Settings utc_settings() {
    return config::read_settings(document::SourceText("engine.yaml", "timezone: UTC")).settings;
}

/// One directive, due every so often within an hour: "00:10 run", "00:20 throttled".
class SimulatedLimits : public ::testing::Test {
protected:
    Seen simulate_hour(const char* every) {
        directive.name = "d";
        directive.triggers.push_back({"every", "0", {{"every", every}, {"anchor", "epoch"}}});
        SimulationRequest request{
            {{directive, {}, snooze}}, utc_settings(), kFrom, kFrom + minutes(60), host_place};
        Seen seen;
        const auto result = simulate(request, [&](const SimulatedInstant& instant) {
            const auto reason = instant.reason == model::Reason::none ? std::string_view("run")
                                                                      : name_of(instant.reason);
            seen.push_back(format_utc_ms(instant.at).substr(11, 5) + " " + std::string(reason));
            details.emplace_back(instant.detail);
            return true;
        });
        EXPECT_TRUE(result);
        return seen;
    }

    model::Directive directive;
    std::optional<Snooze> snooze;
    std::uint64_t host_place = 0;
    std::vector<std::string> details;
};

TEST_F(SimulatedLimits, throttle_leaves_out_what_comes_too_soon) {
    directive.flow.throttle = minutes(25);
    EXPECT_EQ(simulate_hour("15m"),
              (Seen{"00:15 run", "00:30 throttled", "00:45 run", "01:00 throttled"}));
    EXPECT_EQ(details[1], "at least 25m between two starts; the next at 2026-12-04T00:40:00.000Z");
}

TEST_F(SimulatedLimits, cooldown_counts_from_the_end_of_a_run_that_takes_no_time) {
    directive.flow.cooldown = minutes(20);
    EXPECT_EQ(simulate_hour("15m"),
              (Seen{"00:15 run", "00:30 cooldown", "00:45 run", "01:00 cooldown"}));
}

TEST_F(SimulatedLimits, a_rate_counts_in_a_window_and_in_a_bucket) {
    directive.rate = Rate{2, minutes(60)};
    EXPECT_EQ(simulate_hour("20m"), (Seen{"00:20 run", "00:40 run", "01:00 rate_limited"}));
}

TEST_F(SimulatedLimits, debounce_runs_the_last_of_a_quiet_time) {
    directive.flow.debounce = minutes(25);
    EXPECT_EQ(simulate_hour("20m"), (Seen{"00:20 debounced", "00:40 debounced", "01:00 run"}));
    EXPECT_EQ(details.back(), "debounce until 2026-12-04T01:25:00.000Z; the last of 3 events");
}

TEST_F(SimulatedLimits, a_fixed_jitter_is_a_pause_and_one_of_chance_is_told) {
    directive.flow.jitter = model::Jitter{minutes(5), true};
    EXPECT_EQ(simulate_hour("30m"), (Seen{"00:30 run", "01:00 run"}));
    EXPECT_TRUE(details[0].starts_with("jitter until 2026-12-04T00:3")) << details[0];
}

TEST_F(SimulatedLimits, accuracy_places_a_start_where_the_host_gathers_them) {
    directive.flow.accuracy = minutes(2);
    host_place = 17'250;  // 17.25 s past each minute
    EXPECT_EQ(simulate_hour("30m"), (Seen{"00:30 run", "01:00 run"}));
    EXPECT_EQ(details[0], "accuracy until 2026-12-04T00:30:17.250Z");
}

TEST_F(SimulatedLimits, accuracy_comes_after_a_fixed_jitter) {
    directive.flow.jitter = model::Jitter{minutes(5), true};
    static_cast<void>(simulate_hour("30m"));
    const auto without = details.at(0);
    details.clear();
    directive.triggers.clear();
    directive.flow.accuracy = minutes(1);
    host_place = 17'250;
    static_cast<void>(simulate_hour("30m"));
    EXPECT_GT(details.at(0), without);
    EXPECT_TRUE(details.at(0).starts_with("jitter until ")) << details.at(0);
    EXPECT_TRUE(details.at(0).ends_with(":17.250Z")) << details.at(0);
}

TEST_F(SimulatedLimits, a_jitter_of_chance_is_told) {
    directive.flow.jitter = model::Jitter{minutes(5), false};
    EXPECT_EQ(simulate_hour("30m"), (Seen{"00:30 run", "01:00 run"}));
    EXPECT_EQ(details[0], "up to 5m later (jitter)");
}

TEST_F(SimulatedLimits, a_snooze_forbids_until_its_end) {
    snooze = Snooze{kFrom + minutes(30), "eva", {}};
    EXPECT_EQ(simulate_hour("20m"), (Seen{"00:20 snoozed", "00:40 run", "01:00 run"}));
}

TEST_F(SimulatedLimits, what_the_period_forbids_counts_for_no_limit) {
    directive.flow.throttle = minutes(30);
    directive.flow.starts_at = kFrom + minutes(30);
    EXPECT_EQ(simulate_hour("20m"), (Seen{"00:20 outside_period", "00:40 run", "01:00 throttled"}));
}

TEST(FlowReplay, keeps_the_values_of_a_key_apart_and_counts_a_cooldown_from_the_end) {
    const auto settings = utc_settings();
    Entry entry;
    entry.id = DirectiveId{1};
    model::Flow flow;
    flow.cooldown = minutes(10);
    flow.key = "{{ trigger.data.room }}";
    entry.flow = std::make_unique<const model::Flow>(flow);
    std::vector<std::string> told(4);
    FlowReplay replay(settings, 0, [&](const ReplayedEvent& event) {
        told[event.number] = name_of(event.reason);
    });
    replay.add(entry, TimeZone::utc());
    replay.come({0, entry.id, "hall", kFrom, minutes(5)});
    replay.come({1, entry.id, "porch", kFrom + minutes(6), minutes(5)});
    replay.come({2, entry.id, "hall", kFrom + minutes(14), minutes(5)});
    replay.come({3, entry.id, "hall", kFrom + minutes(15), minutes(5)});
    EXPECT_EQ(told, (std::vector<std::string>{"none", "none", "cooldown", "none"}));
}

}  // namespace
}  // namespace aifp::engine
