#include "storage/answers.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "storage/directives.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

class AnswersTest : public ::testing::Test {
protected:
    AnswersTest() {
        DatabaseOptions options;
        options.file = ":memory:";
        database = Database::open(options);
        migrate(*database);
        DirectiveUpsert row;
        row.name = "lamp";
        row.configuration_json = "{}";
        id = upsert_directive(*database, row, from_unix_ms(1'000));
    }
    std::unique_ptr<Database> database;
    DirectiveId id;
};

TEST_F(AnswersTest, questions_are_replaced_and_an_empty_list_removes_them) {
    put_questions(*database, {id, "[1]", 1});
    put_questions(*database, {id, "[1,2]", 0});
    ASSERT_EQ(load_questions(*database).size(), 1U);
    EXPECT_EQ(find_questions(*database, id)->questions_json, "[1,2]");
    EXPECT_EQ(find_questions(*database, id)->critical, 0U);
    put_questions(*database, {id, "[]", 0});
    EXPECT_FALSE(find_questions(*database, id));
}

TEST_F(AnswersTest, questions_go_with_their_directive) {
    put_questions(*database, {id, "[1]", 1});
    Statement(*database, "DELETE FROM user_directives").run();
    EXPECT_TRUE(load_questions(*database).empty());
}

TEST_F(AnswersTest, the_last_answer_to_a_question_counts) {
    put_answer(*database, {"lamp", "actions.1", "dim it", "log: a", "uid 0", from_unix_ms(1)});
    put_answer(*database, {"lamp", "actions.1", "dim it", "log: b", "uid 7", from_unix_ms(2)});
    put_answer(*database, {"bell", "triggers", "", "manual", "uid 0", from_unix_ms(3)});
    const auto answers = load_answers(*database);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].directive, "bell");
    EXPECT_EQ(answers[1].value, "log: b");
    EXPECT_EQ(answers[1].by, "uid 7");
    EXPECT_EQ(answers[1].about, "dim it");
    EXPECT_EQ(answers[1].at, from_unix_ms(2));
}

TEST_F(AnswersTest, of_directives_that_are_gone_the_oldest_go) {
    put_answer(*database, {"lamp", "triggers", "", "manual", "uid 0", from_unix_ms(1)});
    for (int number = 0; number <= kMaxGoneAnswered + 1; ++number) {
        put_answer(*database,
                   {"gone" + std::to_string(number),
                    "triggers",
                    "",
                    "manual",
                    "uid 0",
                    from_unix_ms(10 + number)});
    }
    const auto answers = load_answers(*database);
    ASSERT_EQ(answers.size(), static_cast<std::size_t>(kMaxGoneAnswered) + 2);
    EXPECT_EQ(answers.back().directive, "lamp");
    const auto is_oldest = [](const AnswerRow& row) { return row.directive == "gone0"; };
    EXPECT_TRUE(std::none_of(answers.begin(), answers.end(), is_oldest));
}

}  // namespace
}  // namespace aifp::storage
