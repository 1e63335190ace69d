// What limits the starts of a directive and holds them back: on the fake clock, across crashes.
#include "tests/engine/flow_limits_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_F(FlowLimitsOfDirective, debounce_runs_the_last_event_of_a_quiet_time) {
    write_bell("debounce: 5s\n", "action: {stop: \"{{ trigger.count }} rings\", error: true}\n");
    start();
    ring();
    pass(Seconds(3));
    ring();
    pass(Seconds(4));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 2}, {"waiting", 1}}));
    EXPECT_EQ(newest("state"), "held");

    pass(Seconds(5));
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 2}, {"started", 1}}));
    EXPECT_EQ(newest("error"), "3 rings");
}

TEST_F(FlowLimitsOfDirective, debounce_survives_a_crash) {
    write_bell("debounce: 1m\n", "action: {stop: \"{{ trigger.count }} rings\", error: true}\n");
    start();
    ring();
    pass(Seconds(10));
    ring();
    crash_for(Seconds(20));
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 1}, {"waiting", 1}}));
    pass(Seconds(39));
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 1}, {"waiting", 1}}));
    pass(Seconds(1));
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 1}, {"started", 1}}));
    EXPECT_EQ(newest("error"), "2 rings");
}

TEST_F(FlowLimitsOfDirective, debounce_holds_for_each_key_alone) {
    write_bell("debounce: 5s\nkey: \"{{ trigger.data.room }}\"\n");
    start();
    ring("hall");
    ring("porch");
    ring("hall");
    pass(Seconds(5));
    settle();
    EXPECT_EQ(outcomes(), (Counts{{"debounced", 1}, {"started", 2}}));
}

TEST_F(FlowLimitsOfDirective, what_passed_while_down_follows_misfire) {
    write_bell("debounce: 5s\n");
    start();
    ring();
    crash_for(hours(2));
    EXPECT_EQ(outcomes(), (Counts{{"misfire_skipped", 1}}));
    EXPECT_NE(newest("detail").find("it was due 1h59m55s ago"), std::string::npos);
}

TEST_F(FlowLimitsOfDirective, what_passed_while_down_runs_within_the_grace_or_with_misfire_once) {
    write_bell("debounce: 5s\n");
    start();
    ring();
    crash_for(minutes(59));
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));

    write_bell("debounce: 5s\nmisfire: once\n");
    crash_for(Seconds(1));
    ring();
    crash_for(hours(24));
    EXPECT_EQ(outcomes(), (Counts{{"started", 2}}));
}

TEST_F(FlowLimitsOfDirective, what_is_late_while_the_engine_runs_runs) {
    write_bell("debounce: 5s\n");
    start();
    ring();
    clock.advance(hours(2));
    time.callbacks.wake();
    settle();
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));
}

TEST_F(FlowLimitsOfDirective, an_edit_settles_what_is_held_back) {
    write_bell("debounce: 1h\n");
    start();
    ring();
    write_bell("debounce: 2h\n");
    ask([](Control& control, auto answer) { control.reload(answer); });
    EXPECT_EQ(outcomes(), (Counts{{"disabled", 1}}));
    EXPECT_EQ(newest("detail"), "its file was edited while it was held back");
}

TEST_F(FlowLimitsOfDirective, an_edit_while_down_settles_it_too) {
    write_bell("debounce: 1h\n");
    start();
    ring();
    settle();
    crash();
    write_bell("debounce: 2h\n");
    start();
    EXPECT_EQ(outcomes(), (Counts{{"disabled", 1}}));
}

TEST_F(FlowLimitsOfDirective, another_file_leaves_what_is_held_back_alone) {
    write_bell("debounce: 1m\n");
    start();
    ring();
    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: x}\n");
    ask([](Control& control, auto answer) { control.reload(answer); });
    EXPECT_EQ(outcomes(), (Counts{{"waiting", 1}}));
    pass(minutes(1));
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));
}

TEST_F(FlowLimitsOfDirective, a_pause_and_the_archive_settle_what_is_held_back) {
    write_bell("debounce: 1m\n");
    start();
    ring();
    ASSERT_TRUE(act(Verb::pause, "bell"));
    EXPECT_EQ(outcomes(), (Counts{{"paused", 1}}));
    ASSERT_TRUE(act(Verb::resume, "bell"));
    ring();
    ASSERT_TRUE(act(Verb::archive, "bell"));
    EXPECT_EQ(outcomes(), (Counts{{"paused", 1}, {"disabled", 1}}));
    pass(minutes(2));
    EXPECT_EQ(outcomes(), (Counts{{"paused", 1}, {"disabled", 1}}));
}

