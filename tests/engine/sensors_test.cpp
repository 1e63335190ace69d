// Triggers on what the engine knows, on a real database and a fake clock.
#include "tests/engine/sensors_fixture.hpp"

namespace aifp::engine {
namespace {

TEST_F(SensorsFixture, a_state_trigger_fires_on_the_change_it_names) {
    write_directive("{state: door, from: closed, to: open}");
    start();
    set("door", "closed");
    EXPECT_EQ(started("d"), 0U);

    set("door", "open");
    set("door", "open");

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, for_fires_when_its_time_is_over) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    pass(Seconds(299));
    EXPECT_TRUE(history("d").empty());

    pass(Seconds(1));

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, for_that_did_not_hold_is_recorded) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    pass(Seconds(10));

    set("door", "closed");
    pass(Seconds(600));

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "for_not_held");
    EXPECT_NE(text(rows[0], "detail").find("became closed after 10s"), std::string::npos);
}

TEST_F(SensorsFixture, for_goes_on_after_a_crash_with_what_is_left) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    pass(Seconds(100));
    crash();
    clock.advance(Seconds(100));
    start();

    pass(Seconds(99));
    EXPECT_TRUE(history("d").empty());
    pass(Seconds(1));

    EXPECT_EQ(started("d"), 1U);
    crash();
    start();
    pass(Seconds(1'000));
    EXPECT_EQ(history("d").size(), 1U);
}

TEST_F(SensorsFixture, for_that_ended_long_ago_while_down_follows_misfire) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    crash();
    clock.advance(std::chrono::hours(3));

    start();
    settle();

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "misfire_skipped");
}

TEST_F(SensorsFixture, for_that_ended_just_now_while_down_fires) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    crash();
    clock.advance(Seconds(400));

    start();
    settle();

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, an_edit_ends_what_the_old_version_waited_for) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");

    write_directive("{state: door, to: open, for: 6m}");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    pass(Seconds(1'000));

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "disabled");
    EXPECT_EQ(text(rows[0], "detail"), "its file was edited, 5m before it would have fired");
    EXPECT_EQ(text(rows[0], "cause"), "state");
}

TEST_F(SensorsFixture, an_edit_while_down_ends_it_with_a_row_too) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");
    crash();
    write_directive("{state: door, to: open, for: 6m}");
    clock.advance(Seconds(400));

    start();
    settle();

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "detail"), "its file was edited; it was due 1m40s ago");
    EXPECT_EQ(text(rows[0], "cause"), "state");
}

TEST_F(SensorsFixture, a_pause_ends_what_was_waited_for_with_a_row) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");

    ASSERT_TRUE(act(Verb::pause, "d"));
    pass(Seconds(1'000));

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "paused");
    EXPECT_EQ(text(rows[0], "detail"), "it was paused, 5m before it would have fired");
}

TEST_F(SensorsFixture, a_file_that_goes_takes_what_it_waited_for_with_a_row) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");

    std::filesystem::remove(paths.root() / "directives/d.yaml");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));

    const auto rows = history("d");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "detail"), "its file was removed, 5m before it would have fired");
}

TEST_F(SensorsFixture, a_reload_of_another_file_leaves_it_alone) {
    write_directive("{state: door, to: open, for: 5m}");
    start();
    set("door", "open");

    write_file("directives/e.yaml", "name: e\ntrigger: manual\naction: {log: x}\n");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    pass(Seconds(300));

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_time_to_live_ends_by_itself_over_a_crash) {
    write_directive("{state: door, from: open}");
    start();
    model::StateUpdate update;
    update.values["door"] = "open";
    update.ttl = Seconds(60);
    change(std::move(update));
    crash();
    clock.advance(Seconds(120));

    start();
    time.callbacks.wake();
    settle();

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_template_fires_when_it_becomes_true) {
    write_directive("{template: \"state.a > 1 and state.b == 'x'\"}");
    start();
    set("a", 2);
    set("b", "y");
    EXPECT_EQ(started("d"), 0U);
    set("b", "x");
    set("a", 3);
    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_condition_is_looked_at_every_interval) {
    write_directive("{condition: \"time.hour() == 1\", check_interval: 60s}");
    start();
    pass(std::chrono::minutes(61));
    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, while_fires_every_so_often_as_long_as_it_holds) {
    write_directive("{while: [\"state.tap == 'open'\"], every: 10m}");
    start();
    set("tap", "open");
    pass(std::chrono::minutes(25));
    set("tap", "closed");
    pass(std::chrono::minutes(60));
    EXPECT_EQ(started("d"), 2U);
}

