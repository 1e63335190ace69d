#include "engine/parked_runs.hpp"

#include <gtest/gtest.h>

#include "storage/database.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

constexpr WallTime kStart{};

ParkedRun place(std::int64_t run, Seconds wake) {
    return {LedgerId{run}, WaitId{run}, DirectiveId{7}, kStart + wake};
}

TEST(ParkedRuns, are_given_back_in_the_order_of_their_times) {
    ParkedRuns runs;
    runs.add(place(1, Seconds(30)));
    runs.add(place(2, Seconds(10)));
    runs.add(place(3, Seconds(20)));
    EXPECT_EQ(runs.next(), kStart + Seconds(10));
    const auto due = runs.take_due(kStart + Seconds(20), 10);
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due[0].run, LedgerId{2});
    EXPECT_EQ(due[1].run, LedgerId{3});
    EXPECT_EQ(runs.next(), kStart + Seconds(30));
}

TEST(ParkedRuns, come_no_more_than_asked_for_at_once) {
    ParkedRuns runs;
    for (int i = 1; i <= 5; ++i) {
        runs.add(place(i, Seconds(1)));
    }
    EXPECT_EQ(runs.take_due(kStart + Seconds(1), 3).size(), 3U);
    EXPECT_EQ(runs.take_due(kStart + Seconds(1), 3).size(), 2U);
}

TEST(ParkedRuns, that_were_taken_have_no_time_any_more) {
    ParkedRuns runs;
    runs.add(place(1, Seconds(10)));
    runs.add(place(2, Seconds(20)));
    ASSERT_TRUE(runs.take(LedgerId{1}));
    EXPECT_FALSE(runs.take(LedgerId{1}));
    EXPECT_EQ(runs.next(), kStart + Seconds(20));
}

TEST(ParkedRuns, that_come_again_have_their_new_time) {
    ParkedRuns runs;
    runs.add(place(1, Seconds(10)));
    ASSERT_TRUE(runs.take(LedgerId{1}));
    runs.add(place(1, Seconds(40)));
    EXPECT_TRUE(runs.take_due(kStart + Seconds(39), 10).empty());
    EXPECT_EQ(runs.take_due(kStart + Seconds(40), 10).size(), 1U);
}

class Parking : public EngineFixture {
protected:
    void begin(const std::string& steps) {
        write_file("directives/a.yaml", "name: a\ntrigger: manual\nactions:\n" + steps);
        start();
        const auto started = act(Verb::run, "a");
        run = LedgerId{started ? started->at("run").as_int64() : 0};
        settle();
        settle();
    }
    boost::json::array runs() {
        auto list = ask([](Control& control, auto answer) { control.list_runs(answer); });
        return list ? list->as_array() : boost::json::array();
    }
    void execute(const char* sql) {
        store->write([sql](storage::Database& database) { database.execute(sql); },
                     [](const Status& done) { EXPECT_TRUE(done.has_value()); });
        settle();
    }

    LedgerId run;
};

TEST_F(Parking, a_run_that_only_waits_is_shown_from_its_row) {
    begin("  - {log: hello}\n  - {delay: 1h}\n");
    const auto list = runs();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].at("run"), run.value);
    EXPECT_EQ(list[0].at("state"), "waiting");
    EXPECT_EQ(list[0].at("started_at"), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(list[0].at("at").at(0).at("step"), "action 2 (delay)");
    EXPECT_EQ(list[0].at("at").at(0).at("until"), "2026-01-01T01:00:00.000Z");
}

// Proves that nothing but the row is left of it.
TEST_F(Parking, a_run_whose_row_is_gone_is_abandoned_when_its_time_comes) {
    begin("  - {delay: 1h}\n");
    execute("DELETE FROM waits");
    pass(std::chrono::hours(1));
    settle();
    const auto rows = history("a");
    EXPECT_EQ(text(rows.front(), "state"), "abandoned");
}

TEST_F(Parking, a_run_that_waits_less_than_a_minute_stays) {
    begin("  - {delay: 50s}\n");
    execute("DELETE FROM waits");
    pass(Seconds(50));
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "ok");
}

