#include "engine/run_machine.hpp"

#include <gtest/gtest.h>

#include "tests/engine/machine_player.hpp"

namespace aifp::engine {
namespace {

using model::RunState;
using plan::continuing;
using plan::leaf;
using plan::retrying;

TEST(RunMachine, runs_steps_in_order_and_ends_ok) {
    MachinePlayer play(plan::of({leaf("a"), leaf("b")}));

    play.begin();
    play.end("a");
    play.end("b");

    EXPECT_EQ(play.said, "a b");
    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(RunMachine, keeps_outputs_by_name) {
    MachinePlayer play(plan::of({leaf("a"), leaf("b")}));

    play.begin();
    play.end("a", boost::json::value(7));

    EXPECT_EQ(play.machine.progress().outputs.at("a").as_int64(), 7);
}

TEST(RunMachine, a_directive_without_steps_ends_at_once) {
    MachinePlayer play(plan::of({}));

    play.begin();

    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(RunMachine, passes_over_disabled_steps) {
    auto off = leaf("off");
    off.enabled = false;
    MachinePlayer play(plan::of({off, leaf("a")}));

    play.begin();

    EXPECT_EQ(play.said, "a");
}

TEST(RunMachine, goes_to_on_error_and_finally_after_a_failure) {
    MachinePlayer play(plan::of({leaf("a"), leaf("b")}, {leaf("e")}, {leaf("f")}));

    play.begin();
    play.fail_leaf("a");
    const auto error = play.machine.names_of(0)->error;
    play.end("e");
    play.end("f");

    EXPECT_EQ(play.said, "a e f");
    EXPECT_EQ(error.at("class"), "io");
    EXPECT_EQ(error.at("step"), "a");
    EXPECT_EQ(play.finished->state, RunState::failed);
    EXPECT_EQ(play.finished->text, "a broke");
}

TEST(RunMachine, does_finally_when_all_went_well_too) {
    MachinePlayer play(plan::of({leaf("a")}, {leaf("e")}, {leaf("f")}));

    play.begin();
    play.end("a");
    play.end("f");

    EXPECT_EQ(play.said, "a f");
    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(RunMachine, a_failure_in_on_error_keeps_the_first_error_and_still_does_finally) {
    MachinePlayer play(plan::of({leaf("a")}, {leaf("e"), leaf("e2")}, {leaf("f")}));

    play.begin();
    play.fail_leaf("a");
    play.fail_leaf("e");
    play.end("f");

    EXPECT_EQ(play.said, "a e f");
    EXPECT_EQ(play.finished->text, "a broke");
}

TEST(RunMachine, a_failure_in_finally_alone_fails_the_run) {
    MachinePlayer play(plan::of({}, {}, {leaf("f")}));

    play.begin();
    play.fail_leaf("f");

    EXPECT_EQ(play.finished->state, RunState::failed);
    EXPECT_EQ(play.finished->text, "f broke");
}

TEST(RunMachine, a_timeout_is_told_apart_from_a_failure) {
    MachinePlayer play(plan::of({leaf("a")}));

    play.begin();
    play.end("a", actions::fail_step(ErrorCode::timed_out, "slow", "timeout"));

    EXPECT_EQ(play.finished->state, RunState::timed_out);
}

TEST(RunMachine, a_continued_failure_ends_warned_and_can_be_read_by_the_next_step) {
    MachinePlayer play(plan::of({continuing(leaf("a")), leaf("b")}));

    play.begin();
    play.fail_leaf("a");
    const auto error = play.machine.names_of(0)->error;
    play.end("b");

    EXPECT_EQ(error.at("message"), "a broke");
    EXPECT_EQ(play.finished->state, RunState::warned);
    EXPECT_EQ(play.finished->text, "a broke");
}

TEST(RunMachine, continues_over_the_named_classes_only) {
    MachinePlayer play(plan::of({continuing(leaf("a"), {"5xx"}), continuing(leaf("b"), {"5xx"})}));

    play.begin();
    play.fail_leaf("a", "503");
    play.fail_leaf("b", "404");

    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunMachine, a_cancelled_run_does_only_finally) {
    MachinePlayer play(plan::of({leaf("a"), leaf("b")}, {leaf("e")}, {leaf("f")}));

    play.begin();
    play.stop(RunState::cancelled);
    play.end("a");
    play.end("f");

    EXPECT_EQ(play.cancelled, std::vector<std::string>{"a"});
    EXPECT_EQ(play.said, "a f");
    EXPECT_EQ(play.finished->state, RunState::cancelled);
    EXPECT_EQ(play.finished->text, "by hand");
}

TEST(RunMachine, cancelling_a_second_time_ends_finally_too) {
    MachinePlayer play(plan::of({leaf("a")}, {}, {leaf("f"), leaf("g")}));

    play.begin();
    play.stop(RunState::replaced);
    play.end("a");
    play.stop(RunState::replaced);
    play.end("f");

    EXPECT_EQ(play.said, "a f");
    EXPECT_EQ(play.finished->state, RunState::replaced);
}

TEST(RunMachine, a_run_that_timed_out_still_handles_the_error) {
    MachinePlayer play(plan::of({leaf("a")}, {leaf("e")}));

    play.begin();
    play.stop(RunState::timed_out);
    play.end("a");
    play.end("e");

    EXPECT_EQ(play.said, "a e");
    EXPECT_EQ(play.finished->state, RunState::timed_out);
}

TEST(RunMachine, tries_again_after_the_pause_of_its_policy) {
    MachinePlayer play(plan::of({retrying(leaf("a"), 3)}));

    play.begin();
    play.fail_leaf("a");
    const auto next = play.machine.next_time();
    play.pass(Seconds(9));
    const auto early = play.said;
    play.pass(Seconds(1));
    play.end("a");

    EXPECT_EQ(*next, play.now);
    EXPECT_EQ(early, "a");
    EXPECT_EQ(play.said, "a a");
    EXPECT_EQ(play.finished->state, RunState::ok_after_retry);
}

TEST(RunMachine, gives_up_after_the_last_attempt) {
    MachinePlayer play(plan::of({retrying(leaf("a"), 2)}));

    play.begin();
    play.fail_leaf("a");
    play.pass(Seconds(10));
    play.fail_leaf("a");

    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunMachine, does_not_begin_a_try_beyond_the_budget) {
    auto step = retrying(leaf("a"), 9);
    step.retry->budget = Seconds(25);
    MachinePlayer play(plan::of({step}));

    play.begin();
    play.fail_leaf("a");
    play.pass(Seconds(10));
    play.fail_leaf("a");

    EXPECT_EQ(play.said, "a a");
    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunMachine, tries_a_whole_sequence_again) {
    auto both = retrying(plan::step(StepKind::sequence, "s", {{leaf("a"), leaf("b")}}), 2);
    MachinePlayer play(plan::of({both}));

    play.begin();
    play.end("a");
    play.fail_leaf("b");
    play.pass(Seconds(10));

    EXPECT_EQ(play.said, "a b a");
}

TEST(RunMachine, a_time_out_around_several_steps_ends_them_and_fails_the_one_around) {
    auto around = plan::step(StepKind::sequence, "s", {{leaf("a"), leaf("b")}});
    around.timeout = Seconds(5);
    MachinePlayer play(plan::of({continuing(around), leaf("c")}));

    play.begin();
    play.pass(Seconds(5));
    play.end("a");

    EXPECT_EQ(play.cancelled, std::vector<std::string>{"a"});
    EXPECT_EQ(play.said, "a c");
}

TEST(RunMachine, a_time_out_reaches_the_branches_of_a_parallel) {
    auto around = plan::step(StepKind::parallel, "p", {{leaf("a")}, {leaf("b")}});
    around.timeout = Seconds(5);
    MachinePlayer play(plan::of({around}));

    play.begin();
    play.pass(Seconds(5));
    play.end("a");
    play.end("b");

    EXPECT_EQ(play.cancelled, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(play.finished->state, RunState::timed_out);
}

TEST(RunMachine, a_delay_is_missed_when_it_was_over_for_longer_than_its_grace) {
    using std::chrono::minutes;
    MachinePlayer play(plan::of({plan::step(StepKind::delay, "d"), leaf("a")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value("10m"); };
    play.begin();
    const auto over = play.now + minutes(10);

    EXPECT_FALSE(play.machine.missed(over - Seconds(1), {}));
    EXPECT_FALSE(play.machine.missed(over + minutes(10), {}));
    EXPECT_EQ(play.machine.missed(over + minutes(10) + Seconds(1), {}),
              "d was over 10m1s ago, while the engine was down, and misfire is skip");
    EXPECT_FALSE(play.machine.missed(over + minutes(20), Milliseconds(minutes(20))));
    EXPECT_TRUE(play.machine.missed(over + Seconds(6), Milliseconds(5'000)));
}

TEST(RunMachine, the_default_grace_is_at_least_a_minute_and_at_most_an_hour) {
    using std::chrono::minutes;
    for (const auto& [length, grace] :
         {std::pair{"2s", Milliseconds(minutes(1))}, {"20h", Milliseconds(minutes(60))}}) {
        MachinePlayer play(plan::of({plan::step(StepKind::delay, "d")}));
        play.values["d"] = [text = length](const StrandNames&) { return boost::json::value(text); };
        play.begin();
        const auto over = *play.machine.next_time();

        EXPECT_FALSE(play.machine.missed(over + grace, {})) << length;
        EXPECT_TRUE(play.machine.missed(over + grace + Seconds(1), {})) << length;
    }
}

TEST(RunMachine, a_missed_wait_ends_the_run_after_finally_and_does_nothing_else) {
    MachinePlayer play(
        plan::of({plan::step(StepKind::delay, "d"), leaf("a")}, {leaf("e")}, {leaf("f")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value("10m"); };
    play.begin();

    play.take(play.machine.resume(play.now, "too late"));
    play.end("f");

    EXPECT_EQ(play.said, "f");
    EXPECT_EQ(play.finished->state, RunState::cancelled);
    EXPECT_EQ(play.finished->text, "too late");
}

TEST(RunMachine, a_wait_of_no_time_looks_once) {
    auto until = plan::step(StepKind::wait_until, "u");
    auto trigger = plan::step(StepKind::wait_for, "t");
    until.timeout = trigger.timeout = Milliseconds(0);
    until.as = "until";
    trigger.as = "trigger";
    for (const bool holds : {true, false}) {
        MachinePlayer play(plan::of({until, trigger}));
        play.truths["u"] = [holds](std::size_t, const StrandNames&) { return holds; };
        play.begin();

        ASSERT_TRUE(play.finished);
        EXPECT_EQ(play.finished->state, RunState::ok);
        EXPECT_TRUE(play.under_way.empty()) << "nothing is listened for";
        const auto& outputs = play.machine.progress().outputs;
        EXPECT_EQ(outputs.at("until").at("completed"), holds);
        EXPECT_EQ(outputs.at("trigger").at("completed"), false);
    }
}

TEST(RunMachine, a_wait_of_no_time_in_vain_can_be_an_error) {
    auto until = plan::retrying(plan::step(StepKind::wait_until, "u"), 2);
    until.timeout = Milliseconds(0);
    until.continue_on_timeout = false;
    MachinePlayer play(plan::of({until}));
    play.truths["u"] = [](std::size_t, const StrandNames&) { return false; };
    play.begin();
    EXPECT_FALSE(play.finished) << "the next try looks once more";

    play.pass(Seconds(10));
    ASSERT_TRUE(play.finished);
    EXPECT_EQ(play.finished->state, RunState::timed_out);
}

TEST(RunMachine, a_failure_says_where_it_could_go_on) {
    MachinePlayer play(plan::of({leaf("a"), plan::step(StepKind::sequence, "s", {{leaf("b")}})}));
    play.begin();
    play.end("a", boost::json::value(7));
    play.fail_leaf("b");

    const auto& failed = play.machine.progress().failed_at;
    ASSERT_TRUE(failed.is_object());
    EXPECT_EQ(failed.at("action").to_number<int>(), 1);
    EXPECT_EQ(failed.at("outputs").at("a"), 7);
}

TEST(RunMachine, knows_the_turns_of_a_loop_apart_after_a_restart_too) {
    MachinePlayer play(plan::of({plan::repeat(Loop::count, {leaf("a")})}));
    play.values["repeat"] = [](const StrandNames&) { return boost::json::value(3); };
    play.begin();
    const auto first = play.machine.turn_of(0);
    play.end("a");
    const auto second = play.machine.turn_of(0);
    auto kept = run_progress_from_json(to_json(play.machine.progress()));
    const RunMachine again(play.plan_, play, play.vars, std::move(*kept));
    EXPECT_EQ(play.said, "a a");
    EXPECT_NE(second, first);
    EXPECT_EQ(again.turn_of(0), second);
}

}  // namespace
}  // namespace aifp::engine
