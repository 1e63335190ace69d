// What a queued run is asked when its turn comes: docs/flow.md, on the fake clock and across
// crashes. (reference/semantics.md 3.1 and 2 no. 13)
#include "tests/engine/run_rules_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class TurnOfQueuedRun : public RunRules {
protected:
    /// Two events: the first runs, the second waits for its turn.
    void start_with_one_waiting(const std::string& rules) {
        write_slow("mode: queued\n" + rules, "[{delay: 10m}]");
        start_with_ringers();
        ring();
        pass(minutes(2));
        ring();
        ASSERT_EQ(states(), "running queued");
    }
    void pass_and_settle(Milliseconds length) {
        pass(length);
        settle();
        settle();
    }
};

TEST_F(TurnOfQueuedRun, rests_for_the_cooldown_and_then_begins) {
    start_with_one_waiting("cooldown: 5m");
    pass_and_settle(minutes(12));
    EXPECT_EQ(states(), "ok queued") << "the run before it ended four minutes ago";
    pass_and_settle(minutes(2));
    EXPECT_EQ(states(), "ok running");
}

TEST_F(TurnOfQueuedRun, rests_for_the_cooldown_across_a_crash) {
    start_with_one_waiting("cooldown: 5m");
    pass_and_settle(minutes(10));
    crash_and_start();
    EXPECT_EQ(states(), "ok queued");
    pass_and_settle(minutes(4));
    EXPECT_EQ(states(), "ok running");
}

TEST_F(TurnOfQueuedRun, says_what_it_rests_for) {
    start_with_one_waiting("cooldown: 5m");
    pass_and_settle(minutes(10));
    const auto runs = ask([](Control& control, auto answer) { control.list_runs(answer); });
    const auto& at = runs->as_array().at(0).at("at").as_array();
    ASSERT_EQ(at.size(), 1U);
    EXPECT_EQ(text(at[0], "doing"), "cooldown");
}

TEST_F(TurnOfQueuedRun, keeps_the_distance_of_throttle_between_two_beginnings) {
    write_slow("mode: queued\nthrottle: 3m", "[{delay: 10m}]");
    start_with_ringers();
    ring();
    for (int i = 0; i < 2; ++i) {
        pass(minutes(4));
        ring();
    }
    write_slow("mode: queued\nthrottle: 3m\n# shorter", "[{delay: 1m}]");
    ask([](Control& control, auto answer) { control.reload(answer); });
    pass_and_settle(minutes(2));
    pass_and_settle(minutes(2));  // the first ended after ten minutes, the second after eleven
    EXPECT_EQ(states(), "ok ok queued");
    pass_and_settle(Seconds(90));
    EXPECT_EQ(states(), "ok ok running");
}

TEST_F(TurnOfQueuedRun, a_restart_does_not_rest_after_the_run_it_ended) {
    write_slow("mode: restart\ncooldown: 5m");
    start_with_ringers();
    ring();
    pass(minutes(1));
    ring();
    EXPECT_EQ(states(), "replaced running");
}

TEST_F(TurnOfQueuedRun, expires_while_it_rests) {
    start_with_one_waiting("cooldown: 1h\nmax_age: 20m");
    pass_and_settle(minutes(19));
    EXPECT_EQ(states(), "ok queued");
    pass_and_settle(minutes(2));
    EXPECT_EQ(decisions(), "started queue_expired");
}

TEST_F(TurnOfQueuedRun, can_be_cancelled_while_it_rests) {
    start_with_one_waiting("cooldown: 5m");
    pass_and_settle(minutes(10));
    const auto id = LedgerId{history("d").front().at("id").as_int64()};
    ASSERT_TRUE(ask([&](Control& control, auto answer) { control.cancel_run(id, "me", answer); }));
    pass_and_settle(hours(1));
    EXPECT_EQ(states(), "ok cancelled");
}

TEST_F(TurnOfQueuedRun, leaves_its_place_among_all_runs_to_others_while_it_rests) {
    settings.limits.max_concurrent_runs = 1;
    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: hello}\n");
    start_with_one_waiting("cooldown: 5m");
    pass_and_settle(minutes(10));
    ASSERT_EQ(states(), "ok queued");
    ASSERT_TRUE(act(Verb::run, "other"));
    settle();
    EXPECT_EQ(text(history("other").front(), "state"), "ok");
}

TEST_F(TurnOfQueuedRun, is_not_run_while_the_directive_sleeps) {
    start_with_one_waiting("");
    ASSERT_TRUE(
        ask([&](Control& control, auto answer) { control.snooze("d", "1h", "me", answer); }));
    pass_and_settle(minutes(10));
    EXPECT_EQ(decisions(), "started snoozed");
    EXPECT_TRUE(newest("detail").starts_with("when its turn came: until ")) << newest("detail");
}

class ForcedRun : public TurnOfQueuedRun {
protected:
    Result<boost::json::value> force() {
        const auto id = LedgerId{history("d").front().at("id").as_int64()};
        return ask([&](Control& control, auto answer) { control.begin_run_now(id, "me", answer); });
    }
};

TEST_F(ForcedRun, begins_beside_the_one_that_it_waited_for) {
    start_with_one_waiting("");
    ASSERT_TRUE(force());
    settle();
    EXPECT_EQ(states(), "running running");
    EXPECT_EQ(force().error().code(), ErrorCode::conflict) << "it does not wait any more";
}

TEST_F(ForcedRun, asks_no_limit_no_condition_and_no_place) {
    settings.limits.max_concurrent_runs = 1;
    start_with_one_waiting("cooldown: 5m\nrecheck: true\ncondition: not default(state.off, false)");
    set_state("off", true);
    pass_and_settle(minutes(5));
    ASSERT_TRUE(force());
    settle();
    EXPECT_EQ(states(), "running running");
}

TEST_F(ForcedRun, ends_the_rest_of_a_cooldown) {
    start_with_one_waiting("cooldown: 1h");
    pass_and_settle(minutes(10));
    ASSERT_EQ(states(), "ok queued");
    ASSERT_TRUE(force());
    settle();
    EXPECT_EQ(states(), "ok running");
}

TEST_F(ForcedRun, is_stored_as_begun_before_the_answer) {
    start_with_one_waiting("");
    ASSERT_TRUE(force());
    crash_and_start();
    EXPECT_NE(text(history("d").front(), "state"), "queued");
}

TEST_F(ForcedRun, is_still_not_run_when_its_directive_was_switched_off) {
    start_with_one_waiting("");
    write_slow("mode: queued\nenabled: false");
    ask([](Control& control, auto answer) { control.reload(answer); });
    ASSERT_TRUE(force());
    settle();
    EXPECT_EQ(newest("reason"), "disabled");
}

TEST_F(ForcedRun, is_refused_for_what_is_not_queued) {
    start_with_one_waiting("");
    const auto of = [this](std::int64_t id) {
        return ask([id](Control& control, auto answer) {
                   control.begin_run_now(LedgerId{id}, "me", answer);
               })
            .error()
            .code();
    };
    EXPECT_EQ(of(4711), ErrorCode::not_found);
    EXPECT_EQ(of(history("d").back().at("id").as_int64()), ErrorCode::conflict);
}

TEST_F(TurnOfQueuedRun, gives_the_start_that_it_did_not_make_back) {
    start_with_one_waiting("throttle: 1m\nmax_age: 30s");
    pass_and_settle(Seconds(45));
    ASSERT_EQ(decisions(), "started queue_expired");
    ring();
    EXPECT_EQ(decisions(), "started queue_expired queued");
}

}  // namespace
}  // namespace aifp::engine