TEST_F(FlowLimitsOfDirective, what_is_held_back_can_be_seen_and_cancelled) {
    write_bell("debounce: 1m\n");
    start();
    ring();
    auto runs = ask([](Control& control, auto answer) { control.list_runs(answer); });
    ASSERT_EQ(runs->as_array().size(), 1U);
    const auto& run = runs->as_array()[0];
    EXPECT_EQ(text(run, "state"), "held");
    EXPECT_EQ(text(run.at("at").as_array()[0], "doing"), "debounce");
    EXPECT_EQ(shown("bell").at("held"), 1);
    const LedgerId id{run.at("run").as_int64()};
    ASSERT_TRUE(ask([&](Control& control, auto answer) { control.cancel_run(id, "me", answer); }));
    EXPECT_EQ(outcomes(), (Counts{{"disabled", 1}}));
}

TEST_F(FlowLimitsOfDirective, throttle_lets_one_start_per_distance_across_a_crash) {
    write_bell("throttle: 1m\n");
    start();
    ring();
    pass(Seconds(30));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}, {"throttled", 1}}));
    EXPECT_NE(newest("detail").find("at least 1m between two starts; the next at"),
              std::string::npos);
    crash_for(Seconds(20));
    ring();
    pass(Seconds(10));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 2}, {"throttled", 2}}));
}

TEST_F(FlowLimitsOfDirective, throttle_holds_for_each_key_alone) {
    write_bell("throttle: 1m\nkey: \"{{ trigger.data.room }}\"\n");
    start();
    ring("hall");
    ring("porch");
    ring("porch");
    EXPECT_EQ(outcomes(), (Counts{{"started", 2}, {"throttled", 1}}));
    EXPECT_NE(newest("detail").find("with the key porch"), std::string::npos);
}

TEST_F(FlowLimitsOfDirective, cooldown_counts_from_the_end_of_a_run_across_a_crash) {
    write_bell("cooldown: 5m\n", "actions: [{delay: 2m}, {log: ding}]\n");
    start();
    ring();
    pass(minutes(2));
    settle();
    pass(minutes(4));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}, {"cooldown", 1}}));
    crash_for(Seconds(30));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}, {"cooldown", 2}}));
    pass(minutes(1));
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 2}, {"cooldown", 2}}));
}

TEST_F(FlowLimitsOfDirective, a_rate_with_a_key_counts_for_each_across_a_crash) {
    write_bell("rate: 2/1h\nmode: parallel\nkey: \"{{ trigger.data.room }}\"\n");
    start();
    ring("hall");
    ring("hall");
    crash_for(minutes(10));
    ring("hall");
    ring("porch");
    EXPECT_EQ(outcomes(), (Counts{{"started", 3}, {"rate_limited", 1}}));
    pass(minutes(50));
    ring("hall");
    EXPECT_EQ(outcomes(), (Counts{{"started", 4}, {"rate_limited", 1}}));
}

TEST_F(FlowLimitsOfDirective, a_rate_with_burst_refills_across_a_crash) {
    write_bell("rate: {limit: 6/1h, burst: 2}\n");
    start();
    ring();
    ring();
    ring();
    crash_for(minutes(10));
    ring();
    ring();
    EXPECT_EQ(outcomes(), (Counts{{"started", 3}, {"rate_limited", 2}}));
}

TEST_F(FlowLimitsOfDirective, jitter_puts_a_run_off_across_a_crash) {
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 1h, anchor: epoch}\njitter: {max: 30m, fixed: true}\n"
               "action: {log: beat}\n");
    start();
    const auto first = clock.wall();
    pass(*time.wake_at - first);
    EXPECT_EQ(outcomes("beat"), (Counts{{"waiting", 1}}));
    EXPECT_EQ(newest("detail", "beat").find("jitter until "), 0U);
    crash_for(Seconds(1));
    EXPECT_EQ(outcomes("beat"), (Counts{{"waiting", 1}}));
    pass(minutes(30));
    settle();
    EXPECT_EQ(outcomes("beat"), (Counts{{"started", 1}}));
}

