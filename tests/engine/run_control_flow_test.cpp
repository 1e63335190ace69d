// One test per row of the table in reference/semantics.md 3.6, and how a run goes on from what was
// written down.
#include <gtest/gtest.h>

#include "tests/engine/machine_player.hpp"

namespace aifp::engine {
namespace {

using model::RunState;
using plan::leaf;

constexpr auto kYes = [](std::size_t, const StrandNames&) { return Result<bool>(true); };
constexpr auto kNo = [](std::size_t, const StrandNames&) { return Result<bool>(false); };
constexpr auto kBroken = [](std::size_t, const StrandNames&) -> Result<bool> {
    return fail(ErrorCode::not_found, "no such name");
};

TEST(ConditionStep, false_ends_its_own_list_only) {
    MachinePlayer play(plan::of(
        {plan::step(StepKind::sequence, "s", {{plan::step(StepKind::condition, "c"), leaf("a")}}),
         leaf("b")}));
    play.truths["c"] = kNo;

    play.begin();
    play.end("b");

    EXPECT_EQ(play.said, "b");
    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(ConditionStep, an_error_in_it_is_of_class_condition) {
    MachinePlayer play(plan::of({plan::step(StepKind::condition, "c")}, {leaf("e")}));
    play.truths["c"] = kBroken;

    play.begin();

    EXPECT_EQ(play.machine.names_of(0)->error.at("class"), "condition");
}

RunPlan two_options() {
    return plan::of({plan::step(StepKind::choose, "c", {{leaf("a")}, {leaf("b")}, {leaf("d")}})});
}

TEST(Choose, takes_the_first_option_that_holds) {
    MachinePlayer play(two_options());
    play.truths["c"] = [](std::size_t which, const StrandNames&) { return which == 1; };

    play.begin();

    EXPECT_EQ(play.said, "b");
}

TEST(Choose, takes_the_default_when_none_holds) {
    MachinePlayer play(two_options());
    play.truths["c"] = kNo;

    play.begin();

    EXPECT_EQ(play.said, "d");
}

TEST(Choose, an_option_that_cannot_be_decided_does_not_fit_and_warns) {
    MachinePlayer play(two_options());
    play.truths["c"] = kBroken;

    play.begin();

    EXPECT_EQ(play.said, "d");
    EXPECT_EQ(play.warnings.size(), 2U);
}

TEST(If, a_missing_else_is_nothing) {
    MachinePlayer play(plan::of({plan::step(StepKind::branch, "i", {{leaf("a")}, {}}), leaf("b")}));
    play.truths["i"] = kNo;

    play.begin();

    EXPECT_EQ(play.said, "b");
}

TEST(Repeat, counts_and_shows_index_first_and_last) {
    MachinePlayer play(plan::of({plan::repeat(Loop::count, {leaf("a")})}));
    play.values["repeat"] = [](const StrandNames&) { return boost::json::value(2); };

    play.begin();
    const auto first = play.machine.names_of(0)->repeat;
    play.end("a");
    const auto last = play.machine.names_of(0)->repeat;
    play.end("a");

    EXPECT_EQ(first, (boost::json::object{{"index", 1}, {"first", true}, {"last", false}}));
    EXPECT_EQ(last, (boost::json::object{{"index", 2}, {"first", false}, {"last", true}}));
    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(Repeat, for_each_gives_each_item_in_turn) {
    MachinePlayer play(plan::of({plan::repeat(Loop::for_each, {leaf("a")})}));
    play.values["repeat"] = [](const StrandNames&) {
        return boost::json::value(boost::json::array{"x", "y"});
    };

    play.begin();
    play.end("a");

    EXPECT_EQ(play.machine.names_of(0)->repeat.at("item"), "y");
}

TEST(Repeat, for_each_over_something_else_fails) {
    MachinePlayer play(plan::of({plan::repeat(Loop::for_each, {leaf("a")})}));
    play.values["repeat"] = [](const StrandNames&) { return boost::json::value("x"); };

    play.begin();

    EXPECT_EQ(play.said, "");
    EXPECT_EQ(play.finished->state, RunState::failed);
}

TEST(Repeat, while_is_asked_before_and_until_after_the_body) {
    MachinePlayer before(plan::of({plan::repeat(Loop::while_true, {leaf("a")})}));
    MachinePlayer after(plan::of({plan::repeat(Loop::until, {leaf("a")})}));
    before.truths["repeat"] = kNo;
    after.truths["repeat"] = kYes;

    before.begin();
    after.begin();
    after.end("a");

    EXPECT_EQ(before.said, "");
    EXPECT_EQ(before.finished->state, RunState::ok);
    EXPECT_EQ(after.said, "a");
    EXPECT_EQ(after.finished->state, RunState::ok);
}

TEST(Repeat, while_sees_the_turn_it_is_asked_about) {
    MachinePlayer play(plan::of({plan::repeat(Loop::while_true, {leaf("a")})}));
    play.result_of.emplace("a", boost::json::value(1));
    play.truths["repeat"] = [](std::size_t, const StrandNames& names) {
        return names.repeat.at("index").as_int64() <= 3;
    };

    play.begin();

    EXPECT_EQ(play.said, "a a a");
    EXPECT_EQ(play.yields, 2U);
}

TEST(Repeat, warns_at_5000_and_ends_at_10000_turns) {
    MachinePlayer play(
        plan::of({plan::repeat(Loop::while_true, {plan::step(StepKind::variables, "v")})}));
    play.values["v"] = [](const StrandNames&) { return boost::json::value(boost::json::object()); };

    play.begin();

    EXPECT_EQ(play.warnings.size(), 1U);
    EXPECT_EQ(play.finished->state, RunState::failed);
    EXPECT_NE(play.finished->text.find("10000 turns"), std::string::npos);
}

TEST(Delay, waits_that_long_and_takes_seconds_and_texts) {
    MachinePlayer play(plan::of({plan::step(StepKind::delay, "d"), leaf("a")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value("1m"); };

    play.begin();
    play.pass(Seconds(59));
    const auto early = play.said;
    play.pass(Seconds(1));

    EXPECT_EQ(early, "");
    EXPECT_EQ(play.said, "a");
}

TEST(Delay, a_negative_one_fails) {
    MachinePlayer play(plan::of({plan::step(StepKind::delay, "d")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value(-1); };

    play.begin();

    EXPECT_EQ(play.finished->state, RunState::failed);
}

PlanStep wait(StepKind kind, bool continues = true) {
    auto step = plan::step(kind, "w");
    step.timeout = Seconds(10);
    step.continue_on_timeout = continues;
    return step;
}

TEST(WaitUntil, passes_at_once_when_already_true) {
    MachinePlayer play(plan::of({wait(StepKind::wait_until), leaf("a")}));

    play.begin();

    EXPECT_EQ(play.said, "a");
    EXPECT_EQ(play.machine.names_of(0)->wait.at("completed"), true);
}

TEST(WaitUntil, is_asked_again_when_something_changes) {
    MachinePlayer play(plan::of({wait(StepKind::wait_until), leaf("a")}));
    bool is_home = false;
    play.truths["w"] = [&](std::size_t, const StrandNames&) { return is_home; };

    play.begin();
    is_home = true;
    play.now += Seconds(4);
    play.take(play.machine.look_again(play.now));

    EXPECT_EQ(play.said, "a");
    EXPECT_EQ(play.machine.names_of(0)->wait.at("remaining"), 6.0);
}

TEST(WaitUntil, goes_on_after_its_timeout_and_says_so) {
    MachinePlayer play(plan::of({wait(StepKind::wait_until), leaf("a")}));
    play.truths["w"] = kNo;

    play.begin();
    play.pass(Seconds(10));

    EXPECT_EQ(play.said, "a");
    EXPECT_EQ(play.machine.names_of(0)->wait,
              (boost::json::object{{"completed", false}, {"remaining", 0}, {"trigger", nullptr}}));
}

TEST(WaitUntil, fails_after_its_timeout_without_continue_on_timeout) {
    MachinePlayer play(plan::of({wait(StepKind::wait_until, false)}));
    play.truths["w"] = kNo;

    play.begin();
    play.pass(Seconds(10));

    EXPECT_EQ(play.finished->state, RunState::timed_out);
}

TEST(WaitFor, ends_with_the_trigger_that_came) {
    MachinePlayer play(plan::of({wait(StepKind::wait_for), leaf("a")}));

    play.begin();
    play.take(play.machine.wait_ended(0, boost::json::value("bell"), play.now));

    EXPECT_EQ(play.machine.names_of(0)->wait.at("trigger"), "bell");
    EXPECT_EQ(play.said, "a");
}

TEST(Approval, nobody_answering_means_no) {
    MachinePlayer play(plan::of({wait(StepKind::approval)}, {leaf("e")}));

    play.begin();
    play.pass(Seconds(10));

    EXPECT_EQ(play.machine.names_of(0)->error.at("class"), "approval_expired");
}

TEST(Parallel, waits_for_all_and_then_raises_the_first_error) {
    MachinePlayer play(plan::of(
        {plan::step(StepKind::parallel, "p", {{leaf("a")}, {leaf("b")}, {leaf("c")}}), leaf("d")}));

    play.begin();
    play.fail_leaf("b");
    play.fail_leaf("a");
    const bool early = play.finished.has_value();
    play.end("c");

    EXPECT_FALSE(early);
    EXPECT_EQ(play.said, "a b c");
    EXPECT_EQ(play.finished->text, "b broke");
}

PlanStep set_variable(const std::string& place) {
    return plan::step(StepKind::variables, place);
}

TEST(Parallel, branches_get_copies_of_the_variables) {
    MachinePlayer play(plan::of(
        {set_variable("outer"),
         plan::step(StepKind::parallel, "p", {{set_variable("inner"), leaf("a")}, {leaf("b")}}),
         leaf("c")}));
    play.values["outer"] = [](const StrandNames&) { return boost::json::object{{"x", 1}}; };
    play.values["inner"] = [](const StrandNames&) { return boost::json::object{{"x", 2}}; };

    play.begin();
    const auto in_branch = play.machine.names_of(play.under_way.at("a"))->vars;
    const auto in_sibling = play.machine.names_of(play.under_way.at("b"))->vars;
    play.end("a");
    play.end("b");

    EXPECT_EQ(in_branch.at("x"), 2);
    EXPECT_EQ(in_sibling.at("x"), 1);
    EXPECT_EQ(play.machine.names_of(0)->vars.at("x"), 1);
}

TEST(Variables, nested_lists_share_and_overwrite_them) {
    MachinePlayer play(
        plan::of({plan::step(StepKind::sequence, "s", {{set_variable("inner")}}), leaf("a")}));
    play.values["inner"] = [](const StrandNames&) { return boost::json::object{{"x", 2}}; };

    play.begin();

    EXPECT_EQ(play.machine.names_of(0)->vars.at("x"), 2);
}

PlanStep stop(bool fails) {
    auto step = plan::step(StepKind::stop, "stop");
    step.fails = fails;
    return step;
}

boost::json::value stop_text(const StrandNames&) {
    return boost::json::object{{"text", "enough"}, {"result", 5}};
}

TEST(Stop, ends_the_whole_run_through_nested_lists_as_finished) {
    MachinePlayer play(plan::of(
        {plan::step(StepKind::sequence, "s", {{stop(false), leaf("a")}}), leaf("b")}, {leaf("e")}));
    play.values["stop"] = stop_text;

    play.begin();

    EXPECT_EQ(play.said, "");
    EXPECT_EQ(play.finished->state, RunState::ok);
    EXPECT_EQ(play.machine.progress().result, 5);
}

TEST(Stop, ends_the_other_branches_of_a_parallel_too) {
    MachinePlayer play(
        plan::of({plan::step(StepKind::parallel, "p", {{leaf("a"), leaf("c")}, {stop(false)}})}));
    play.values["stop"] = stop_text;

    play.begin();
    play.end("a");

    EXPECT_EQ(play.cancelled, std::vector<std::string>{"a"});
    EXPECT_EQ(play.said, "a");
    EXPECT_EQ(play.finished->state, RunState::ok);
}

TEST(Stop, with_error_fails_the_run_and_nothing_continues_over_it) {
    auto around = plan::continuing(plan::step(StepKind::sequence, "s", {{stop(true)}}));
    MachinePlayer play(plan::of({around, leaf("a")}, {leaf("e")}));
    play.values["stop"] = stop_text;

    play.begin();
    play.end("e");

    EXPECT_EQ(play.said, "e");
    EXPECT_EQ(play.finished->state, RunState::failed);
    EXPECT_EQ(play.finished->text, "enough");
}

TEST(Restart, what_waited_waits_on_and_goes_on_at_its_time) {
    MachinePlayer play(plan::of({leaf("a"), plan::step(StepKind::delay, "d"), leaf("b")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value(60); };
    play.begin();
    play.end("a");

    play.restart();
    const auto early = play.said;
    play.now += Seconds(60);
    play.take(play.again->time_passed(play.now));

    EXPECT_EQ(early, "a");
    EXPECT_EQ(play.said, "a b");
}

TEST(Restart, a_deadline_that_passed_meanwhile_goes_on_at_once) {
    MachinePlayer play(plan::of({plan::step(StepKind::delay, "d"), leaf("b")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value(60); };
    play.begin();

    play.now += Seconds(600);
    play.restart();

    EXPECT_EQ(play.said, "b");
}

TEST(Restart, a_step_that_was_under_way_is_abandoned_and_never_silently_run_again) {
    MachinePlayer play(plan::of({leaf("a"), leaf("b")}, {leaf("e")}));
    play.begin();

    play.restart();

    EXPECT_EQ(play.said, "a e");
    EXPECT_EQ(play.again->names_of(0)->error.at("class"), "abandoned");
}

TEST(Restart, an_abandoned_step_can_be_retried_or_continued_over) {
    MachinePlayer play(plan::of({plan::retrying(leaf("a"), 2)}));
    play.begin();

    play.restart();
    play.now += Seconds(10);
    play.take(play.again->time_passed(play.now));

    EXPECT_EQ(play.said, "a a");
}

TEST(Restart, keeps_branches_loops_variables_and_outputs) {
    MachinePlayer play(plan::of(
        {leaf("o"),
         plan::step(
             StepKind::parallel,
             "p",
             {{plan::repeat(Loop::for_each,
                            {set_variable("v"), plan::step(StepKind::delay, "d"), leaf("a")})},
              {plan::step(StepKind::delay, "long"), leaf("b")}})}));
    play.values["repeat"] = [](const StrandNames&) { return boost::json::array{"x", "y"}; };
    play.values["v"] = [](const StrandNames& names) {
        return boost::json::object{{"seen", names.repeat.at("item")}};
    };
    play.values["d"] = [](const StrandNames&) { return boost::json::value(60); };
    play.values["long"] = [](const StrandNames&) { return boost::json::value(3600); };
    play.begin();
    play.end("o", boost::json::value(9));

    const auto written = to_json(play.machine.progress());
    play.restart();
    play.now += Seconds(60);
    play.take(play.again->time_passed(play.now));

    EXPECT_EQ(to_json(*run_progress_from_json(written)), written);
    EXPECT_EQ(play.said, "o a");
    EXPECT_EQ(play.again->names_of(play.under_way.at("a"))->vars.at("seen"), "x");
    EXPECT_EQ(play.again->progress().outputs.at("o"), 9);
}

TEST(Restart, short_waits_are_not_worth_a_row) {
    MachinePlayer play(plan::of({plan::step(StepKind::delay, "d")}));
    play.values["d"] = [](const StrandNames&) { return boost::json::value(0.5); };

    play.begin();

    EXPECT_FALSE(play.machine.waits_long(play.now));
}

TEST(RunProgress, refuses_what_it_did_not_write) {
    EXPECT_FALSE(run_progress_from_json({}));
    EXPECT_FALSE(run_progress_from_json({{"phase", "actions"}, {"state", "ok"}, {"outputs", 1}}));
    EXPECT_FALSE(run_progress_from_json({{"phase", "actions"},
                                         {"state", "ok"},
                                         {"outputs", boost::json::object()},
                                         {"strands", boost::json::array{1}}}));
}

}  // namespace
}  // namespace aifp::engine
