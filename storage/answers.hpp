#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

// Rows of `directive_questions` and `directive_answers`. Plain functions on the thread that owns
// the Database; they throw DatabaseError. (issue 3, validate_user_directive)
namespace aifp::storage {

/// What one directive leaves open.
struct QuestionsRow {
    DirectiveId directive;
    std::string questions_json;  ///< An array; never empty, else there is no row.
    std::size_t critical = 0;    ///< How many of them keep it a draft.
};

/// Replaces what is kept for the directive; an empty array ("[]") removes it.
void put_questions(Database& database, const QuestionsRow& row);
[[nodiscard]] std::optional<QuestionsRow> find_questions(Database& database, DirectiveId directive);
/// By rising id.
[[nodiscard]] std::vector<QuestionsRow> load_questions(Database& database);

/// One answer, as its owner gave it.
struct AnswerRow {
    std::string directive;  ///< Its name.
    std::string question;
    std::string about;  ///< The words the question was about.
    std::string value;
    std::string by;
    WallTime at;
};

/// Of directives that are archived, or are no more, so many keep their answers: the newest.
inline constexpr int kMaxGoneAnswered = 1'000;

/// Keeps an answer; an older one to the same question goes.
void put_answer(Database& database, const AnswerRow& row);
/// Forgets what was answered for a directive. Whether there was anything.
bool remove_answers(Database& database, std::string_view directive);
/// Of all directives, by name and question.
[[nodiscard]] std::vector<AnswerRow> load_answers(Database& database);

}  // namespace aifp::storage