TEST_F(FlowLimitsOfDirective, what_is_made_up_for_is_spread_and_survives_a_crash) {
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 10m, anchor: epoch}\nmode: queued\n"
               "misfire: {policy: all, grace: 0s, cap: 3, stagger: 1m}\naction: {log: beat}\n");
    clock.advance(Seconds(7));  // so that nothing is due when it comes back
    start();
    crash_for(minutes(50));
    // Of five instants three are made up for.
    EXPECT_EQ(outcomes("beat"), (Counts{{"started", 1}, {"waiting", 2}, {"misfire_skipped", 1}}));
    crash_for(Seconds(30));
    EXPECT_EQ(outcomes("beat").at("waiting"), 2);
    pass(Seconds(30));
    EXPECT_EQ(outcomes("beat").at("waiting"), 1);
    pass(minutes(1));
    EXPECT_EQ(outcomes("beat"), (Counts{{"started", 3}, {"misfire_skipped", 1}}));
}

TEST_F(FlowLimitsOfDirective, what_many_missed_does_not_come_at_once) {
    for (const std::string name : {"a", "b", "c"}) {
        write_file("directives/" + name + ".yaml",
                   "name: " + name +
                       "\ntrigger: {every: 1h, anchor: epoch}\nmisfire: once\ngrace: 0s\n"
                       "action: {log: late}\n");
    }
    start();
    crash_for(hours(3) + minutes(7));
    int started = 0;
    for (const std::string name : {"a", "b", "c"}) {
        started += outcomes(name)["started"];
    }
    EXPECT_EQ(started, 1);
    pass(Seconds(2));
    for (const std::string name : {"a", "b", "c"}) {
        EXPECT_EQ(outcomes(name)["started"], 1) << name;
    }
}

TEST_F(FlowLimitsOfDirective, conditions_are_asked_again_only_with_recheck) {
    write_bell("debounce: 5s\nconditions: [\"default(state.mood, 'good') == 'good'\"]\n");
    write_file("directives/off.yaml", "name: off\ntrigger: manual\naction: {set: {mood: bad}}\n");
    start();
    ring();
    ASSERT_TRUE(act(Verb::run, "off"));
    settle();
    settle();
    pass(Seconds(5));
    EXPECT_EQ(outcomes(), (Counts{{"started", 1}}));
}

TEST_F(FlowLimitsOfDirective, with_recheck_a_condition_that_became_false_holds) {
    write_bell(
        "debounce: 5s\nrecheck: true\nconditions: [\"default(state.mood, 'good') == 'good'\"]\n");
    write_file("directives/off.yaml", "name: off\ntrigger: manual\naction: {set: {mood: bad}}\n");
    start();
    ring();
    ASSERT_TRUE(act(Verb::run, "off"));
    settle();
    settle();
    pass(Seconds(5));
    EXPECT_EQ(outcomes(), (Counts{{"condition_false", 1}}));
}

TEST_F(FlowLimitsOfDirective, a_call_waits_for_what_is_held_back) {
    write_file("directives/slow.yaml",
               "name: slow\ntrigger: manual\ndebounce: 1m\naction: {stop: done}\n");
    write_file("directives/caller.yaml",
               "name: caller\ntrigger: manual\nactions: [{call: slow, as: called}, {log: on}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "caller"));
    settle();
    settle();
    EXPECT_EQ(outcomes("slow"), (Counts{{"waiting", 1}}));
    pass(minutes(1));
    settle();
    settle();
    EXPECT_EQ(outcomes("slow"), (Counts{{"started", 1}}));
    EXPECT_EQ(newest("state", "caller"), "ok");
}

TEST_F(FlowLimitsOfDirective, a_run_by_hand_is_neither_limited_nor_held_back) {
    write_bell("throttle: 1h\ndebounce: 1h\nstarts_at: 2999-01-01T00:00:00Z\n");
    start();
    ASSERT_TRUE(act(Verb::run, "bell"));
    settle();
    ASSERT_TRUE(act(Verb::run, "bell"));
    EXPECT_EQ(outcomes(), (Counts{{"started", 2}}));
}

}  // namespace
}  // namespace aifp::engine
