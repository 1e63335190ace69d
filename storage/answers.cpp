#include "storage/answers.hpp"

namespace aifp::storage {
namespace {

QuestionsRow read_questions(const Statement& row) {
    QuestionsRow questions;
    questions.directive = DirectiveId{row.integer(0)};
    questions.questions_json = row.text(1);
    questions.critical = static_cast<std::size_t>(row.integer(2));
    return questions;
}

}  // namespace

void put_questions(Database& database, const QuestionsRow& row) {
    if (row.questions_json == "[]") {
        Statement(database, "DELETE FROM directive_questions WHERE directive_id = ?1")
            .run(row.directive);
        return;
    }
    Statement(database,
              "INSERT INTO directive_questions (directive_id, questions_json, critical) "
              "VALUES (?, ?, ?) ON CONFLICT (directive_id) DO UPDATE SET "
              "questions_json = excluded.questions_json, critical = excluded.critical")
        .run(row.directive, row.questions_json, row.critical);
}

std::optional<QuestionsRow> find_questions(Database& database, DirectiveId directive) {
    Statement row(database,
                  "SELECT directive_id, questions_json, critical FROM directive_questions "
                  "WHERE directive_id = ?1");
    row.bind(directive);
    return row.step() ? std::optional(read_questions(row)) : std::nullopt;
}

std::vector<QuestionsRow> load_questions(Database& database) {
    Statement row(database,
                  "SELECT directive_id, questions_json, critical FROM directive_questions "
                  "ORDER BY directive_id");
    std::vector<QuestionsRow> all;
    while (row.step()) {
        all.push_back(read_questions(row));
    }
    return all;
}

void put_answer(Database& database, const AnswerRow& row) {
    Statement(database,
              "INSERT INTO directive_answers (directive_name, question_id, about, value, "
              "answered_by, answered_at_ms) VALUES (?, ?, ?, ?, ?, ?) "
              "ON CONFLICT (directive_name, question_id) DO UPDATE SET about = excluded.about, "
              "value = excluded.value, answered_by = excluded.answered_by, "
              "answered_at_ms = excluded.answered_at_ms")
        .run(row.directive, row.question, row.about, row.value, row.by, row.at);
    Statement(database,
              "DELETE FROM directive_answers WHERE directive_name IN "
              "(SELECT directive_name FROM directive_answers a WHERE NOT EXISTS "
              "(SELECT 1 FROM user_directives d WHERE d.name = a.directive_name "
              "AND d.status <> 'archived') AND directive_name <> ?1 GROUP BY directive_name "
              "ORDER BY max(answered_at_ms) DESC LIMIT -1 OFFSET ?2)")
        .run(row.directive, kMaxGoneAnswered);
}

bool remove_answers(Database& database, std::string_view directive) {
    Statement(database, "DELETE FROM directive_answers WHERE directive_name = ?").run(directive);
    return database.changes() > 0;
}

std::vector<AnswerRow> load_answers(Database& database) {
    Statement row(database,
                  "SELECT directive_name, question_id, about, value, answered_by, answered_at_ms "
                  "FROM directive_answers ORDER BY directive_name, question_id");
    std::vector<AnswerRow> answers;
    while (row.step()) {
        AnswerRow answer;
        answer.directive = row.text(0);
        answer.question = row.text(1);
        answer.about = row.text(2);
        answer.value = row.text(3);
        answer.by = row.text(4);
        answer.at = row.time(5);
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace aifp::storage
