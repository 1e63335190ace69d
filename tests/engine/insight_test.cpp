#include <map>

#include "tests/engine/insight_fixture.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

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

}  // namespace
}  // namespace aifp::engine
