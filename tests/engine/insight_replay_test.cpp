// Runs that are run again.
#include "engine/states.hpp"
#include "tests/engine/insight_fixture.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

class ReplayOfEngine : public InsightOfEngine {
protected:
    json::value replay(std::int64_t run) {
        auto answer = ask([&](Control&, auto done) {
            insight().replay({LedgerId{run}, true}, done);
        });
        settle();
        settle();
        return answer ? *answer : json::value(answer.error().detail());
    }
    std::string state_of(const std::string& name) {
        const auto rows = history(name);
        return rows.empty() ? "" : text(rows.front(), "state");
    }
    void write_order(const std::string& last) {
        write_file("directives/order.yaml",
                   "name: order\ntrigger: manual\nactions:\n"
                   "  - {variables: {room: hall}}\n"
                   "  - {set: {paid: 1}, as: paid}\n"
                   "  - {set: {count: 1}}\n"
                   "  - " +
                       last + "\n");
    }
};

TEST_F(ReplayOfEngine, goes_on_from_the_failed_action_with_what_was_known_before_it) {
    write_order("{stop: broken, error: true}");
    write_file("directives/forget.yaml",
               "name: forget\ntrigger: manual\naction: {set: {paid: 0}}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "order"));
    settle();
    const auto failed = history("order")[0].at("id").as_int64();
    ASSERT_TRUE(act(Verb::run, "forget"));
    settle();
    crash();
    write_order("{set: {seen: \"{{ vars.room }}\"}}");
    start();
    settle();
    const auto answer = replay(failed);

    ASSERT_TRUE(answer.is_object()) << answer;
    EXPECT_EQ(state_of("order"), "ok");
    EXPECT_EQ(text(history("order")[0], "cause"), "replay_from_failed");
    EXPECT_EQ(engine->control().states()->show_states("seen")->at("value"), "hall");
    EXPECT_EQ(engine->control().states()->show_states("paid")->at("value"), 0) << "not done again";
}

TEST_F(ReplayOfEngine, is_refused_when_what_came_before_was_edited) {
    write_order("{stop: broken, error: true}");
    start();
    ASSERT_TRUE(act(Verb::run, "order"));
    settle();
    const auto failed = history("order")[0].at("id").as_int64();
    crash();
    write_file("directives/order.yaml",
               "name: order\ntrigger: manual\nactions:\n"
               "  - {variables: {room: porch}}\n  - {log: a}\n  - {log: b}\n  - {log: c}\n");
    start();
    settle();

    EXPECT_EQ(replay(failed),
              "action 1 was edited since, before the one that failed: replay it whole");
}

TEST_F(ReplayOfEngine, is_refused_for_a_run_that_did_not_fail) {
    write_order("{log: fine}");
    start();
    ASSERT_TRUE(act(Verb::run, "order"));
    settle();

    EXPECT_NE(replay(history("order")[0].at("id").as_int64())
                  .as_string()
                  .find("nothing is kept of where it could go on"),
              json::string::npos);
}

TEST_F(ReplayOfEngine, keeps_no_secret_and_so_nothing_to_go_on_from) {
    const std::map<std::string, std::string> known{{"lamp_key", "hunter2-hunter2"}};
    secrets = config::Secrets(known);
    write_file("directives/order.yaml",
               "name: order\ntrigger: manual\nactions:\n"
               "  - {variables: {key: !secret lamp_key}}\n  - {stop: broken, error: true}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "order"));
    settle();

    EXPECT_NE(replay(history("order")[0].at("id").as_int64()).as_string().find("held a secret"),
              json::string::npos);
}

// How long the first one was held back is no age of this one.
TEST_F(ReplayOfEngine, of_a_run_that_was_held_back_waits_for_its_turn_as_any_other) {
    write_file("directives/ring.yaml", "name: ring\ntrigger: manual\naction: {emit: bell}\n");
    write_file("directives/bell.yaml",
               "name: bell\ntrigger: {event: bell}\ndebounce: 5s\nmode: queued\nmax_age: 10m\n"
               "action: {delay: 1h}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "ring"));
    settle();
    settle();
    pass(std::chrono::hours(2));
    const auto first = LedgerId{history("bell").front().at("id").as_int64()};
    ASSERT_TRUE(act(Verb::run, "bell"));
    settle();
    ask([&](Control&, auto done) { insight().replay({first, false}, done); });
    settle();

    EXPECT_EQ(text(history("bell").front(), "decision"), "queued");
}

}  // namespace
}  // namespace aifp::engine
