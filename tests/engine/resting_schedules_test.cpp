#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::minutes;

/// Instants of directives that may not run: each has its decision all the same.
class RestingSchedules : public EngineFixture {
protected:
    void write_tick(const std::string& every, const std::string& text = "x") {
        write_file("directives/tick.yaml",
                   "name: tick\ntrigger: {every: " + every + ", anchor: epoch}\n" +
                       "action: {log: " + text + "}\n");
    }
    /// Newest first: "paused" or "paused: 3 instants"; "started" for a run.
    std::vector<std::string> reasons() {
        std::vector<std::string> list;
        for (const auto& row : history("tick")) {
            const auto reason = text(row, "reason");
            const auto detail = text(row, "detail");
            const bool ran = text(row, "decision") == "started";
            list.push_back(ran ? "started" : reason + (detail.empty() ? "" : ": " + detail));
        }
        return list;
    }
    void reload() {
        ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    }
    using Lines = std::vector<std::string>;
};

TEST_F(RestingSchedules, an_instant_of_a_pause_is_recorded_when_it_comes) {
    write_tick("10m");
    start();
    ASSERT_TRUE(act(Verb::pause, "tick"));
    pass(minutes(10));
    EXPECT_EQ(reasons(), Lines{"paused"});
}

TEST_F(RestingSchedules, what_is_left_of_a_pause_is_recorded_when_it_ends) {
    write_tick("10m");
    start();
    ASSERT_TRUE(act(Verb::pause, "tick"));
    pass(minutes(45));
    ASSERT_TRUE(act(Verb::resume, "tick"));
    EXPECT_EQ(reasons(), (Lines{"paused: 3 instants", "paused"}));
    pass(minutes(5));
    EXPECT_EQ(reasons().at(0), "started");
}

TEST_F(RestingSchedules, instants_that_pass_while_an_edit_waits_for_its_yes_are_decided) {
    settings.approval = config::Approval::required;
    write_tick("10m");
    start();
    ASSERT_TRUE(act(Verb::approve, "tick"));
    write_tick("5m", "other");
    reload();
    pass(minutes(17));
    ASSERT_TRUE(act(Verb::approve, "tick"));
    EXPECT_EQ(reasons(), (Lines{"not_approved: 2 instants", "not_approved"}));
    pass(minutes(3));
    EXPECT_EQ(reasons().at(0), "started");
}

TEST_F(RestingSchedules, a_pause_goes_on_over_a_restart) {
    write_tick("10m");
    start();
    ASSERT_TRUE(act(Verb::pause, "tick"));
    settle();
    crash();
    clock.advance(minutes(25));
    start();
    pass(minutes(0));
    EXPECT_EQ(reasons(), Lines{"paused: 2 instants"});
}

TEST_F(RestingSchedules, shows_no_next_time_of_a_paused_directive) {
    write_tick("10m");
    start();
    ASSERT_TRUE(act(Verb::pause, "tick"));
    const auto shown =
        ask([](Control& control, auto answer) { control.show_directive("tick", answer); });
    ASSERT_TRUE(shown);
    EXPECT_TRUE(shown->as_object().at("next_due").is_null()) << boost::json::serialize(*shown);
}

// An event to a directive at rest is a matched trigger like any other.
TEST_F(RestingSchedules, an_event_to_a_paused_directive_leaves_a_row) {
    write_file("directives/bell.yaml", "name: bell\ntrigger: {event: rung}\naction: {log: x}\n");
    write_file("directives/ring.yaml", "name: ring\ntrigger: manual\naction: {emit: rung}\n");
    start();
    ASSERT_TRUE(act(Verb::pause, "bell"));
    ASSERT_TRUE(act(Verb::run, "ring"));
    run_until([&] { return !history("bell").empty(); });
    EXPECT_EQ(text(history("bell").at(0), "reason"), "paused");
}

}  // namespace
}  // namespace aifp::engine
