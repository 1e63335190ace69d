// Runs that wait for a person or for another run.
#include "tests/engine/waits_fixture.hpp"

namespace aifp::engine {
namespace {

TEST_F(Waits, an_approval_is_answered_by_a_person_and_no_is_a_failure) {
    write_directive("a", "actions: [{approval: \"Really?\"}]\n");
    start();
    const auto yes = begin("a");
    const auto answered = ask([&](Control& control, auto answer) {
        control.answer_run(yes, {true, "eva"}, answer);
    });
    const auto state = state_of("a");
    const auto no = begin("a");
    static_cast<void>(ask([&](Control& control, auto answer) {
        control.answer_run(no, {false, "eva"}, answer);
    }));

    EXPECT_TRUE(answered);
    EXPECT_EQ(state, "ok");
    EXPECT_EQ(state_of("a"), "failed");
    EXPECT_NE(text(history("a").front(), "error").find("eva said no"), std::string::npos);
}

TEST_F(Waits, an_answer_to_a_run_that_does_not_ask_is_a_conflict) {
    write_directive("a", "actions: [{delay: 1h}]\n");
    start();
    const auto run = begin("a");

    const auto answered = ask([&](Control& control, auto answer) {
        control.answer_run(run, {true, "eva"}, answer);
    });

    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().code(), ErrorCode::conflict);
}

TEST_F(Waits, call_waits_for_the_other_directive_and_reads_its_result) {
    write_directive("inner",
                    "actions: [{delay: 5m}, {stop: fine, result: \"{{ trigger.room }}\"}]\n");
    write_directive("outer",
                    "actions:\n"
                    "  - {call: inner, with: {room: porch}, as: got}\n"
                    "  - {stop: \"{{ steps.got.result }}\", error: true}\n");
    start();
    begin("outer");

    crash_and_start();
    pass(std::chrono::minutes(5));
    settle();
    settle();

    EXPECT_EQ(text(history("outer").front(), "error"), "porch");
}

TEST_F(Waits, a_directive_that_calls_itself_is_refused) {
    write_directive("a", "mode: parallel\nactions: [{call: b}]\n");
    write_directive("b", "mode: parallel\nactions: [{call: a}]\n");
    start();
    begin("a");
    settle();
    settle();

    EXPECT_EQ(text(history("a").front(), "reason"), "recursion");
    EXPECT_EQ(state_of("b"), "failed");
}

TEST_F(Waits, a_call_that_takes_longer_than_its_timeout_is_given_up) {
    write_directive("slow", "actions: [{approval: \"Really?\"}]\n");
    write_directive("a", "actions: [{call: slow, timeout: 30s}]\n");
    start();
    begin("a");
    settle();

    pass(Seconds(29));
    const auto early = state_of("a");
    pass(Seconds(2));
    settle();

    EXPECT_NE(early, "timed_out");
    EXPECT_EQ(state_of("a"), "timed_out");
}

TEST_F(Waits, an_answer_names_the_step_when_several_ask) {
    write_directive("a",
                    "actions:\n"
                    "  - parallel:\n"
                    "      - {approval: \"Light?\", as: light, continue_on_error: true}\n"
                    "      - {approval: \"Door?\", as: door}\n");
    start();
    const auto run = begin("a");
    const auto say = [&](model::RunAnswer said) {
        return ask([&](Control& control, auto answer) { control.answer_run(run, said, answer); });
    };

    const auto vague = say({true, "eva"});
    const auto light = say({false, "eva", "light"});
    const auto door = say({true, "eva"});

    ASSERT_FALSE(vague);
    EXPECT_EQ(vague.error().code(), ErrorCode::conflict);
    EXPECT_NE(vague.error().detail().find("light, door"), std::string::npos);
    EXPECT_TRUE(light);
    EXPECT_TRUE(door);
    EXPECT_EQ(state_of("a"), "warned");
}

}  // namespace
}  // namespace aifp::engine