TEST_F(Parking, a_run_that_listens_stays) {
    begin("  - {parallel: [{delay: 1h}, {wait_for: {event: bell}}]}\n");
    execute("DELETE FROM waits");
    pass(std::chrono::hours(1));
    settle();
    ASSERT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs()[0].at("at").at(0).at("doing"), "trigger");
}

TEST_F(Parking, the_time_of_the_whole_run_ends_it_too) {
    write_file("directives/a.yaml",
               "name: a\ntrigger: manual\ntimeout: 10m\nactions: [{delay: 1h}]\n");
    start();
    static_cast<void>(act(Verb::run, "a"));
    settle();
    settle();
    pass(std::chrono::minutes(10));
    settle();
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "timed_out");
}

TEST_F(Parking, the_trace_of_a_run_has_what_it_did_before) {
    begin("  - {log: before}\n  - {delay: 1h}\n  - {log: after}\n");
    pass(std::chrono::hours(1));
    settle();
    std::optional<Result<boost::json::value>> answer;
    engine->control().insight()->trace(
        run, [&](Result<boost::json::value> trace) { answer.emplace(std::move(trace)); });
    run_until([&] { return answer.has_value(); });
    ASSERT_TRUE(answer->has_value());
    const auto steps = (*answer)->at("steps").as_array();
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].at("output"), "before");
    EXPECT_EQ(steps[1].at("duration_ms"), 3'600'000);
    EXPECT_EQ(steps[2].at("output"), "after");
}

TEST_F(Parking, what_the_run_did_by_itself_before_it_waits_is_no_reason_to_stay) {
    begin("  - {variables: {n: 1}}\n  - {if: vars.n == 1, then: [{delay: 1h}]}\n");
    ASSERT_EQ(runs().size(), 1U);
    ASSERT_EQ(runs()[0].at("at").as_array().size(), 1U);
    EXPECT_EQ(runs()[0].at("at").at(0).at("doing"), "delay");
}

TEST_F(Parking, a_parked_run_is_cancelled_at_once) {
    begin("  - {delay: 1h}\n");
    const auto cancelled =
        ask([&](Control& control, auto answer) { control.cancel_run(run, "eva", answer); });
    settle();
    settle();
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(text(history("a").front(), "state"), "cancelled");
    EXPECT_TRUE(runs().empty());
}

TEST_F(Parking, a_cancel_is_answered_when_a_crash_would_not_let_the_run_go_on) {
    begin("  - {delay: 1h}\n  - {set: {done: true}}\n");
    ASSERT_TRUE(
        ask([&](Control& control, auto answer) { control.cancel_run(run, "eva", answer); }));
    crash();
    start();
    EXPECT_EQ(text(history("a").front(), "state"), "cancelled");
}

// misfire is about what passed while the engine was down.
TEST_F(Parking, a_run_that_comes_back_late_while_the_engine_runs_goes_on) {
    begin("  - {delay: 10m}\n");
    clock.advance(std::chrono::hours(5));
    time.callbacks.wake();
    settle();
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "ok");
}

TEST_F(Parking, a_wait_that_began_after_the_engine_came_back_is_not_late_either) {
    begin("  - {delay: 10m}\n  - {delay: 10m}\n");
    crash();
    clock.advance(std::chrono::minutes(10));
    start();
    for (int turns = 0; turns < 4; ++turns) {
        settle();
    }
    clock.advance(std::chrono::hours(5));
    time.callbacks.wake();
    settle();
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "ok");
}

// The light that stays on from the last motion: its run is nothing but a row meanwhile.
TEST_F(Parking, a_parked_run_is_replaced_at_once) {
    write_file("directives/a.yaml",
               "name: a\nmode: restart\ntrigger: manual\nactions: [{delay: 1h}, {log: dark}]\n");
    start();
    static_cast<void>(act(Verb::run, "a"));
    settle();
    settle();
    static_cast<void>(act(Verb::run, "a"));
    run_until([&] { return text(history("a").back(), "state") == "replaced"; });
    for (int turns = 0; turns < 3; ++turns) {
        settle();
    }
    const auto list = runs();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].at("run"), history("a").front().at("id"));
    EXPECT_EQ(list[0].at("state"), "waiting");
}

}  // namespace
}  // namespace aifp::engine
