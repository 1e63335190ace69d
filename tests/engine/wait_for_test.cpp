// Runs that wait for what starts directives: on the fake clock, across crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/waits.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

using ::testing::HasSubstr;

class WaitForOfEngine : public EngineFixture {
protected:
    void write_directive(const std::string& name, const std::string& rest) {
        write_file("directives/" + name + ".yaml", "name: " + name + "\ntrigger: manual\n" + rest);
    }
    /// Directive `a` waits for this and then says as its error what came.
    void write_waiting(const std::string& triggers, const std::string& more = {}) {
        write_directive("a",
                        "actions:\n  - {wait_for: " + triggers + more +
                            "}\n  - {stop: \"{{ json.encode(wait.trigger) }}\", error: true}\n");
        write_directive("set_home", "action: {set: {presence: home}}\n");
        write_directive("set_away", "action: {set: {presence: away}}\n");
        write_directive("warm", "action: {set: {celsius: 25}}\n");
        write_directive("cold", "action: {set: {celsius: 15}}\n");
    }
    void begin(const std::string& name) {
        static_cast<void>(act(Verb::run, name));
        settle();
        settle();
        settle();
    }
    void crash_and_start(Milliseconds down = Milliseconds(0)) {
        settle();
        crash();
        clock.advance(down);
        start();
        settle();
        settle();
    }
    std::string error() {
        const auto rows = history("a");
        return rows.empty() || !rows.front().as_object().contains("error")
                   ? ""
                   : text(rows.front(), "error");
    }
    std::size_t rows_of_waits() {
        std::size_t count = 0;
        bool done = false;
        store->read(
            [&](storage::Database& database) {
                storage::load_waits(database, false, [&](const model::Wait&) { ++count; });
            },
            [&](const Status&) { done = true; });
        run_until([&] { return done; });
        return count;
    }
};

TEST_F(WaitForOfEngine, a_state_that_changes) {
    write_waiting("{state: presence, to: home, id: back}");
    start();
    begin("set_away");
    begin("a");
    EXPECT_EQ(error(), "");
    begin("set_home");

    EXPECT_THAT(error(), HasSubstr(R"("from":"away")"));
    EXPECT_THAT(error(), HasSubstr(R"("id":"back")"));
    EXPECT_THAT(error(), HasSubstr(R"("kind":"state")"));
}

TEST_F(WaitForOfEngine, being_so_already_is_no_change) {
    write_waiting("{state: presence, to: home}", ", timeout: 1h");
    start();
    begin("set_home");
    begin("a");
    begin("set_home");
    EXPECT_EQ(error(), "");
    pass(std::chrono::hours(1));
    settle();

    EXPECT_EQ(error(), "null");
}

TEST_F(WaitForOfEngine, a_number_that_comes_into_a_range) {
    write_waiting("{numeric_state: celsius, above: 20}");
    start();
    begin("cold");
    begin("a");
    begin("warm");

    EXPECT_THAT(error(), HasSubstr(R"("state":"celsius")"));
}

TEST_F(WaitForOfEngine, a_time_of_day_that_survives_a_crash) {
    write_waiting("{at: \"03:00\"}");
    start();
    begin("a");
    crash_and_start();
    pass(std::chrono::minutes(179));
    settle();
    EXPECT_EQ(error(), "");
    pass(std::chrono::minutes(1));
    settle();
    settle();

    EXPECT_THAT(error(), HasSubstr(R"("scheduled_for":"2026-01-01T03:00:00+00:00")"));
}

TEST_F(WaitForOfEngine, a_time_that_passed_while_down_has_come) {
    write_waiting("{every: 1h}");
    start();
    begin("a");
    crash_and_start(std::chrono::hours(2));
    pass(Seconds(1));
    settle();
    settle();

    EXPECT_THAT(error(), HasSubstr(R"("scheduled_for":"2026-01-01T01:00:00+00:00")"));
}

TEST_F(WaitForOfEngine, for_goes_on_after_a_crash) {
    write_waiting("{state: presence, to: home, for: 10m}");
    start();
    begin("set_away");
    begin("a");
    begin("set_home");
    pass(std::chrono::minutes(4));
    crash_and_start();
    pass(std::chrono::minutes(5));
    settle();
    EXPECT_EQ(error(), "");
    pass(std::chrono::minutes(1));
    settle();
    settle();

    EXPECT_THAT(error(), HasSubstr(R"("for":"10m")"));
}

