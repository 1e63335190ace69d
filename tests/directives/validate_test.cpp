#include "directives/validate.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace aifp::directives {
namespace {

class Validate : public ::testing::Test {
protected:
    Validate() {
        context.project_has_timezone = true;
        context.apis = {"default", "lights"};
        context.channels = {"default", "phone"};
    }
    Validation validate(const std::string& text,
                        const std::string& name,
                        const std::map<std::string, std::string>& given = {}) {
        const document::SourceText source("directives/a", text);
        return validate_directive(source, FileForm::any, context, name, given);
    }
    static std::vector<std::string> ids(const std::vector<Question>& questions) {
        std::vector<std::string> result;
        for (const Question& question : questions) {
            result.push_back(question.id);
        }
        return result;
    }
    static std::string action(const Validation& validation) {
        return validation.configuration
                   ? boost::json::serialize(validation.configuration->actions.at(0).arguments)
                   : "none";
    }
    ParseContext context;
};

constexpr const char* kLights = "lights: At 17:00 on weekdays turn off the living room lights";

TEST_F(Validate, asks_how_something_unknown_is_done) {
    const auto validation = validate(kLights, "lights");
    ASSERT_EQ(ids(validation.open), std::vector<std::string>{"actions.1"});
    const Question& question = validation.open[0];
    EXPECT_EQ(question.text, R"(How is "turn off the living room lights" done?)");
    EXPECT_EQ(question.options.at(1), "api lights");
    EXPECT_EQ(question.about, "turn off the living room lights");
    EXPECT_EQ(question.group, QuestionGroup::action);
    EXPECT_FALSE(validation.configuration);
}

TEST_F(Validate, an_answer_that_is_the_action_completes_it) {
    const auto validation =
        validate(kLights, "lights", {{"actions.1", "http_request: POST http://lamp.local/off"}});
    EXPECT_TRUE(validation.open.empty());
    EXPECT_TRUE(validation.refused.empty());
    EXPECT_EQ(action(validation), R"({"http_request":"POST http://lamp.local/off"})");
}

TEST_F(Validate, an_answer_may_open_the_next_question_and_both_come_in_one_go) {
    EXPECT_EQ(ids(validate(kLights, "lights", {{"actions.1", "api lights"}}).open),
              std::vector<std::string>{"actions.1.request"});
    const auto both =
        validate(kLights,
                 "lights",
                 {{"actions.1", "api lights"}, {"actions.1.request", "POST /lights/1/off"}});
    EXPECT_EQ(both.accepted.size(), 2U);
    EXPECT_EQ(action(both), R"({"http_request":"POST /lights/1/off","api":"lights"})");
}

TEST_F(Validate, tells_an_answer_that_cannot_be) {
    const auto validation = validate(kLights, "lights", {{"actions.1", "run: ../outside.sh"}});
    EXPECT_TRUE(validation.accepted.empty());
    EXPECT_EQ(validation.refused.count("actions.1"), 1U);
    EXPECT_EQ(ids(validation.open), std::vector<std::string>{"actions.1"});
}

TEST_F(Validate, tells_an_unknown_question_with_the_nearest) {
    const auto validation = validate(kLights, "lights", {{"action.1", "log: hi"}});
    EXPECT_EQ(validation.refused.at("action.1"),
              R"(there is no such question; did you mean "actions.1"?)");
}

TEST_F(Validate, one_wrong_answer_harms_no_other) {
    const auto validation = validate("a: Every night, water the plants",
                                     "a",
                                     {{"triggers.1.time", "sometime"}, {"actions.1", "log: wet"}});
    EXPECT_EQ(validation.accepted.size(), 1U);
    EXPECT_EQ(validation.refused.count("triggers.1.time"), 1U);
    EXPECT_EQ(ids(validation.open), std::vector<std::string>{"triggers.1.time"});
}

TEST_F(Validate, kept_answers_count_while_their_words_stay) {
    context.answers["lights"] = {{"actions.1", "turn off the living room lights", "log: off"}};
    EXPECT_TRUE(validate(kLights, "lights").configuration);
    EXPECT_FALSE(validate("lights: At 17:00 turn off the kitchen lights", "lights").configuration);
}

TEST_F(Validate, a_yaml_directive_is_asked_for_what_it_lacks) {
    const auto open = validate("directives: [{name: a, description: something}]", "a").open;
    EXPECT_EQ(ids(open), (std::vector<std::string>{"triggers", "actions"}));
    const auto validation = validate("directives: [{name: a, description: something}]",
                                     "a",
                                     {{"triggers", "every night at 2am"}, {"actions", "log: hi"}});
    ASSERT_TRUE(validation.configuration) << validation.refused.size();
    EXPECT_EQ(validation.configuration->triggers.at(0).kind, "at");
}

TEST_F(Validate, asks_who_may_call_a_webhook) {
    const std::string text = "a: When someone posts to /hooks/bell, log ring";
    const auto open = validate(text, "a").open;
    ASSERT_EQ(ids(open), std::vector<std::string>{"triggers.1.auth"});
    const auto validation = validate(text, "a", {{"triggers.1.auth", "secret a_token"}});
    ASSERT_TRUE(validation.configuration);
    EXPECT_EQ(boost::json::serialize(validation.configuration->triggers.at(0).arguments),
              R"({"webhook":"bell","auth":{"bearer":{"$secret":"a_token"}}})");
}

TEST_F(Validate, a_question_with_a_default_blocks_nothing) {
    context.project_has_timezone = false;
    context.system_timezone = "Europe/Vienna";
    const std::string text = "a: Every night at 2am, log hi";
    const auto validation = validate(text, "a");
    EXPECT_TRUE(validation.configuration);
    ASSERT_EQ(ids(validation.open), std::vector<std::string>{"timezone"});
    EXPECT_EQ(validation.open[0].fallback, "Europe/Vienna");
    const auto answered = validate(text, "a", {{"timezone", "Asia/Tokyo"}});
    EXPECT_EQ(answered.configuration->timezone, "Asia/Tokyo");
    EXPECT_EQ(validate(text, "a", {{"timezone", "Mars/Base"}}).refused.count("timezone"), 1U);
}

TEST_F(Validate, asks_about_what_contradicts_itself) {
    const auto zero =
        validate("{name: a, trigger: manual, action: {log: hi}, timeout: 5s, actions: null}", "a");
    EXPECT_FALSE(zero.configuration);  // two keys mean actions: a mistake, not a question
    EXPECT_FALSE(zero.problems.empty());
    const std::string window =
        R"({"name": "a", "trigger": {"every": "1h"}, "conditions": [{"time": {"after": "08:00", "before": "08:00"}}], "action": "log: hi"})";
    EXPECT_EQ(ids(validate(window, "a").open), std::vector<std::string>{"conditions.1.before"});
    EXPECT_TRUE(validate(window, "a", {{"conditions.1.before", "20:00"}}).configuration);
    EXPECT_EQ(validate(window, "a", {{"conditions.1.before", "8:00"}}).refused.size(), 1U);
}

TEST_F(Validate, asks_about_a_timeout_of_nothing) {
    const std::string text =
        R"({"name": "a", "trigger": "manual", "action": {"command": "ls", "timeout": "0s"}})";
    ASSERT_EQ(ids(validate(text, "a").open), std::vector<std::string>{"actions.1.timeout"});
    const auto validation = validate(text, "a", {{"actions.1.timeout", "30s"}});
    ASSERT_TRUE(validation.configuration);
    EXPECT_EQ(validation.configuration->actions.at(0).timeout, Milliseconds(30'000));
}

TEST_F(Validate, asks_which_channel_is_meant) {
    const std::string text =
        R"({"name": "a", "trigger": "manual", "action": {"notify": "hi", "channel": "fone"}})";
    ASSERT_EQ(ids(validate(text, "a").open), std::vector<std::string>{"actions.1.channel"});
    EXPECT_EQ(action(validate(text, "a", {{"actions.1.channel", "phone"}})),
              R"({"notify":"hi","channel":"phone"})");
}

TEST_F(Validate, says_when_there_is_no_such_directive) {
    EXPECT_FALSE(validate(kLights, "lamps").is_found);
}

TEST_F(Validate, answers_nothing_in_a_broken_directive) {
    const auto validation = validate("a: Evry night at 2am, log hi", "a", {{"x", "y"}});
    EXPECT_TRUE(validation.is_found);
    EXPECT_EQ(validation.refused.at("x"), "the directive has mistakes; mend them first");
    EXPECT_FALSE(validation.problems.empty());
}

}  // namespace
}  // namespace aifp::directives
