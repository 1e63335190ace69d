#include <boost/json/serialize.hpp>

#include "engine_fixture.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kLights = "lights: Every 10 seconds, turn off the living room lights\n";

class QuestionsTest : public EngineFixture {
protected:
    boost::json::object show(const std::string& name) {
        auto shown =
            ask([&](Control& control, auto answer) { control.show_directive(name, answer); });
        return shown ? shown->as_object() : boost::json::object();
    }
    boost::json::object questions(const std::string& name) {
        return ask([&](Control& control, auto answer) { control.questions(name, answer); })
            ->as_object();
    }
    Result<boost::json::value> give(const std::string& name,
                                    const std::map<std::string, std::string>& given,
                                    const std::string& who = "uid 0") {
        return ask([&](Control& control, auto answer) {
            control.answer_questions(name, given, who, answer);
        });
    }
};

TEST_F(QuestionsTest, a_directive_with_an_open_question_is_a_draft) {
    write_file("directives/lights.txt", kLights);
    start();
    const auto shown = show("lights");
    EXPECT_EQ(shown.at("status"), "draft");
    EXPECT_EQ(shown.at("status_reason"), "1 question is open: aifp validate lights");
    EXPECT_EQ(shown.at("armed"), false);
    EXPECT_EQ(shown.at("critical_questions"), 1);
    pass(Seconds(30));
    EXPECT_TRUE(history("lights").empty());
}

TEST_F(QuestionsTest, the_last_critical_answer_arms_it) {
    write_file("directives/lights.txt", kLights);
    start();
    const auto answered = give("lights", {{"actions.1", "log: off"}});
    ASSERT_TRUE(answered) << answered.error().detail();
    EXPECT_EQ(answered->at("success"), true);
    EXPECT_EQ(answered->at("critical"), 0);
    EXPECT_EQ(show("lights").at("status"), "active");
    pass(Seconds(20));
    EXPECT_EQ(history("lights").size(), 2U);
}

TEST_F(QuestionsTest, answers_and_questions_survive_a_restart) {
    write_file("directives/lights.txt",
               std::string(kLights) + "plants: Every hour, water the plants\n");
    start();
    ASSERT_TRUE(give("lights", {{"actions.1", "log: off"}}));
    settle();
    crash();
    start();
    EXPECT_EQ(show("lights").at("status"), "active");
    EXPECT_EQ(show("plants").at("status"), "draft");
    EXPECT_EQ(questions("plants").at("questions").as_array().size(), 1U);
    EXPECT_EQ(questions("lights").at("answers").as_array().size(), 1U);
}

TEST_F(QuestionsTest, an_answer_that_cannot_be_is_refused_and_not_kept) {
    write_file("directives/lights.txt", kLights);
    start();
    const auto refused = give("lights", {{"actions.1", "run: ../outside.sh"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_input);
    EXPECT_TRUE(questions("lights").at("answers").as_array().empty());
    EXPECT_FALSE(give("lights", {}));
    EXPECT_EQ(give("nobody", {{"a", "b"}}).error().code(), ErrorCode::not_found);
}

TEST_F(QuestionsTest, what_somebody_else_answered_waits_for_a_yes) {
    write_file("directives/lights.txt", kLights);
    start();
    ASSERT_TRUE(give("lights", {{"actions.1", "log: off"}}, "assistant"));
    EXPECT_EQ(show("lights").at("status_reason"), "not_approved");
    ASSERT_TRUE(act(Verb::approve, "lights"));
    EXPECT_EQ(show("lights").at("status"), "active");
}

TEST_F(QuestionsTest, forgotten_answers_are_asked_anew_and_count_no_more) {
    write_file("directives/lights.txt", kLights);
    start();
    ASSERT_TRUE(give("lights", {{"actions.1", "log: off"}}, "assistant"));
    const auto forget = [this] {
        return ask([](Control& control, auto answer) {
            control.forget_answers("lights", "uid 0", answer);
        });
    };
    const auto open = forget();
    ASSERT_TRUE(open) << open.error().detail();
    ASSERT_EQ(open->at("questions").as_array().size(), 1U);
    EXPECT_EQ(open->at("questions").at(0).at("id"), "actions.1");
    EXPECT_TRUE(open->at("answers").as_array().empty());
    EXPECT_EQ(forget().error().code(), ErrorCode::conflict);
    ASSERT_TRUE(give("lights", {{"actions.1", "log: off"}}));  // the owner's own: no yes is needed
    EXPECT_EQ(show("lights").at("status"), "active");
}

TEST_F(QuestionsTest, a_draft_can_be_neither_run_nor_approved) {
    write_file("directives/lights.txt", kLights);
    start();
    EXPECT_FALSE(act(Verb::run, "lights"));
    const auto refused = act(Verb::approve, "lights");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail().find("aifp validate lights"), std::string::npos);
}

TEST_F(QuestionsTest, a_new_version_with_questions_leaves_the_good_one_in_force) {
    write_file("directives/lights.txt", "lights: Every 10 seconds, log off\n");
    start();
    write_file("directives/lights.txt", kLights);
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    EXPECT_EQ(show("lights").at("status"), "active");
    EXPECT_EQ(show("lights").at("questions"), 1);
    ASSERT_TRUE(give("lights", {{"actions.1", "log: new"}}));
    EXPECT_EQ(show("lights").at("action"), "log: new");
    EXPECT_EQ(show("lights").at("questions"), 0);
}

TEST_F(QuestionsTest, other_words_ask_anew) {
    write_file("directives/plants.txt", "plants: Every hour, water the plants\n");
    start();
    ASSERT_TRUE(give("plants", {{"actions.1", "log: wet"}}));
    std::filesystem::remove(paths.root() / "directives/plants.txt");
    write_file("directives/plants.txt", "plants: Every hour, water the garden\n");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    EXPECT_EQ(questions("plants").at("questions").as_array().size(), 1U);
    EXPECT_EQ(show("plants").at("action"), "log: wet");
}

}  // namespace
}  // namespace aifp::engine
