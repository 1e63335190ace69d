// A whole run that is tried again: the machine by hand, then the engine across crashes.
// (docs/flow.md; reference/semantics.md 3.12)
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.hpp"
#include "tests/engine/machine_player.hpp"

namespace aifp::engine {
namespace {

using model::RunState;
using plan::leaf;
using plan::retried;

TEST(RunRetry, begins_all_actions_anew_after_the_pause) {
    MachinePlayer play(retried(plan::of({leaf("a"), leaf("b")}), 2));
    play.begin();
    play.end("a");
    play.fail_leaf("b");
    EXPECT_EQ(play.said, "a b");
    play.pass(Seconds(9));
    EXPECT_EQ(play.said, "a b");
    play.pass(Seconds(1));
    play.end("a");
    play.end("b");
    EXPECT_EQ(play.said, "a b a b");
    EXPECT_EQ(play.finished->state, RunState::ok_after_retry);
}

TEST(RunRetry, fails_after_the_last_try_and_then_goes_to_on_error_and_finally) {
    MachinePlayer play(retried(plan::of({leaf("a")}, {leaf("e")}, {leaf("f")}), 2));
    play.begin();
    play.fail_leaf("a");
    EXPECT_EQ(play.said, "a") << "on_error waits for the last try";
    play.pass(Seconds(10));
    play.fail_leaf("a");
    play.end("e");
    play.end("f");
    EXPECT_EQ(play.said, "a a e f");
    EXPECT_EQ(play.finished->state, RunState::failed);
    EXPECT_EQ(play.finished->text, "a broke");
}

TEST(RunRetry, does_not_try_again_what_its_classes_leave_out) {
    auto plan = retried(plan::of({leaf("a")}), 5);
    plan.retry->never_on = {"denied"};
    MachinePlayer play(std::move(plan));
    play.begin();
    play.fail_leaf("a", "denied");
    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunRetry, begins_no_try_beyond_its_budget) {
    auto plan = retried(plan::of({leaf("a")}), 9);
    plan.retry->budget = Seconds(15);
    MachinePlayer play(std::move(plan));
    play.begin();
    play.fail_leaf("a");
    play.pass(Seconds(10));
    play.fail_leaf("a");
    EXPECT_EQ(play.said, "a a");
    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunRetry, does_not_begin_anew_what_began_in_the_middle) {
    MachinePlayer play(retried(plan::of({leaf("a"), leaf("b")}), 2));
    RunProgress middle;
    middle.strands.emplace_back().frames.emplace_back().index = 1;
    middle.is_last_try = true;
    auto kept = run_progress_from_json(to_json(middle));
    play.again.emplace(play.plan_, play, play.vars, std::move(*kept));
    play.take(play.again->begin(play.now));
    auto broken = actions::fail_step(ErrorCode::io_failure, "b broke", "io");
    play.take(play.again->step_ended(0, std::move(broken), play.now));
    EXPECT_EQ(play.said, "b");
    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(RunRetry, forgets_what_the_try_before_set) {
    auto set = plan::step(StepKind::variables, "set");
    MachinePlayer play(retried(plan::of({leaf("a"), set, leaf("b")}), 2), {{"room", "attic"}});
    play.values["set"] = [](const StrandNames&) { return boost::json::value{{"room", "cellar"}}; };
    play.begin();
    play.end("a");
    play.fail_leaf("b");
    play.pass(Seconds(10));
    const auto names = play.machine.names_of(0);
    EXPECT_EQ(names->vars.at("room"), "attic");
    EXPECT_TRUE(names->steps.get_object().empty());
    EXPECT_TRUE(names->error.is_null());
}

TEST(RunRetry, stops_the_clock_of_the_run_between_two_tries) {
    MachinePlayer play(retried(plan::of({leaf("a")}), 2));
    play.begin();
    play.fail_leaf("a");
    EXPECT_EQ(play.pauses, 1U);
    EXPECT_FALSE(play.machine.progress().began);
    play.pass(Seconds(10));
    EXPECT_EQ(play.tries, 2U);
    EXPECT_EQ(play.machine.progress().began, play.now);
}

TEST(RunRetry, tries_again_what_took_too_long) {
    MachinePlayer play(retried(plan::of({leaf("a")}), 2));
    play.begin();
    play.take(play.machine.stopped(RunState::timed_out, "the run took longer than 1m", play.now));
    play.end("a", actions::fail_step(ErrorCode::cancelled, "stopped", "cancelled"));
    EXPECT_FALSE(play.finished);
    play.pass(Seconds(10));
    play.end("a");
    EXPECT_EQ(play.finished->state, RunState::ok_after_retry);
}

TEST(RunRetry, is_not_tried_again_once_somebody_cancelled_it) {
    MachinePlayer play(retried(plan::of({leaf("a")}, {}, {leaf("f")}), 5));
    play.begin();
    play.fail_leaf("a");
    play.stop(RunState::cancelled);
    play.end("f");
    EXPECT_EQ(play.said, "a f");
    EXPECT_EQ(play.finished->state, RunState::cancelled);
}

TEST(RunRetry, waits_long_however_short_its_pause_is) {
    auto plan = retried(plan::of({leaf("a")}), 2);
    plan.retry->delay = Milliseconds(1);
    MachinePlayer play(std::move(plan));
    play.begin();
    play.fail_leaf("a");
    EXPECT_TRUE(play.machine.waits_long(play.now));
}

TEST(RunRetry, goes_on_from_its_written_progress_with_the_tries_it_had) {
    MachinePlayer play(retried(plan::of({leaf("a")}), 2), {{"room", "attic"}});
    play.begin();
    play.fail_leaf("a");
    play.restart();
    EXPECT_EQ(play.said, "a");
    play.now += Seconds(10);
    play.take(play.again->time_passed(play.now));
    EXPECT_EQ(play.said, "a a");
    EXPECT_EQ(play.again->attempt(), 2);
    EXPECT_EQ(play.again->names_of(0)->vars.at("room"), "attic");
    play.end_again("a");
    EXPECT_EQ(play.finished->state, RunState::ok_after_retry);
}

/// Fails at its first try, as long as the state `ready` is not set.
constexpr const char* kNeedsReady = R"(
name: d
trigger: manual
retry: {attempts: 3, delay: 10m, backoff: constant, jitter: 0, retry_on: [any]}
actions:
  - {set: {tries: 1}, increment: true}
  - {if: state.tries < 2, then: [{delay: "{{ 'soon' }}"}]}
)";

class RetriedRuns : public EngineFixture {
protected:
    void begin() {
        start();
        ASSERT_TRUE(act(Verb::run, "d"));
        settle();
        settle();
    }
    std::string state() { return text(history("d").back(), "state"); }
    boost::json::object run() {
        auto list = ask([](Control& control, auto answer) { control.list_runs(answer); });
        return list->as_array().empty() ? boost::json::object() : list->at(0).as_object();
    }
};

TEST_F(RetriedRuns, say_when_the_next_try_is) {
    write_file("directives/d.yaml", kNeedsReady);
    begin();
    const auto shown = run();
    EXPECT_EQ(text(shown, "state"), "waiting");
    EXPECT_EQ(text(shown.at("at").at(0), "step"), "all actions");
    EXPECT_EQ(text(shown.at("at").at(0), "doing"), "next_try");
    EXPECT_EQ(text(shown.at("at").at(0), "until"),
              format_utc_ms(clock.wall() + std::chrono::minutes(10)));
}

TEST_F(RetriedRuns, are_tried_at_that_time_also_after_a_crash) {
    write_file("directives/d.yaml", kNeedsReady);
    begin();
    crash();
    start();
    settle();
    pass(std::chrono::minutes(9));
    EXPECT_EQ(text(run(), "state"), "waiting");
    pass(std::chrono::minutes(1));
    settle();
    EXPECT_EQ(state(), "ok_after_retry");
    EXPECT_EQ(history("d").size(), 1U);
}

TEST_F(RetriedRuns, are_tried_at_once_when_the_time_passed_while_the_engine_was_down) {
    write_file("directives/d.yaml", kNeedsReady);
    begin();
    crash();
    clock.advance(std::chrono::hours(2));
    start();
    settle();
    settle();
    EXPECT_EQ(state(), "ok_after_retry");
}

TEST_F(RetriedRuns, count_as_one_run_for_the_mode_while_they_wait) {
    write_file("directives/d.yaml", kNeedsReady);
    begin();
    EXPECT_FALSE(act(Verb::run, "d"));
    EXPECT_EQ(text(history("d").front(), "reason"), "mode_single_busy");
}

TEST_F(RetriedRuns, take_none_of_the_places_of_others_while_they_wait) {
    settings.limits.max_concurrent_runs = 1;
    write_file("directives/d.yaml", kNeedsReady);
    write_file("directives/e.yaml", "name: e\ntrigger: manual\naction: {log: a}\n");
    begin();
    ASSERT_TRUE(act(Verb::run, "e"));
    settle();
    EXPECT_EQ(text(history("e").front(), "state"), "ok");
}

}  // namespace
}  // namespace aifp::engine
