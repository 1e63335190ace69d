#include "engine/run_machine.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace aifp::engine {
namespace {

using model::RunState;
using Kind = RunCommand::Kind;
using Phase = RunProgress::Phase;

StepPlan plan_of(std::size_t actions, std::size_t on_error = 0) {
    StepPlan plan;
    for (std::size_t i = 0; i < actions; ++i) {
        plan.actions.push_back({"a" + std::to_string(i), false, true});
    }
    for (std::size_t i = 0; i < on_error; ++i) {
        plan.on_error.push_back({"e" + std::to_string(i), false, true});
    }
    return plan;
}

Result<boost::json::value> fine(int value = 1) {
    return boost::json::value(value);
}
Result<boost::json::value> broken(const char* text = "no") {
    return fail(ErrorCode::io_failure, text);
}

TEST(RunMachine, runs_steps_in_order_and_ends_ok) {
    const auto plan = plan_of(2);
    RunMachine machine(plan);

    const auto first = machine.begin();
    const auto second = machine.step_ended(fine());
    const auto end = machine.step_ended(fine());

    EXPECT_EQ(first.kind, Kind::start_step);
    EXPECT_EQ(first.step, 0U);
    EXPECT_EQ(second.step, 1U);
    EXPECT_EQ(end.kind, Kind::finish);
    EXPECT_EQ(end.state, RunState::ok);
}

TEST(RunMachine, keeps_outputs_by_name) {
    const auto plan = plan_of(2);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    static_cast<void>(machine.step_ended(fine(7)));

    EXPECT_EQ(machine.progress().outputs.at("a0").as_int64(), 7);
}

TEST(RunMachine, goes_to_on_error_after_a_failure_and_ends_failed) {
    const auto plan = plan_of(2, 1);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    const auto handler = machine.step_ended(broken("lamp is gone"));
    const auto end = machine.step_ended(fine());

    EXPECT_EQ(handler.kind, Kind::start_step);
    EXPECT_EQ(handler.phase, Phase::on_error);
    EXPECT_EQ(end.state, RunState::failed);
    EXPECT_EQ(end.error, "lamp is gone");
}

TEST(RunMachine, a_failure_in_on_error_keeps_the_first_error) {
    const auto plan = plan_of(1, 2);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    static_cast<void>(machine.step_ended(broken("first")));
    const auto end = machine.step_ended(broken("second"));

    EXPECT_EQ(end.kind, Kind::finish);
    EXPECT_EQ(end.error, "first");
}

TEST(RunMachine, a_continued_failure_ends_warned) {
    auto plan = plan_of(2);
    plan.actions[0].continue_on_error = true;
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    const auto next = machine.step_ended(broken());
    const auto end = machine.step_ended(fine());

    EXPECT_EQ(next.step, 1U);
    EXPECT_EQ(end.state, RunState::warned);
}

TEST(RunMachine, passes_over_disabled_steps) {
    auto plan = plan_of(3);
    plan.actions[0].enabled = false;
    plan.actions[2].enabled = false;
    RunMachine machine(plan);

    EXPECT_EQ(machine.begin().step, 1U);
    EXPECT_EQ(machine.step_ended(fine()).kind, Kind::finish);
}

TEST(RunMachine, a_directive_without_steps_ends_at_once) {
    const StepPlan plan;
    RunMachine machine(plan);

    const auto end = machine.begin();

    EXPECT_EQ(end.kind, Kind::finish);
    EXPECT_EQ(end.state, RunState::ok);
}

TEST(RunMachine, a_timeout_is_told_apart_from_a_failure) {
    const auto plan = plan_of(1);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    const auto end = machine.step_ended(fail(ErrorCode::timed_out, "too slow"));

    EXPECT_EQ(end.state, RunState::timed_out);
}

TEST(RunMachine, a_run_that_timed_out_still_handles_the_error) {
    const auto plan = plan_of(2, 1);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    const auto handler = machine.stopped(RunState::timed_out, "the run took longer than 1s");
    const auto end = machine.step_ended(fine());

    EXPECT_EQ(handler.phase, Phase::on_error);
    EXPECT_EQ(end.state, RunState::timed_out);
}

TEST(RunMachine, a_cancelled_run_ends_at_once) {
    const auto plan = plan_of(2, 1);
    RunMachine machine(plan);

    static_cast<void>(machine.begin());
    const auto end = machine.stopped(RunState::replaced, "by run 9");

    EXPECT_EQ(end.kind, Kind::finish);
    EXPECT_EQ(end.state, RunState::replaced);
    EXPECT_EQ(end.error, "by run 9");
}

// The seam for durable waits: a run may stop after any step and go on from what was written down.
class RunMachineResume : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RunMachineResume, goes_on_from_stored_progress_as_if_nothing_had_happened) {
    auto plan = plan_of(4, 2);
    plan.actions[1].continue_on_error = true;
    const std::vector<bool> works{true, false, true, false, true, true};
    const auto play = [&](std::size_t stop_after) {
        RunMachine machine(plan);
        auto command = machine.begin();
        RunProgress stored;
        std::vector<std::string> seen;
        for (std::size_t i = 0; command.kind == Kind::start_step; ++i) {
            seen.push_back(std::to_string(static_cast<int>(command.phase)) + ":" +
                           std::to_string(command.step));
            if (i == stop_after) {
                auto again = run_progress_from_json(to_json(machine.progress()));
                RunMachine revived(plan, std::move(*again));
                command = revived.begin();
                while (command.kind == Kind::start_step) {
                    command = revived.step_ended(works[i++] ? fine() : broken());
                    if (command.kind == Kind::start_step) {
                        seen.push_back(std::to_string(static_cast<int>(command.phase)) + ":" +
                                       std::to_string(command.step));
                    }
                }
                break;
            }
            command = machine.step_ended(works[i] ? fine() : broken());
        }
        seen.push_back(std::string(model::name_of(command.state)) + command.error);
        return seen;
    };

    EXPECT_EQ(play(GetParam()), play(100));
}
INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         RunMachineResume,
                         ::testing::Range(std::size_t{0}, std::size_t{6}));

TEST(RunProgress, refuses_what_it_did_not_write) {
    EXPECT_FALSE(run_progress_from_json({}));
    EXPECT_FALSE(run_progress_from_json(
        {{"phase", "odd"}, {"next_step", 0}, {"outputs", boost::json::object()}}));
    EXPECT_FALSE(run_progress_from_json(
        {{"phase", "actions"}, {"next_step", "x"}, {"outputs", boost::json::object()}}));
}

}  // namespace
}  // namespace aifp::engine
