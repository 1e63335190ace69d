#include "directives/question.hpp"

#include <gtest/gtest.h>

namespace aifp::directives {
namespace {

Question question(QuestionKind kind, std::vector<std::string> options = {}) {
    Question result;
    result.id = "actions.1.method";
    result.kind = kind;
    result.options = std::move(options);
    return result;
}

TEST(CheckAnswer, gives_a_choice_its_spelling) {
    const auto asked = question(QuestionKind::choice, {"GET", "POST"});
    EXPECT_EQ(check_answer(asked, " post ").value(), "POST");
}

TEST(CheckAnswer, names_the_nearest_choice) {
    const auto refused = check_answer(question(QuestionKind::choice, {"GET", "POST"}), "PSOT");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail(), R"("PSOT" is not one of GET, POST; did you mean "POST"?)");
}

TEST(CheckAnswer, takes_yes_and_no) {
    EXPECT_EQ(check_answer(question(QuestionKind::boolean), "Yes").value(), "true");
    EXPECT_EQ(check_answer(question(QuestionKind::boolean), "false").value(), "false");
    EXPECT_FALSE(check_answer(question(QuestionKind::boolean), "perhaps"));
}

TEST(CheckAnswer, takes_finite_numbers) {
    EXPECT_EQ(check_answer(question(QuestionKind::number), "2.5").value(), "2.5");
    for (const char* wrong : {"two", "1x", "inf", "1e999"}) {
        EXPECT_FALSE(check_answer(question(QuestionKind::number), wrong)) << wrong;
    }
}

TEST(CheckAnswer, refuses_what_is_empty_too_long_or_not_text) {
    const auto text = question(QuestionKind::text);
    EXPECT_FALSE(check_answer(text, "  "));
    EXPECT_FALSE(check_answer(text, std::string(5'000, 'x')));
    EXPECT_FALSE(check_answer(text, "\xff"));
}

TEST(FieldOf, points_into_the_configuration) {
    EXPECT_EQ(field_of("actions.1.url"), "/actions/0/url");
    EXPECT_EQ(field_of("timezone"), "/timezone");
}

TEST(PutInOrder, has_the_critical_first_and_groups_together) {
    std::vector<Question> questions(4);
    questions[0].id = "low";
    questions[0].priority = QuestionPriority::low;
    questions[1].id = "action";
    questions[1].group = QuestionGroup::action;
    questions[2].id = "trigger";
    questions[3].id = "high";
    questions[3].priority = QuestionPriority::high;
    put_in_order(questions);
    EXPECT_EQ(questions[0].id, "trigger");
    EXPECT_EQ(questions[1].id, "action");
    EXPECT_EQ(questions[2].id, "high");
    EXPECT_EQ(questions[3].id, "low");
    EXPECT_EQ(count_critical(questions), 2U);
}

TEST(QuestionJson, comes_back_as_it_was) {
    auto asked = question(QuestionKind::choice, {"GET", "POST"});
    asked.field = field_of(asked.id);
    asked.text = "Which?";
    asked.fallback = "GET";
    asked.rule = "one";
    asked.priority = QuestionPriority::medium;
    asked.group = QuestionGroup::dependencies;
    asked.about = "call it";
    EXPECT_EQ(questions_from_json(to_json({asked})), std::vector<Question>{asked});
}

}  // namespace
}  // namespace aifp::directives
