#include "directives/interview.hpp"

#include <gtest/gtest.h>

namespace aifp::directives {
namespace {

class InterviewTest : public ::testing::Test {
protected:
    static Question question(std::string id, QuestionPriority priority) {
        Question result;
        result.id = std::move(id);
        result.about = "call it";
        result.priority = priority;
        return result;
    }
    document::SourceText source{"a.txt", "call it"};
    document::Report report{source};
    Interview::Place place{{1, 1}, "what is it?", "write it"};
};

TEST_F(InterviewTest, a_critical_open_question_is_an_error) {
    Interview interview;
    EXPECT_FALSE(interview.ask(report, place, question("actions.1", QuestionPriority::critical)));
    EXPECT_EQ(report.error_count(), 1U);
    EXPECT_EQ(interview.critical(), 1U);
    EXPECT_EQ(interview.take_open().at(0).field, "/actions/0");
}

TEST_F(InterviewTest, another_open_question_is_no_error) {
    Interview interview;
    EXPECT_FALSE(interview.ask(report, place, question("timezone", QuestionPriority::high)));
    EXPECT_EQ(report.error_count(), 0U);
    EXPECT_FALSE(interview.is_open(QuestionGroup::trigger));
}

TEST_F(InterviewTest, a_kept_answer_is_given) {
    const std::vector<Answer> kept{{"actions.1", "call it", "log: hi"}};
    Interview interview(&kept);
    EXPECT_EQ(interview.ask(report, place, question("actions.1", QuestionPriority::critical)),
              "log: hi");
    EXPECT_EQ(interview.critical(), 0U);
    EXPECT_EQ(interview.answered().size(), 1U);
}

TEST_F(InterviewTest, an_answer_about_other_words_does_not_count) {
    const std::vector<Answer> kept{{"actions.1", "call her", "log: hi"}};
    Interview interview(&kept);
    EXPECT_FALSE(interview.ask(report, place, question("actions.1", QuestionPriority::critical)));
}

TEST_F(InterviewTest, an_answer_that_became_impossible_does_not_count) {
    const std::vector<Answer> kept{{"actions.1", "call it", "PUSH"}};
    Interview interview(&kept);
    auto asked = question("actions.1", QuestionPriority::critical);
    asked.kind = QuestionKind::choice;
    asked.options = {"GET", "POST"};
    EXPECT_FALSE(interview.ask(report, place, std::move(asked)));
}

TEST_F(InterviewTest, two_questions_never_share_a_name) {
    Interview interview;
    (void)interview.ask(question("actions.1", QuestionPriority::high));
    (void)interview.ask(question("actions.1", QuestionPriority::high));
    const auto open = interview.take_open();
    EXPECT_EQ(open.at(0).id, "actions.1");
    EXPECT_EQ(open.at(1).id, "actions.1_2");
}

}  // namespace
}  // namespace aifp::directives
