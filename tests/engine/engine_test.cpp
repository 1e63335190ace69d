#include <boost/json/serialize.hpp>

#include "engine/effects.hpp"
#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kEvery = R"(
name: beat
trigger: {every: 10s, anchor: epoch}
action: {set: {beats: "{{ default(state.beats, 0) + 1 }}"}}
)";

TEST_F(EngineFixture, a_dropped_file_is_armed_and_runs) {
    write_file("directives/beat.yaml", kEvery);
    start();

    pass(Seconds(30));

    const auto rows = history("beat");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(text(rows[0], "decision"), "started");
    EXPECT_EQ(text(rows[0], "state"), "ok");
}

TEST_F(EngineFixture, state_survives_a_crash) {
    write_file("directives/beat.yaml", kEvery);
    start();
    pass(Seconds(20));
    settle();

    crash();
    write_file("directives/tell.yaml",
               "name: tell\ntrigger: manual\n"
               "action: {command: [test, \"{{ state.beats }}\", -eq, \"2\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "tell"));
    run_until([&] { return text(history("tell")[0], "state") != "running"; });

    EXPECT_EQ(text(history("tell")[0], "state"), "ok") << text(history("tell")[0], "error");
}

TEST_F(EngineFixture, a_schedule_goes_on_from_its_cursor) {
    write_file("directives/beat.yaml", kEvery);
    start();
    pass(Seconds(20));
    settle();
    crash();

    clock.advance(Seconds(5));
    start();
    pass(Seconds(5));

    EXPECT_EQ(history("beat").size(), 3U);
}

TEST_F(EngineFixture, what_was_missed_while_down_has_a_row) {
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {cron: \"0 * * * *\"}\naction: {log: hour}\n");
    start();
    settle();
    crash();

    clock.advance(std::chrono::hours(5) + std::chrono::minutes(90));
    start();
    time.callbacks.wake();

    const auto rows = history("beat");
    ASSERT_FALSE(rows.empty());
    bool skipped = false;
    for (const auto& row : rows) {
        skipped = skipped || text(row, "reason") == "misfire_skipped";
    }
    EXPECT_TRUE(skipped);
}

TEST_F(EngineFixture, a_false_condition_is_a_row_with_the_condition) {
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 10s, anchor: epoch}\nconditions: [\"1 == "
               "2\"]\naction: {log: x}\n");
    start();

    pass(Seconds(10));

    const auto rows = history("beat");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "condition_false");
    EXPECT_NE(text(rows[0], "detail").find("1 == 2"), std::string::npos);
}

TEST_F(EngineFixture, a_paused_directive_is_disarmed_and_comes_back) {
    write_file("directives/beat.yaml", kEvery);
    start();

    ASSERT_TRUE(act(Verb::pause, "beat"));
    pass(Seconds(30));
    EXPECT_TRUE(ran("beat").empty());
    EXPECT_EQ(status_of("beat"), "paused");

    ASSERT_TRUE(act(Verb::resume, "beat"));
    pass(Seconds(10));
    EXPECT_EQ(ran("beat").size(), 1U);
}

TEST_F(EngineFixture, nothing_runs_that_nobody_approved) {
    settings.approval = config::Approval::required;
    write_file("directives/beat.yaml", kEvery);
    start();

    pass(Seconds(30));
    EXPECT_EQ(status_of("beat"), "implemented");
    EXPECT_TRUE(ran("beat").empty());
    const auto by_hand = act(Verb::run, "beat");
    ASSERT_FALSE(by_hand);
    EXPECT_NE(by_hand.error().detail().find("not_approved"), std::string::npos);

    ASSERT_TRUE(act(Verb::approve, "beat"));
    pass(Seconds(10));
    EXPECT_EQ(status_of("beat"), "active");
}

TEST_F(EngineFixture, an_edit_needs_a_new_yes) {
    settings.approval = config::Approval::required;
    write_file("directives/beat.yaml", kEvery);
    start();
    ASSERT_TRUE(act(Verb::approve, "beat"));

    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 20s, anchor: epoch}\naction: {log: changed}\n");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));

    EXPECT_EQ(status_of("beat"), "implemented");
}