TEST_F(WaitForOfEngine, the_run_of_another_directive) {
    write_waiting("{after: [warm]}");
    start();
    begin("a");
    begin("warm");

    EXPECT_THAT(error(), HasSubstr(R"("directive":"warm")"));
}

TEST_F(WaitForOfEngine, the_first_of_several_and_nothing_is_left) {
    write_waiting(
        "[{event: bell}, {state: presence}, {at: \"03:00\"}, {numeric_state: celsius, above: 20}]");
    start();
    begin("cold");
    begin("a");
    const auto waiting = rows_of_waits();
    begin("warm");

    EXPECT_THAT(error(), HasSubstr(R"("id":"3")"));
    EXPECT_THAT(error(), HasSubstr(R"("kind":"numeric_state")"));
    EXPECT_GT(waiting, 1U);
    EXPECT_EQ(rows_of_waits(), 1U);  // only that it failed
}

TEST_F(WaitForOfEngine, an_edit_of_the_file_does_not_end_the_wait) {
    write_waiting("{state: presence, to: home}");
    start();
    begin("set_away");
    begin("a");
    write_directive("a", "actions: [{log: other}]\n");
    static_cast<void>(ask([](Control& control, auto answer) { control.reload(answer); }));
    settle();
    begin("set_home");

    EXPECT_THAT(error(), HasSubstr("home"));
}

// On that night the clock goes from 02:00 to 03:00, at 01:00 UTC.
TEST_F(WaitForOfEngine, at_follows_the_dst_rule_of_the_directive) {
    clock.advance(*parse_instant("2026-03-29T00:30:00Z", TimeZone::utc()) - clock.wall());
    write_directive("a",
                    "timezone: Europe/Berlin\ndst: {gap: skip}\n"
                    "actions: [{wait_for: {at: \"02:30\"}}]\n");
    start();
    begin("a");
    pass(std::chrono::hours(1));
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "running");
    pass(std::chrono::hours(24));
    settle();
    EXPECT_EQ(text(history("a").front(), "state"), "ok");
}

TEST_F(WaitForOfEngine, a_cancelled_run_holds_nothing_any_more) {
    write_waiting("{at: \"03:00\"}");
    start();
    auto started = act(Verb::run, "a");
    settle();
    settle();
    const LedgerId run{started->at("run").as_int64()};
    static_cast<void>(
        ask([&](Control& control, auto answer) { control.cancel_run(run, "eva", answer); }));
    settle();

    EXPECT_EQ(rows_of_waits(), 0U);
}

TEST_F(WaitForOfEngine, a_for_that_is_a_template_is_rendered_for_the_change) {
    write_file("directives/b.yaml",
               "name: b\ntrigger: {state: presence, to: home, for: \"{{ state.patience }}m\"}\n"
               "action: {log: a}\n");
    write_directive("patience", "action: {set: {patience: 7}}\n");
    write_directive("set_home", "action: {set: {presence: home}}\n");
    start();
    begin("patience");
    begin("set_home");
    pass(std::chrono::minutes(6));
    settle();
    const auto early = history("b").size();
    pass(std::chrono::minutes(1));
    settle();

    EXPECT_EQ(early, 0U);
    EXPECT_EQ(history("b").size(), 1U);
}

TEST_F(WaitForOfEngine, a_for_that_cannot_be_rendered_is_told_and_does_not_fire) {
    write_file("directives/b.yaml",
               "name: b\ntrigger: {state: presence, to: home, for: \"{{ state.patience }}m\"}\n"
               "action: {log: a}\n");
    write_directive("set_home", "action: {set: {presence: home}}\n");
    start();
    begin("set_home");
    pass(std::chrono::hours(1));
    settle();
    log->blocking_flush();

    EXPECT_TRUE(history("b").empty());
    const auto errors = read_file((paths.logs() / "errors/current.jsonl").native(), 1 << 20);
    EXPECT_THAT(errors.value_or(""), HasSubstr("for: "));
}

}  // namespace
}  // namespace aifp::engine
