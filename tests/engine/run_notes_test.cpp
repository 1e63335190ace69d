// What RunMachine tells of the steps that it takes itself, for the time line of a run
// (docs/why.md).
#include <gtest/gtest.h>

#include "tests/engine/machine_player.hpp"

namespace aifp::engine {
namespace {

using plan::leaf;
using plan::step;

constexpr auto kYes = [](std::size_t, const StrandNames&) { return Result<bool>(true); };
constexpr auto kNo = [](std::size_t, const StrandNames&) { return Result<bool>(false); };

PlanStep delay() {
    return step(StepKind::delay, "delay");
}

boost::json::value ten_seconds(const StrandNames&) {
    return 10;
}

PlanStep wait(Milliseconds timeout) {
    auto made = step(StepKind::wait_for, "wait");
    made.timeout = timeout;
    return made;
}

TEST(RunNotes, tell_of_each_step_that_no_shell_starts) {
    MachinePlayer play(plan::of({step(StepKind::condition, "c"),
                                 step(StepKind::variables, "v"),
                                 delay(),
                                 leaf("a"),
                                 step(StepKind::stop, "stop")}));
    play.values["v"] = [](const StrandNames&) { return boost::json::object{{"room", "porch"}}; };
    play.values["delay"] = ten_seconds;
    play.values["stop"] = [](const StrandNames&) { return boost::json::object{{"text", "late"}}; };
    play.result_of["a"] = boost::json::value(1);

    play.begin();
    play.pass(Seconds(10));

    EXPECT_EQ(play.notes,
              R"(c 0 ms: true, v 0 ms: {"room":"porch"}, )"
              R"(delay 10000 ms: null, )"
              R"(stop 0 ms: "late")");
}

TEST(RunNotes, tell_which_way_was_chosen) {
    MachinePlayer play(plan::of({step(StepKind::branch, "if", {{leaf("a")}, {leaf("b")}}),
                                 step(StepKind::choose, "one", {{leaf("c")}, {leaf("d")}, {}}),
                                 step(StepKind::choose, "none", {{leaf("e")}, {}})}));
    play.truths["if"] = kNo;
    play.truths["one"] = [](std::size_t which, const StrandNames&) { return which == 1; };
    play.truths["none"] = kNo;
    play.result_of["b"] = play.result_of["d"] = boost::json::value(1);

    play.begin();

    EXPECT_EQ(play.notes, R"(if 0 ms: "else", one 0 ms: "option 2", none 0 ms: "default")");
}

TEST(RunNotes, tell_how_often_a_loop_went_round) {
    auto three = plan::repeat(Loop::count, {leaf("a")});
    auto none = plan::repeat(Loop::while_true, {leaf("b")});
    three.place = "three";
    none.place = "none";
    MachinePlayer play(plan::of({three, none}));
    play.values["three"] = [](const StrandNames&) { return 3; };
    play.truths["none"] = kNo;
    play.result_of["a"] = boost::json::value(1);

    play.begin();

    EXPECT_EQ(play.notes, R"(three 0 ms: {"turns":3}, none 0 ms: {"turns":0})");
}

TEST(RunNotes, tell_of_a_wait_that_ended_before_its_time_how_it_ended) {
    auto around = step(StepKind::sequence, "around", {{delay()}});
    around.timeout = Seconds(4);
    around.continues = true;
    MachinePlayer play(plan::of({around, wait(Seconds(5)), delay()}));
    play.values["delay"] = ten_seconds;

    play.begin();
    play.pass(Seconds(4));
    play.pass(Seconds(5));
    play.pass(Seconds(3));
    play.stop(model::RunState::cancelled);

    EXPECT_EQ(play.notes,
              "delay 4000 ms: timeout, around 0 ms: timeout, "
              R"(wait 5000 ms: {"completed":false,"remaining":0,"trigger":null}, )"
              "delay 3000 ms: cancelled");
}

TEST(RunNotes, tell_once_of_what_its_own_timeout_ends) {
    auto short_delay = delay();
    short_delay.timeout = Seconds(4);
    short_delay.continues = true;
    auto both = step(StepKind::parallel, "both", {{leaf("a")}});
    both.timeout = Seconds(5);
    both.continues = true;
    MachinePlayer play(plan::of({short_delay, both}));
    play.values["delay"] = ten_seconds;

    play.begin();
    play.pass(Seconds(4));
    play.pass(Seconds(5));
    play.end("a");

    EXPECT_EQ(play.notes, "delay 4000 ms: timeout, both 0 ms: timeout");
}

TEST(RunNotes, are_not_made_when_nobody_keeps_them) {
    MachinePlayer play(plan::of({step(StepKind::condition, "c")}));
    play.machine.take_notes(false);

    play.begin();

    EXPECT_EQ(play.notes, "");
    EXPECT_EQ(play.finished->state, model::RunState::ok);
}

TEST(RunNotes, tell_after_a_restart_of_the_step_that_was_under_way_and_of_waits_from_their_begin) {
    auto both = step(StepKind::parallel, "both", {{leaf("a")}, {delay()}});
    MachinePlayer play(plan::of({both}));
    play.values["delay"] = ten_seconds;
    play.begin();
    play.now += Seconds(7);

    play.restart();
    play.now += Seconds(3);
    play.take(play.again->time_passed(play.now));

    EXPECT_EQ(play.notes,
              "a 0 ms: abandoned, "
              R"(delay 10000 ms: null)");
}

TEST(RunNotes, say_nothing_of_what_only_holds_others) {
    MachinePlayer play(plan::of({step(StepKind::sequence, "s", {{leaf("a")}}),
                                 step(StepKind::parallel, "p", {{leaf("b")}, {leaf("c")}})}));
    play.truths["c"] = kYes;

    play.begin();
    play.end("a");
    play.end("b");
    play.fail_leaf("c");

    EXPECT_EQ(play.notes, "");
}

}  // namespace
}  // namespace aifp::engine