TEST_F(EngineFixture, a_changed_script_stops_the_directive_until_approved) {
    settings.approval = config::Approval::required;
    write_file("src/hello.sh", "echo '{\"result\": 1}'\n");
    write_file("directives/hello.yaml",
               "name: hello\ntrigger: manual\naction: {run: src/hello.sh}\n");
    start();
    ASSERT_TRUE(act(Verb::approve, "hello"));
    ASSERT_TRUE(act(Verb::run, "hello"));

    write_file("src/hello.sh", "echo '{\"result\": 2}' # other\n");
    const auto refused = act(Verb::run, "hello");

    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail().find("implementation_changed"), std::string::npos);
}

TEST_F(EngineFixture, a_broken_new_version_keeps_the_last_good_one) {
    write_file("directives/beat.yaml", kEvery);
    start();

    write_file("directives/beat.yaml", "name: beat\ntrigger: {evry: 10s}\naction: {log: x}\n");
    const auto status = ask([](Control& control, auto answer) { control.reload(answer); });
    pass(Seconds(10));

    ASSERT_TRUE(status);
    EXPECT_FALSE(status->at("diagnostics").as_array().empty());
    EXPECT_EQ(history("beat").size(), 1U);
}

TEST_F(EngineFixture, an_unchanged_directive_is_not_touched_by_a_reload) {
    write_file("directives/beat.yaml", "name: beat\ntrigger: {every: 10s}\naction: {log: x}\n");
    start();
    clock.advance(Seconds(7));

    write_file("directives/other.yaml", "name: other\ntrigger: manual\naction: {log: x}\n");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    pass(Seconds(3));

    EXPECT_EQ(history("beat").size(), 1U);
    EXPECT_EQ(status_of("other"), "active");
}

TEST_F(EngineFixture, a_removed_file_archives_and_a_returning_one_arms_again) {
    write_file("directives/beat.yaml", kEvery);
    start();
    std::filesystem::remove(paths.directives() / "beat.yaml");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    EXPECT_EQ(status_of("beat"), "archived");

    write_file("directives/beat.yaml", kEvery);
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));

    EXPECT_EQ(status_of("beat"), "active");
}

TEST_F(EngineFixture, the_first_file_keeps_a_name) {
    write_file("directives/a.yaml", "name: same\ntrigger: manual\naction: {log: a}\n");
    write_file("directives/b.yaml", "name: same\ntrigger: manual\naction: {log: b}\n");
    start();

    const auto status = ask([](Control& control, auto answer) { control.status(answer); });

    const auto text = boost::json::serialize(status->at("diagnostics"));
    EXPECT_NE(text.find("already taken"), std::string::npos) << text;
    EXPECT_NE(text.find("b.yaml"), std::string::npos) << text;
}

TEST_F(EngineFixture, a_run_cut_off_by_a_crash_is_abandoned) {
    write_file("directives/slow.yaml",
               "name: slow\ntrigger: manual\naction: {command: [sleep, \"60\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));
    crash();

    start();

    const auto rows = history("slow");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "state"), "abandoned");
}