TEST_F(SensorsFixture, a_watchdog_fires_when_nothing_came) {
    write_directive(
        "{watchdog: {arm: [{state: tap, to: open}], expect: [{event: closed}], within: 5m}}");
    write_file("directives/closer.yaml", "name: closer\ntrigger: manual\naction: {emit: closed}\n");
    start();
    set("tap", "open");
    ASSERT_TRUE(act(Verb::run, "closer"));
    settle();
    pass(Seconds(301));
    EXPECT_EQ(started("d"), 0U);
}

TEST_F(SensorsFixture, a_watchdog_fires_again_after_it_was_calmed) {
    write_directive(
        "{watchdog: {arm: [{state: tap, to: open}], expect: [{event: closed}], within: 5m}}");
    start();
    set("tap", "shut");
    set("tap", "open");
    pass(Seconds(301));
    EXPECT_EQ(started("d"), 1U) << status_of("d") << boost::json::serialize(history("d"));
}

TEST_F(SensorsFixture, after_waits_for_all_and_says_what_failed) {
    write_directive("{after: [a, b], within: 1h}");
    write_file("directives/a.yaml", "name: a\ntrigger: manual\naction: {log: a}\n");
    write_file("directives/b.yaml", "name: b\ntrigger: manual\naction: {command: [\"false\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "a"));
    ASSERT_TRUE(act(Verb::run, "b"));
    run_until([&] { return text(history("b")[0], "state") == "failed"; });

    EXPECT_EQ(count("d", "reason", "dependency_not_met"), 1U);
    pass(std::chrono::minutes(61));
    EXPECT_EQ(count("d", "reason", "dependency_not_met"), 2U);
    EXPECT_EQ(started("d"), 0U);
}

TEST_F(SensorsFixture, engine_start_fires_at_every_start) {
    write_directive("engine_start");
    start();
    settle();
    EXPECT_EQ(started("d"), 1U);
    crash();
    start();
    settle();
    EXPECT_EQ(started("d"), 2U);
}

TEST_F(SensorsFixture, a_change_is_told_to_itself_only_so_often) {
    write_file("directives/d.yaml",
               "name: d\nmode: queued\ntrigger: {state: n}\n"
               "action: {set: {n: 1}, increment: true}\n");
    start();
    set("n", 0);
    for (int turns = 0; turns < 100; ++turns) {
        settle();
    }
    EXPECT_EQ(count("d", "reason", "event_chain_too_long"), 1U);
}

TEST_F(SensorsFixture, conditions_read_states_and_how_long_they_are_so) {
    write_file("directives/d.yaml",
               "name: d\ntrigger: {event: go}\n"
               "conditions: [{state: {name: door, is: open, for: 1m}},\n"
               "             {numeric_state: {name: lux, below: 40}}]\naction: {log: ran}\n");
    write_file("directives/go.yaml", "name: go\ntrigger: manual\naction: {emit: go}\n");
    start();
    set("door", "open");
    set("lux", 39);
    ASSERT_TRUE(act(Verb::run, "go"));
    settle();
    EXPECT_EQ(count("d", "reason", "condition_false"), 1U);

    pass(Seconds(60));
    ASSERT_TRUE(act(Verb::run, "go"));
    settle();

    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_filter_that_cannot_be_decided_leaves_a_row) {
    write_directive("{event: ring, filter: \"trigger.data.room.name == 1\"}");
    write_file("directives/ringer.yaml",
               "name: ringer\ntrigger: manual\naction: {emit: ring, data: {other: 1}}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "ringer"));
    settle();

    EXPECT_EQ(count("d", "reason", "condition_error"), 1U);
}

TEST_F(SensorsFixture, a_filter_reads_the_time_in_the_zone_of_its_directive) {
    write_directive("{event: ring, filter: \"time.hour() == 9\"}", "timezone: Asia/Tokyo\n");
    write_file("directives/ringer.yaml", "name: ringer\ntrigger: manual\naction: {emit: ring}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "ringer"));
    settle();

    EXPECT_EQ(started("d"), 1U);
}

}  // namespace
}  // namespace aifp::engine
