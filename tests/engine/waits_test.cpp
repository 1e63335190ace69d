// Runs that wait: on the fake clock, across crashes, edits and stops.
#include <gtest/gtest.h>

#include "engine/states.hpp"
#include "storage/waits.hpp"
#include "tests/engine/waits_fixture.hpp"

namespace aifp::engine {
namespace {

TEST_F(Waits, a_delay_ends_at_its_time_and_not_before) {
    write_directive("a", "actions: [{delay: 10m}, {set: {done: true}}]\n");
    start();
    begin("a");

    pass(std::chrono::minutes(9));
    const auto early = runs().size();
    pass(std::chrono::minutes(1));
    settle();

    EXPECT_EQ(early, 1U);
    EXPECT_EQ(state_of("a"), "ok");
}

TEST_F(Waits, a_delay_survives_a_crash_with_its_variables_and_outputs) {
    write_directive("a",
                    "actions:\n"
                    "  - {variables: {room: porch}}\n"
                    "  - {log: kept, as: said}\n"
                    "  - {delay: 10m}\n"
                    "  - {set: {result: \"{{ vars.room }} {{ steps.said }}\"}}\n"
                    "  - {stop: \"{{ state.result }}\", error: true}\n");
    start();
    begin("a");

    crash_and_start();
    pass(std::chrono::minutes(10));
    settle();

    EXPECT_EQ(state_of("a"), "failed");
    EXPECT_EQ(text(history("a").front(), "error"), "porch kept");
}

TEST_F(Waits, a_deadline_that_passed_while_down_ends_the_run_by_default) {
    write_directive("a", "actions: [{delay: 10m}]\nfinally: [{set: {tidy: true}}]\n");
    start();
    begin("a");
    settle();
    crash();

    clock.advance(std::chrono::hours(3));
    start();
    settle();
    settle();

    EXPECT_EQ(state_of("a"), "cancelled");
    EXPECT_EQ(text(history("a").front(), "error"),
              "action 1 (delay) was over 2h50m ago, while the engine was down, and misfire is "
              "skip");
    EXPECT_TRUE(engine->control().states()->show_states("tidy"));
}

TEST_F(Waits, a_deadline_within_the_grace_goes_on_at_once) {
    write_directive("a", "actions: [{delay: 5s}, {set: {done: true}}]\n");
    start();
    begin("a");
    settle();
    crash();

    clock.advance(Seconds(50));
    start();
    settle();
    settle();

    EXPECT_EQ(state_of("a"), "ok");
}

TEST_F(Waits, with_misfire_once_a_deadline_that_passed_while_down_goes_on_at_once) {
    write_directive("a", "misfire: once\nactions: [{delay: 10m}, {set: {done: true}}]\n");
    start();
    begin("a");
    settle();
    crash();

    clock.advance(std::chrono::hours(3));
    start();
    settle();
    settle();

    EXPECT_EQ(state_of("a"), "ok");
    EXPECT_TRUE(runs().empty());
}

TEST_F(Waits, a_trigger_that_fires_at_the_start_finds_the_runs_of_before) {
    write_file("directives/a.yaml",
               "name: a\nmisfire: once\n"
               "triggers: [manual, {state: door, to: open, for: 5m}]\nactions: [{delay: 1h}]\n");
    write_directive("b", "actions: [{set: {door: open}}]\n");
    start();
    begin("a");
    begin("b");
    crash();

    clock.advance(std::chrono::minutes(10));
    start();
    settle();

    EXPECT_EQ(text(history("a").front(), "reason"), "mode_single_busy");
    EXPECT_EQ(runs().size(), 1U);
}

TEST_F(Waits, a_run_goes_on_with_the_version_it_began_with) {
    write_directive("a", "actions: [{delay: 10m}, {stop: old, error: true}]\n");
    start();
    begin("a");
    settle();
    crash();

    write_directive("a", "actions: [{delay: 10m}, {stop: new, error: true}]\n");
    start();
    settle();
    pass(std::chrono::minutes(10));
    settle();

    EXPECT_EQ(text(history("a").front(), "error"), "old");
}

TEST_F(Waits, on_edit_stop_cancels_a_run_whose_file_changed) {
    write_directive("a", "on_edit: stop\nactions: [{delay: 10m}]\n");
    start();
    begin("a");
    settle();
    crash();

    write_directive("a", "on_edit: stop\nactions: [{delay: 20m}]\n");
    start();
    settle();

    EXPECT_EQ(state_of("a"), "cancelled");
}

TEST_F(Waits, wait_until_hears_of_a_change_of_state) {
    write_directive("a", "actions: [{wait_until: state.home == true}, {set: {done: true}}]\n");
    write_directive("b", "actions: [{set: {home: true}}]\n");
    write_directive("c", "actions: [{set: {home: false}}]\n");
    start();
    begin("c");
    begin("a");
    const auto before = runs().size();

    begin("b");
    settle();

    EXPECT_EQ(before, 1U);
    EXPECT_EQ(state_of("a"), "ok");
}

TEST_F(Waits, conditions_between_actions_may_ask_for_states_and_the_sun) {
    settings.latitude = 52.5;
    settings.longitude = 13.4;
    write_directive("a",
                    "actions:\n"
                    "  - {set: {door: open}}\n"
                    "  - if:\n"
                    "      - {state: {name: door, is: open}}\n"
                    "      - {any: [{sun: above_horizon}, {sun: below_horizon}]}\n"
                    "    then: [{stop: seen, error: true}]\n");
    start();
    begin("a");

    EXPECT_EQ(text(history("a").front(), "error"), "seen");
}

TEST_F(Waits, wait_for_hears_of_an_event_even_after_a_crash) {
    write_directive("a",
                    "actions:\n"
                    "  - {wait_for: {event: bell}, timeout: 1h}\n"
                    "  - {stop: \"{{ wait.trigger.data }}\", error: true}\n");
    write_directive("b", "actions: [{emit: bell, data: ding}]\n");
    start();
    begin("a");

    crash_and_start();
    begin("b");
    settle();

    EXPECT_EQ(text(history("a").front(), "error"), "ding");
}

TEST_F(Waits, wait_for_takes_only_the_event_that_its_filter_means) {
    write_directive(
        "a",
        "actions:\n"
        "  - {variables: {order: B1}}\n"
        "  - {wait_for: {event: paid, filter: trigger.data.order == vars.order}}\n"
        "  - {stop: \"{{ wait.trigger.data.by }}, {{ trigger.kind }}\", error: true}\n");
    write_directive("b", "actions: [{emit: paid, data: {order: B2, by: eva}}]\n");
    write_directive("c", "actions: [{emit: paid, data: {by: nobody}}]\n");
    write_directive("d", "actions: [{emit: paid, data: {order: B1, by: ada}}]\n");
    start();
    begin("a");

    for (const auto* name : {"b", "c", "d"}) {
        begin(name);
        settle();
    }

    EXPECT_EQ(text(history("a").front(), "error"), "ada, manual");
}

TEST_F(Waits, a_stop_leaves_waiting_runs_to_the_next_start) {
    write_directive("a", "actions: [{delay: 10m}]\n");
    start();
    begin("a");

    stop();
    start();
    settle();
    const auto waiting = runs().size();
    pass(std::chrono::minutes(10));
    settle();

    EXPECT_EQ(waiting, 1U);
    EXPECT_EQ(state_of("a"), "ok");
}

TEST_F(Waits, a_cancelled_run_is_gone_for_good) {
    write_directive("a", "actions: [{delay: 10m}]\n");
    start();
    const auto run = begin("a");

    static_cast<void>(
        ask([&](Control& control, auto answer) { control.cancel_run(run, "eva", answer); }));
    crash_and_start();

    EXPECT_EQ(state_of("a"), "cancelled");
    EXPECT_TRUE(runs().empty());
}

TEST_F(Waits, waiting_runs_take_no_place_of_those_that_run) {
    settings.limits.max_concurrent_runs = 1;
    write_directive("a", "actions: [{delay: 10m}]\n");
    write_directive("b", "actions: [{set: {done: true}}]\n");
    start();
    begin("a");

    begin("b");

    EXPECT_EQ(state_of("b"), "ok");
}

TEST_F(Waits, a_run_that_never_waits_writes_no_row) {
    write_directive("a", "actions: [{log: x}, {delay: 500ms}, {log: y}]\n");
    start();
    begin("a");
    settle();
    auto last = std::make_shared<std::optional<WaitId>>();
    store->read([last](storage::Database& database) { *last = storage::last_wait_id(database); },
                [](const Status&) {});
    run_until([&] { return last->has_value(); });
    EXPECT_EQ(**last, WaitId());
    pass(Seconds(1));
    EXPECT_EQ(state_of("a"), "ok");
}

TEST_F(Waits, an_event_reaches_the_run_that_emits_it) {
    write_directive("a",
                    "actions:\n"
                    "  - parallel:\n"
                    "      - {wait_for: {event: ping}, timeout: 1h, continue_on_timeout: false}\n"
                    "      - {sequence: [{delay: 2s}, {emit: ping}]}\n");
    start();
    begin("a");
    settle();

    pass(Seconds(3));
    settle();

    EXPECT_EQ(state_of("a"), "ok");
}

}  // namespace
}  // namespace aifp::engine