TEST_F(EngineFixture, queued_runs_survive_a_crash) {
    write_file("directives/slow.yaml",
               "name: slow\nmode: queued\ntrigger: manual\naction: {command: [sleep, \"0.05\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));
    crash();

    start();
    run_until([&] {
        const auto rows = history("slow");
        return rows.size() == 2U && text(rows[0], "state") == "ok";
    });

    EXPECT_EQ(text(history("slow")[1], "state"), "abandoned");
}

TEST_F(EngineFixture, a_newer_run_replaces_the_old_one) {
    write_file("directives/slow.yaml",
               "name: slow\nmode: restart\ntrigger: manual\naction: {command: [sleep, \"30\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));

    run_until([&] { return text(history("slow")[1], "state") == "replaced"; });

    EXPECT_EQ(text(history("slow")[0], "state"), "running");
}

TEST_F(EngineFixture, single_mode_says_who_is_in_the_way) {
    write_file("directives/slow.yaml",
               "name: slow\ntrigger: manual\naction: {command: [sleep, \"30\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));

    const auto second = act(Verb::run, "slow");

    ASSERT_FALSE(second);
    EXPECT_NE(second.error().detail().find("mode_single_busy"), std::string::npos);
}

TEST_F(EngineFixture, a_step_that_takes_too_long_is_a_timeout) {
    write_file("directives/slow.yaml",
               "name: slow\ntrigger: manual\naction: {command: [sleep, \"30\"], timeout: 100ms}\n"
               "on_error: [{set: {why: \"{{ error.message }}\"}}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));

    run_until([&] { return text(history("slow")[0], "state") == "timed_out"; });

    EXPECT_NE(text(history("slow")[0], "error").find("longer than 100ms"), std::string::npos);
}

TEST_F(EngineFixture, outputs_reach_later_steps) {
    write_file("directives/chain.yaml",
               "name: chain\ntrigger: manual\nactions:\n"
               "  - {command: [echo, hello], as: first}\n"
               "  - {set: {heard: \"{{ text.trim(steps.first.stdout) }}\"}}\n");
    write_file("directives/check.yaml",
               "name: check\ntrigger: {every: 10s, anchor: epoch}\nconditions: ['state.heard == "
               "\"hello\"']\naction: {log: yes}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "chain"));
    run_until([&] { return text(history("chain")[0], "state") == "ok"; });

    pass(Seconds(10));

    EXPECT_EQ(text(history("check")[0], "state"), "ok");
}

TEST_F(EngineFixture, events_reach_those_who_listen) {
    write_file("directives/ring.yaml",
               "name: ring\ntrigger: manual\naction: {emit: doorbell, data: {door: front}}\n");
    write_file("directives/hear.yaml",
               "name: hear\ntrigger: {event: doorbell, filter: 'trigger.data.door == "
               "\"front\"'}\naction: {log: ding}\n");
    write_file("directives/deaf.yaml",
               "name: deaf\ntrigger: {event: doorbell, filter: 'trigger.data.door == "
               "\"back\"'}\naction: {log: ding}\n");
    start();

    ASSERT_TRUE(act(Verb::run, "ring"));
    settle();

    EXPECT_EQ(history("hear").size(), 1U);
    EXPECT_TRUE(history("deaf").empty());
}

TEST_F(EngineFixture, directives_that_answer_each_other_come_to_an_end) {
    write_file("directives/ping.yaml", "name: ping\ntrigger: {event: a}\naction: {emit: b}\n");
    write_file("directives/pong.yaml", "name: pong\ntrigger: {event: b}\naction: {emit: a}\n");
    write_file("directives/serve.yaml", "name: serve\ntrigger: manual\naction: {emit: a}\n");
    start();

    ASSERT_TRUE(act(Verb::run, "serve"));
    const auto depth = EngineEffects::kMaxChainDepth;
    for (std::uint32_t link = 0; link < depth + 2; ++link) {
        settle();
    }

    const auto refused = history("ping")[0];
    EXPECT_EQ(history("ping").size() + history("pong").size(), depth + 1);
    EXPECT_EQ(text(refused, "decision"), "skipped");
    EXPECT_EQ(text(refused, "reason"), "event_chain_too_long");
    EXPECT_NE(text(refused, "detail").find("the last by pong"), std::string::npos);
}

TEST_F(EngineFixture, a_line_of_a_step_names_its_directive) {
    write_file("directives/talk.yaml", "name: talk\ntrigger: manual\naction: {log: hello}\n");
    start();

    ASSERT_TRUE(act(Verb::run, "talk"));
    settle();
    log->blocking_flush();

    const auto lines = read_file(paths.logs() / "execution/current.jsonl", 100'000);
    ASSERT_TRUE(lines);
    EXPECT_NE(lines->find(R"("event":"log","directive":"talk","run":1,"message":"hello")"),
              std::string::npos);
}

TEST_F(EngineFixture, stopping_refuses_new_runs_and_cancels_old_ones) {
    write_file("directives/slow.yaml",
               "name: slow\ntrigger: manual\naction: {command: [sleep, \"30\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));

    stop();
    start();

    EXPECT_EQ(text(history("slow")[0], "state"), "cancelled");
}

TEST_F(EngineFixture, a_clock_set_back_fires_nothing_twice) {
    write_file("directives/beat.yaml", kEvery);
    start();
    pass(Seconds(30));

    clock.step_wall(-Seconds(20));
    time.callbacks.clock_changed();
    pass(Seconds(20));

    EXPECT_EQ(history("beat").size(), 3U);
}

TEST_F(EngineFixture, a_clock_set_forward_is_a_misfire_with_a_row) {
    write_file("directives/beat.yaml", kEvery);
    start();
    pass(Seconds(10));

    clock.step_wall(std::chrono::hours(24));
    time.callbacks.clock_changed();
    settle();

    const auto rows = history("beat");
    ASSERT_GE(rows.size(), 2U);
    EXPECT_LE(rows.size(), 4U);
}

}  // namespace
}  // namespace aifp::engine
