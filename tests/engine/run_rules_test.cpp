// How the runs of a directive are kept apart, dropped and stopped: docs/flow.md, row by row, on the
// fake clock and across crashes. (reference/semantics.md 3.1, 3.5 and 3.13)
#include <gtest/gtest.h>

#include <ostream>

#include "tests/engine/run_rules_fixture.hpp"

namespace aifp::engine {
namespace {

struct ModeRow {
    std::string name;
    std::string rules;
    std::string rings;  ///< k: kitchen, g: garden.
    std::string decisions;
    std::string states;
    friend std::ostream& operator<<(std::ostream& to, const ModeRow& row) { return to << row.name; }
};

class RunModes : public RunRules, public ::testing::WithParamInterface<ModeRow> {};

TEST_P(RunModes, hold_per_key) {
    write_slow(GetParam().rules);
    start_with_ringers();
    for (const char room : GetParam().rings) {
        ring(room == 'k' ? "kitchen" : "garden");
    }
    EXPECT_EQ(decisions(), GetParam().decisions);
    EXPECT_EQ(states(), GetParam().states);
}

constexpr const char* kByRoom = "\nkey: '{{ trigger.data.room }}'";

INSTANTIATE_TEST_SUITE_P(
    table,
    RunModes,
    ::testing::Values(
        ModeRow{"single", "mode: single", "kg", "started mode_single_busy", "running -"},
        ModeRow{"single_by_room",
                std::string("mode: single") + kByRoom,
                "kgk",
                "started started mode_single_busy",
                "running running -"},
        ModeRow{"restart", "mode: restart", "kg", "started started", "replaced running"},
        ModeRow{"restart_by_room",
                std::string("mode: restart") + kByRoom,
                "kgk",
                "started started started",
                "replaced running running"},
        ModeRow{
            "queued", "mode: queued\nmax: 2", "kgk", "started queued mode_max", "running queued -"},
        ModeRow{"queued_by_room",
                std::string("mode: queued\nmax: 2") + kByRoom,
                "kgkgk",
                "started started queued queued mode_max",
                "running running queued queued -"},
        ModeRow{"parallel",
                "mode: parallel\nmax: 2",
                "kgk",
                "started started mode_max",
                "running running -"},
        ModeRow{"parallel_by_room",
                std::string("mode: parallel\nmax: 2") + kByRoom,
                "kkgk",
                "started started started mode_max",
                "running running running -"}),
    [](const auto& row) { return row.param.name; });

TEST_F(RunRules, a_false_condition_leaves_the_run_under_way_alone) {
    write_slow("mode: restart\ncondition: trigger.data.room == 'kitchen'");
    start_with_ringers();
    ring("kitchen");
    ring("garden");
    EXPECT_EQ(decisions(), "started condition_false");
    EXPECT_EQ(states(), "running -");
}

// The old run's program and what it started take no notice of TERM.
TEST_F(RunRules, restart_begins_when_the_last_process_of_the_old_run_is_gone) {
    write_file("src/hold.sh",
               "if [ -e pid ]; then\n"
               "  grep -s '^State:' /proc/$(cat pid)/status | grep -v Z > seen.new\n"
               "  mv seen.new seen; exit 0\n"
               "fi\n"
               "trap '' TERM\n"
               "sh -c 'echo $$ > pid.new; mv pid.new pid; while :; do sleep 0.02; done' &\n"
               "wait\n");
    write_slow("mode: restart", "[{command: [sh, src/hold.sh], grace: 200ms}]");
    start_with_ringers();
    ring();
    run_until([&] { return std::filesystem::exists(paths.root() / "pid"); });
    ring();
    run_until([&] { return std::filesystem::exists(paths.root() / "seen"); });
    EXPECT_EQ(*read_file(paths.root() / "seen", 1'000), "") << "it was still there";
    EXPECT_EQ(text(history("d")[1], "state"), "replaced");
}

TEST_F(RunRules, a_drop_names_the_run_and_the_key) {
    write_slow(std::string("mode: single") + kByRoom);
    start_with_ringers();
    ring();
    ring();
    const auto rows = history("d");
    EXPECT_EQ(text(rows[0], "detail"),
              "run " + text(rows[1], "id") + " is still going with the key kitchen");
    EXPECT_EQ(text(rows[0], "key"), "kitchen");
}

TEST_F(RunRules, a_key_that_cannot_be_rendered_is_a_decision) {
    write_slow("key: '{{ trigger.data.floor }}'");
    start_with_ringers();
    ring();
    EXPECT_EQ(decisions(), "condition_error");
    EXPECT_NE(newest("detail").find("key: "), std::string::npos) << newest("detail");
    EXPECT_NE(newest("detail").find("floor"), std::string::npos) << newest("detail");
}

TEST_F(RunRules, a_key_of_an_event_whose_conditions_are_false_concerns_nobody) {
    write_slow("key: '{{ trigger.data.floor }}'\ncondition: 1 == 2");
    start_with_ringers();
    ring();
    EXPECT_EQ(decisions(), "condition_false");
}

TEST_F(RunRules, a_key_that_is_too_long_is_a_decision) {
    write_slow("key: '{{ trigger.data.room }}" + std::string(250, 'x') + "'");
    start_with_ringers();
    ring();
    EXPECT_EQ(decisions(), "condition_error");
    EXPECT_EQ(newest("detail"), "key: it is 257 bytes long; at most 256 are allowed");
}

TEST_F(RunRules, queued_runs_keep_their_key_and_variables_over_a_crash) {
    write_slow(std::string("mode: queued\nvariables: {was: '{{ state.mood }}'}") + kByRoom,
               "[{delay: 10m}, {stop: '{{ vars.was }}', error: true}]");
    start_with_ringers();
    set_state("mood", "calm");
    ring("kitchen");
    ring("kitchen");
    ring("garden");
    set_state("mood", "wild");
    crash_and_start();
    EXPECT_EQ(states(), "running queued running");
    pass(std::chrono::minutes(10));
    EXPECT_EQ(states(), "failed running failed");
    pass(std::chrono::minutes(10));
    settle();
    EXPECT_EQ(text(history("d")[1], "error"), "calm");
    EXPECT_EQ(text(history("d")[1], "key"), "kitchen");
}

TEST_F(RunRules, variables_are_made_once_and_in_order) {
    write_slow(
        "variables: {room: '{{ trigger.data.room }}', text: 'in the {{ vars.room }}'}\n"
        "condition: vars.room == 'kitchen'",
        "[{stop: '{{ vars.text }}', error: true}]");
    start_with_ringers();
    ring("garden");
    ring("kitchen");
    EXPECT_EQ(decisions(), "condition_false started");
    EXPECT_EQ(newest("error"), "in the kitchen");
}

TEST_F(RunRules, a_variable_that_cannot_be_made_is_a_decision) {
    write_slow("variables: {floor: '{{ trigger.data.floor }}'}");
    start_with_ringers();
    ring();
    EXPECT_EQ(decisions(), "condition_error");
    EXPECT_NE(newest("detail").find("variables: floor: "), std::string::npos) << newest("detail");
}

TEST_F(RunRules, a_queued_run_expires_as_soon_as_its_time_is_up) {
    write_slow("mode: queued\nmax: 2\nmax_age: 10m");
    start_with_ringers();
    ring();
    ring();
    pass(std::chrono::minutes(9));
    EXPECT_EQ(decisions(), "started queued");
    pass(std::chrono::minutes(2));
    EXPECT_EQ(decisions(), "started queue_expired");
    EXPECT_EQ(newest("detail"), "it waited 10m; max_age is 10m");
    ring();
    EXPECT_EQ(decisions(), "started queue_expired queued") << "its place among max is free";
}

TEST_F(RunRules, a_queued_run_expires_while_the_engine_is_down) {
    write_slow("mode: queued\nmax_age: 10m");
    start_with_ringers();
    ring();
    ring();
    settle();
    crash();
    clock.advance(std::chrono::minutes(20));
    start();
    settle();
    EXPECT_EQ(decisions(), "started queue_expired");
    EXPECT_EQ(newest("detail"), "it waited 20m; max_age is 10m");
}

TEST_F(RunRules, max_age_is_no_bound_for_a_run_under_way) {
    write_slow("mode: queued\nmax_age: 10m");
    start_with_ringers();
    ring();
    pass(std::chrono::minutes(61));
    settle();
    EXPECT_EQ(states(), "ok");
}

TEST_F(RunRules, conditions_are_not_asked_again_unless_recheck_says_so) {
    write_slow("mode: queued\ncondition: state.home == true", "[{delay: 10m}]");
    start_with_ringers();
    set_state("home", true);
    ring();
    ring();
    set_state("home", false);
    pass(std::chrono::minutes(11));
    EXPECT_EQ(states(), "ok running");
}

TEST_F(RunRules, recheck_asks_the_conditions_again) {
    write_slow("mode: queued\nrecheck: true\ncondition: state.home == true", "[{delay: 10m}]");
    start_with_ringers();
    set_state("home", true);
    ring();
    ring();
    set_state("home", false);
    pass(std::chrono::minutes(11));
    settle();
    EXPECT_EQ(decisions(), "started condition_false");
    EXPECT_TRUE(newest("detail").starts_with("when its turn came: condition 1 is false: "))
        << newest("detail");
}

TEST_F(RunRules, a_silent_drop_stands_in_the_ledger_and_not_in_the_log) {
    write_slow("max_exceeded: silent");
    start_with_ringers();
    ring();
    ring();
    log->blocking_flush();
    std::string lines;
    for (const auto& file : std::filesystem::recursive_directory_iterator(paths.logs())) {
        if (file.is_regular_file()) {
            lines += *read_file(file.path(), 1 << 20);
        }
    }
    EXPECT_EQ(decisions(), "started mode_single_busy");
    EXPECT_EQ(lines.find("mode_single_busy"), std::string::npos);
}

TEST_F(RunRules, a_cancelled_queued_run_never_begins) {
    write_slow("mode: queued");
    start_with_ringers();
    ring();
    ring();
    const auto id = LedgerId{history("d").front().at("id").as_int64()};
    ASSERT_TRUE(ask([&](Control& control, auto answer) { control.cancel_run(id, "me", answer); }));
    pass(std::chrono::minutes(61));
    EXPECT_EQ(states(), "ok cancelled");
}

// What starts itself.

TEST_F(RunRules, a_run_that_rings_its_own_bell_is_refused_where_it_would_never_end) {
    for (const char* mode : {"restart", "queued"}) {
        write_file("directives/d.yaml",
                   std::string("name: d\nmode: ") + mode +
                       "\ntrigger: {event: ring}\nactions: [{emit: ring, data: {room: attic}}]\n");
        start_with_ringers();
        ring();
        EXPECT_EQ(newest("reason"), "recursion") << mode;
        EXPECT_NE(newest("detail").find("is still going and led to this"), std::string::npos);
        crash();
    }
}

TEST_F(RunRules, a_run_that_is_nothing_but_a_row_is_known_as_the_one_that_led_to_it) {
    write_slow("mode: restart", "[{emit: passed_on}, {delay: 1h}]");
    write_file("directives/p.yaml",
               "name: p\ntrigger: {event: passed_on}\n"
               "actions: [{delay: 30s}, {emit: ring, data: {room: attic}}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "d"));
    settle();
    settle();
    pass(Seconds(30));
    settle();
    EXPECT_EQ(decisions(), "started recursion");
}

TEST_F(RunRules, a_run_may_pass_a_bell_on_to_another_key) {
    write_slow(std::string("mode: queued\ncondition: trigger.data.room ~= 'attic'") + kByRoom,
               "[{emit: ring, data: {room: garden}}, {delay: 1h}]");
    start_with_ringers();
    ring("kitchen");
    settle();
    EXPECT_EQ(decisions(), "started started recursion");
}

TEST_F(RunRules, a_run_cannot_call_its_way_back_to_its_own_directive) {
    write_file("directives/d.yaml", "name: d\ntrigger: manual\nactions: [{call: e}]\n");
    write_file("directives/e.yaml", "name: e\ntrigger: manual\nactions: [{call: d}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "d"));
    for (int turns = 0; turns < 5; ++turns) {
        settle();
    }
    EXPECT_EQ(decisions(), "started recursion");
}

TEST_F(RunRules, a_directive_that_starts_itself_again_and_again_is_paused) {
    settings.limits.max_own_starts_per_minute = 5;
    write_file("directives/d.yaml",
               "name: d\nmode: parallel\nmax: 100\ntrigger: {event: ring}\n"
               "actions: [{emit: ring}, {emit: ring}]\n");
    start_with_ringers();
    ring();
    for (int turns = 0; turns < 5; ++turns) {
        settle();
    }
    EXPECT_EQ(status_of("d"), "paused");
    EXPECT_EQ(reason_of_status(),
              "storm_breaker: it started itself 5 times in a minute, directly or through others "
              "(limits.max_own_starts_per_minute); when it is mended: aifp resume d");
    const auto said = decisions();
    EXPECT_NE(said.find("storm_breaker"), std::string::npos) << said;
    EXPECT_EQ(engine->upkeep().alerts().front().kind, "storm_breaker");
}

TEST_F(RunRules, a_directive_paused_by_the_storm_breaker_stays_so_until_somebody_resumes_it) {
    settings.limits.max_starts_per_minute = 2;
    write_slow("", "[{log: a}]");
    start_with_ringers();
    for (const char* room : {"kitchen", "garden", "kitchen", "garden"}) {
        ring(room);
    }
    EXPECT_EQ(decisions(), "started started storm_breaker paused");
    crash_and_start();
    EXPECT_EQ(status_of("d"), "paused");
    ASSERT_TRUE(act(Verb::resume, "d"));
    settle();
    ring();
    EXPECT_EQ(decisions(), "started started storm_breaker paused started");
    EXPECT_TRUE(engine->upkeep().alerts().empty());
}

TEST_F(RunRules, starts_in_different_minutes_are_no_storm) {
    settings.limits.max_starts_per_minute = 1;
    write_slow("", "[{log: a}]");
    start_with_ringers();
    for (int minute = 0; minute < 3; ++minute) {
        ring();
        pass(std::chrono::minutes(1));
    }
    EXPECT_EQ(decisions(), "started started started");
}

TEST_F(RunRules, two_directives_after_each_other_come_to_an_end) {
    write_file("directives/d.yaml", "name: d\ntriggers: [{after: e}, manual]\naction: {log: a}\n");
    write_file("directives/e.yaml", "name: e\ntrigger: {after: d}\naction: {log: a}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "d"));
    for (int turns = 0; turns < 60; ++turns) {
        settle();
    }
    EXPECT_EQ(text(history("e").front(), "reason"), "event_chain_too_long");
}

// What fails again and again.

constexpr const char* kFails = "[{stop: broken, error: true}]";

TEST_F(RunRules, stop_after_pauses_what_fails_so_often_in_a_row) {
    write_slow("stop_after: {failures: 2}", kFails);
    start_with_ringers();
    ring();
    EXPECT_EQ(status_of("d"), "active");
    ring();
    EXPECT_EQ(status_of("d"), "paused");
    EXPECT_EQ(reason_of_status(),
              "stop_after: d failed 2 times in a row; the last time: broken; when it is mended: "
              "aifp resume d");
    ring();
    EXPECT_EQ(decisions(), "started started paused");
}

TEST_F(RunRules, stop_after_one_failure_speaks_of_no_row) {
    write_slow("stop_after: {failures: 1}", kFails);
    start_with_ringers();
    ring();
    EXPECT_TRUE(reason_of_status().starts_with("stop_after: d failed; the last time: broken; "))
        << reason_of_status();
}

TEST_F(RunRules, stop_after_counts_over_a_crash_and_begins_anew_when_resumed) {
    write_slow("stop_after: {failures: 2}", kFails);
    start_with_ringers();
    ring();
    crash_and_start();
    ring();
    EXPECT_EQ(status_of("d"), "paused");
    ASSERT_TRUE(act(Verb::resume, "d"));
    settle();
    ring();
    crash_and_start();
    EXPECT_EQ(status_of("d"), "active");
}

TEST_F(RunRules, stop_after_forgets_failures_when_a_run_goes_well) {
    write_slow("stop_after: {failures: 2}",
               "[{condition: trigger.data.room == 'garden'}, {stop: broken, error: true}]");
    start_with_ringers();
    for (const char* room : {"garden", "kitchen", "garden"}) {
        ring(room);
    }
    EXPECT_EQ(states(), "failed ok failed");
    EXPECT_EQ(status_of("d"), "active");
}

TEST_F(RunRules, stop_after_forgets_failures_when_the_file_is_edited) {
    write_slow("stop_after: {failures: 2}", kFails);
    start_with_ringers();
    ring();
    write_slow("stop_after: {failures: 2}", "[{stop: still broken, error: true}]");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    ring();
    EXPECT_EQ(states(), "failed failed");
    EXPECT_EQ(status_of("d"), "active");
}

}  // namespace
}  // namespace aifp::engine
