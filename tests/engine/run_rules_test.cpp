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

}  // namespace
}  // namespace aifp::engine
