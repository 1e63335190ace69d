// Directives that start themselves, loop, flood, or fail again and again: docs/flow.md, on the fake
// clock and across crashes.
#include "tests/engine/run_rules_fixture.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kFails = "[{stop: broken, error: true}]";

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
