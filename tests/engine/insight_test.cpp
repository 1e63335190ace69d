#include <map>

#include "engine/states.hpp"
#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

/// What explains and tries out, on a whole engine.
class InsightOfEngine : public EngineFixture {
protected:
    Insight& insight() { return *engine->control().insight(); }

    json::value why(const std::string& name, const std::string& since = {}) {
        auto answer = ask([&](Control&, auto done) { insight().why({name, since}, done); });
        return answer ? *answer : json::value(answer.error().detail());
    }
    std::string why_text(const std::string& name) {
        std::string text;
        const auto answer = why(name);
        for (const auto& line : answer.at("text").as_array()) {
            text += std::string(line.as_string()) + "\n";
        }
        return text;
    }
    json::value dry_run(DryRunQuery query) {
        auto answer = ask([&](Control&, auto done) { insight().dry_run(query, done); });
        return answer ? *answer : json::value(answer.error().detail());
    }
    json::value trace(std::int64_t run) {
        auto answer = ask([&](Control&, auto done) { insight().trace(LedgerId{run}, done); });
        return answer ? *answer : json::value(answer.error().detail());
    }
    json::value simulate(SimulateQuery query) {
        auto answer = ask([&](Control&, auto done) { insight().simulate(query, done); });
        return answer ? *answer : json::value(answer.error().detail());
    }
};

TEST_F(InsightOfEngine, why_names_the_condition_and_the_values_it_read) {
    write_file("directives/porch.yaml",
               "name: porch\ntrigger: {every: 10s, anchor: epoch}\n"
               "conditions: ['state.presence == \"home\"']\naction: {log: on}\n");
    write_file("directives/leave.yaml",
               "name: leave\ntrigger: manual\naction: {set: {presence: away}}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "leave"));
    settle();
    pass(Seconds(10));
    settle();
    EXPECT_NE(
        why_text("porch").find(
            R"(not run: condition 1 is false: state.presence == "home" (presence is "away"))"),
        std::string::npos)
        << why_text("porch");
}

TEST_F(InsightOfEngine, why_says_that_a_webhook_was_never_called_and_what_is_not_approved) {
    settings.approval = config::Approval::required;
    write_file("directives/hook.yaml",
               "name: hook\ntrigger: {webhook: porch, auth: none}\naction: {log: on}\n");
    start();
    EXPECT_NE(why_text("hook").find("not armed"), std::string::npos) << why_text("hook");
    ASSERT_TRUE(act(Verb::approve, "hook"));
    settle();
    EXPECT_NE(why_text("hook").find("has never fired: no request has come yet"), std::string::npos)
        << why_text("hook");
    EXPECT_EQ(why("nobody"), "no directive is called nobody");
    EXPECT_NE(std::string(why("hook", "lately").as_string()).find("since: lately"),
              std::string::npos);
}

TEST_F(InsightOfEngine, a_dry_run_asks_conditions_and_renders_without_doing_anything) {
    const std::map<std::string, std::string> known{{"lamp_key", "hunter2-hunter2"}};
    secrets = config::Secrets(known);
    write_file("directives/porch.yaml", R"(
name: porch
trigger: {webhook: porch, auth: none, id: bell}
conditions: ["trigger.level > 50"]
actions:
  - {set: {level: "{{ trigger.level * 2 }}"}}
  - {http_request: "POST http://lamp.local/{{ trigger.room }}", headers: {X-Key: !secret lamp_key}}
  - {log: "{{ steps.answer.body }}", as: last}
)");
    start();
    DryRunQuery query;
    query.directive = "porch";
    query.payload = json::object{{"level", 40}, {"room", "hall"}};
    const auto answer = dry_run(query);
    EXPECT_EQ(answer.at("would_run"), false);
    EXPECT_EQ(answer.at("not_run_because"),
              "condition 1 is false: trigger.level > 50 (trigger.level is 40)");
    const auto& actions = answer.at("actions").as_array();
    EXPECT_EQ(actions[0].at("arguments").at("level"), 80);
    EXPECT_EQ(actions[1].at("arguments").at("url"), "http://lamp.local/hall");
    EXPECT_EQ(actions[1].at("arguments").at("headers").at("X-Key"), "***");
    EXPECT_NE(actions[2].at("error").as_string().find("steps"), std::string::npos);
    EXPECT_TRUE(history("porch").empty());
}

TEST_F(InsightOfEngine, a_dry_run_for_an_assistant_renders_nothing_unapproved) {
    settings.approval = config::Approval::required;
    write_file("directives/porch.yaml", "name: porch\ntrigger: manual\naction: {log: on}\n");
    start();
    DryRunQuery query;
    query.directive = "porch";
    query.only_approved = true;
    EXPECT_EQ(dry_run(query), "nobody has approved it: it is not rendered before");
    query.only_approved = false;
    EXPECT_EQ(dry_run(query).at("would_run"), false);
    query.trigger = "bell";
    EXPECT_EQ(dry_run(query), "no trigger has the id bell");
}

TEST_F(InsightOfEngine, a_run_leaves_its_steps_and_a_failed_one_leaves_them_in_the_store) {
    write_file("directives/good.yaml",
               "name: good\ntrigger: manual\naction: {log: \"{{ directive.name }}\"}\n");
    write_file("directives/bad.yaml",
               "name: bad\ntrigger: manual\nactions: [{log: first}, {command: [\"false\"]}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "good"));
    ASSERT_TRUE(act(Verb::run, "bad"));
    run_until([&] { return history("bad")[0].as_object().contains("ended_at"); });
    const auto good = history("good")[0].at("id").as_int64();
    const auto bad = history("bad")[0].at("id").as_int64();
    EXPECT_EQ(trace(good).at("steps").at(0).at("input").at("message"), "good");
    settle();
    crash();
    start();
    const auto kept = trace(bad);
    ASSERT_TRUE(kept.is_object()) << kept;
    EXPECT_EQ(kept.at("state"), "failed");
    EXPECT_EQ(kept.at("steps").as_array().size(), 2U);
    EXPECT_EQ(kept.at("steps").at(1).at("input").at("argv").at(0), "false");
    EXPECT_NE(kept.at("steps").at(1).at("error").as_string().find("exit code 1"),
              std::string::npos);
    EXPECT_NE(trace(good).as_string().find("are not kept any more"), std::string::npos);
    EXPECT_EQ(trace(999), "there is no run 999");
}

TEST_F(InsightOfEngine, a_decision_not_to_run_leaves_why) {
    write_file("directives/porch.yaml",
               "name: porch\ntrigger: {every: 10s, anchor: epoch}\n"
               "conditions: ['1 == 2']\naction: {log: on}\n");
    start();
    pass(Seconds(10));
    settle();
    const auto kept = trace(history("porch")[0].at("id").as_int64());
    ASSERT_TRUE(kept.is_object()) << kept;
    EXPECT_EQ(kept.at("state"), "not_run");
    EXPECT_EQ(kept.at("not_run").at("reason"), "condition_false");
    EXPECT_EQ(kept.at("not_run").at("detail"), "condition 1 is false: 1 == 2");
}

TEST_F(InsightOfEngine, a_dry_run_shows_what_is_inside_other_actions) {
    write_file("directives/porch.yaml", R"(
name: porch
trigger: manual
actions:
  - {variables: {room: hall}}
  - {if: 'trigger.level > 50', then: [{log: "bright {{ vars.room }}"}], else: [{log: "dark {{ vars.room }}"}]}
  - choose: [{if: 'trigger.level == 1', then: [{log: one}]}, {if: 'trigger.level == 40', then: [{log: forty}]}]
    default: [{log: other}]
  - {repeat: [{log: "turn of {{ vars.room }}"}], for_each: [a, b]}
  - {parallel: [{delay: "{{ trigger.level }}"}, {sequence: [{log: in}]}]}
  - {condition: 'trigger.level > 50'}
  - {log: never}
)");
    start();
    DryRunQuery query;
    query.directive = "porch";
    query.payload = json::object{{"level", 40}};
    const auto answer = dry_run(query);
    ASSERT_TRUE(answer.is_object()) << answer;
    std::map<std::string, json::object> steps;
    for (const auto& step : answer.at("actions").as_array()) {
        steps[std::string(step.at("step").as_string())] = step.as_object();
    }
    EXPECT_EQ(steps.at("actions.2").at("way"), "else");
    EXPECT_EQ(steps.at("actions.2.1").at("would_run"), false);
    EXPECT_EQ(steps.at("actions.2.2.1").at("arguments").at("message"), "dark hall");
    EXPECT_FALSE(steps.at("actions.2.2.1").contains("would_run"));
    EXPECT_EQ(steps.at("actions.3").at("way"), "option 2");
    EXPECT_EQ(steps.at("actions.4").at("turns"), 2);
    EXPECT_EQ(steps.at("actions.4.1").at("arguments").at("message"), "turn of hall");
    EXPECT_EQ(steps.at("actions.5.1").at("arguments").at("delay"), 40);
    EXPECT_EQ(steps.at("actions.5.2.1.1").at("arguments").at("message"), "in");
    EXPECT_EQ(steps.at("actions.7").at("would_run"), false);
}

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

class SilenceOfEngine : public InsightOfEngine {
protected:
    std::string silent(const std::string& trigger) {
        write_file("directives/porch.yaml",
                   "name: porch\ntrigger: " + trigger + "\naction: {log: on}\n");
        start();
        settle();
        return why_text("porch");
    }
};

TEST_F(SilenceOfEngine, of_a_state_that_nothing_has_set) {
    EXPECT_NE(silent("{state: presence, to: home}")
                  .find("state: presence has never fired: that state has not changed yet; the "
                        "state presence is not known: nothing has set it"),
              std::string::npos);
}

TEST_F(SilenceOfEngine, of_a_file_whose_folder_is_not_there) {
    EXPECT_NE(silent("{file: inbox/*.csv}").find("; there is no folder "), std::string::npos);
}

TEST_F(SilenceOfEngine, of_a_poll_that_fails) {
    static_cast<void>(silent("{poll: [\"false\"], every: 10s}"));
    pass(Seconds(1));
    run_until([&] { return why_text("porch").find("looks at") != std::string::npos; });
    EXPECT_NE(why_text("porch").find(" failed: "), std::string::npos) << why_text("porch");
}

TEST_F(SilenceOfEngine, of_an_event_that_nobody_emits) {
    EXPECT_NE(silent("{event: bell}").find("no armed directive emits it; a program may"),
              std::string::npos);
}

TEST_F(SilenceOfEngine, of_an_expression_that_cannot_be_decided) {
    EXPECT_NE(silent("{template: state.lux < 40}").find("it cannot be decided: "),
              std::string::npos);
}

TEST_F(SilenceOfEngine, does_not_show_the_value_of_a_secret_state) {
    write_file("directives/set.yaml",
               "name: set\ntrigger: manual\naction: {set: {door_token: hunter2}}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "set"));
    settle();
    crash();
    EXPECT_EQ(silent("{state: door_token, to: open}").find("hunter2"), std::string::npos);
}

TEST_F(InsightOfEngine, why_tells_how_often_it_failed_in_a_row) {
    write_file("directives/lamp.yaml",
               "name: lamp\ntrigger: manual\naction: {stop: broken, error: true}\n");
    start();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(act(Verb::run, "lamp"));
        settle();
    }
    EXPECT_NE(why_text("lamp").find("It has failed 2 times in a row since 00:00."),
              std::string::npos);
}

TEST_F(InsightOfEngine, traces_can_be_switched_off) {
    settings.traces = config::Traces::off;
    write_file("directives/good.yaml", "name: good\ntrigger: manual\naction: {log: hello}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "good"));
    settle();
    EXPECT_TRUE(trace(history("good")[0].at("id").as_int64()).is_string());
}

TEST_F(InsightOfEngine, simulates_what_is_loaded_with_the_days_on_which_the_clock_is_set) {
    write_file("directives/early.yaml",
               "name: early\ntimezone: Europe/Berlin\ntrigger: {cron: \"30 2 * * *\"}\n"
               "action: {log: early}\n");
    write_file("directives/hook.yaml",
               "name: hook\ntrigger: {webhook: porch, auth: none}\naction: {log: on}\n");
    start();
    const auto answer = simulate({"2027-03-27T00:00:00Z", "2027-03-30T00:00:00Z", {}, 2});
    EXPECT_EQ(answer.at("count"), 3);
    EXPECT_EQ(answer.at("truncated"), true);
    const auto& listed = answer.at("instants").as_array();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].at("local"), "2027-03-27T02:30:00+01:00");
    EXPECT_TRUE(listed[0].at("dst").is_null());
    EXPECT_EQ(listed[1].at("local"), "2027-03-28T03:00:00+02:00");
    EXPECT_EQ(listed[1].at("dst"), "gap");
    EXPECT_EQ(answer.at("dst_days").at(0).at("date"), "2027-03-28");
    EXPECT_EQ(answer.at("untimed").at(0), "hook");
    EXPECT_EQ(simulate({"2027-03-27T00:00:00Z", "2027-03-26T00:00:00Z", {}, 2}),
              "the end must lie after the beginning");
    EXPECT_EQ(simulate({"2027-03-27T00:00:00Z", "2027-03-30T00:00:00Z", {"nobody"}, 2}),
              "no directive is called nobody");
}

class SunOfEngine : public EngineFixture {};

TEST_F(SunOfEngine, is_armed_once_the_settings_say_where) {
    write_file("directives/dusk.yaml",
               "name: dusk\ntrigger: {sun: sunset, offset: -20m}\naction: {log: dusk}\n");
    start();
    EXPECT_NE(status_of("dusk"), "active");
    settings.latitude = 52.52;
    settings.longitude = 13.405;
    engine->settings_changed();
    EXPECT_EQ(status_of("dusk"), "active");
    pass(std::chrono::hours(48));
    const auto rows = history("dusk");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0], "decision"), "started");
}

TEST_F(SunOfEngine, is_a_condition_too) {
    settings.latitude = 52.52;
    settings.longitude = 13.405;
    write_file("directives/night.yaml",
               "name: night\ntrigger: {every: 6h, anchor: epoch}\n"
               "conditions: [{sun: below_horizon}, {sun: {after: sunset}}]\naction: {log: x}\n");
    start();
    pass(std::chrono::hours(24));
    std::size_t ran = 0;
    for (const auto& row : history("night")) {
        ran += text(row, "decision") == "started" ? 1 : 0;
    }
    // Berlin in UTC: of 00, 06, 12 and 18 only 18 is after sunset of its day.
    EXPECT_EQ(ran, 1U);
}

}  // namespace
}  // namespace aifp::engine
