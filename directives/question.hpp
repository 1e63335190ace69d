#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// What a directive leaves open, as questions to its owner (issue 3, validate_user_directive). Plain
// values and pure functions: thread-safe.

namespace aifp::directives {

/// What an answer has to be.
enum class QuestionKind : std::uint8_t { text, choice, number, boolean };

/// How much hangs on the answer.
enum class QuestionPriority : std::uint8_t {
    critical,  ///< Without an answer the directive stays a draft.
    high,      ///< The default holds until it is answered; it may well be wrong.
    medium,    ///< The default holds; it is probably right.
    low,       ///< Good to know.
};

/// Which part of the directive it is about.
enum class QuestionGroup : std::uint8_t { trigger, action, conditions, dependencies };

struct Question {
    std::string id;     ///< "actions.1.url": list, position from 1, key. Unique in the directive.
    std::string field;  ///< The same place as a JSON pointer: "/actions/0/url".
    std::string text;   ///< One sentence for a person.
    QuestionKind kind = QuestionKind::text;
    std::vector<std::string> options = {};  ///< For a choice all; for a text the likely ones.
    std::string fallback = {};              ///< Taken when the person just presses Enter.
    std::string rule = {};                  ///< What a right answer looks like.
    QuestionPriority priority = QuestionPriority::critical;
    QuestionGroup group = QuestionGroup::trigger;
    std::string about = {};  ///< The words it asks about: an answer holds while they stay.

    friend bool operator==(const Question&, const Question&) = default;
};

/// An answer as it is kept.
struct Answer {
    std::string question;  ///< Question::id
    std::string about;     ///< Question::about when it was given.
    std::string value;     ///< As text; numbers and truths as JSON writes them.
};

/// Answers by the name of their directive.
using Answers = std::map<std::string, std::vector<Answer>>;

[[nodiscard]] std::string_view name_of(QuestionKind kind) noexcept;
[[nodiscard]] std::string_view name_of(QuestionPriority priority) noexcept;
[[nodiscard]] std::string_view name_of(QuestionGroup group) noexcept;

/// "/actions/0/url" for "actions.1.url".
[[nodiscard]] std::string field_of(std::string_view id);

/// The value in its right spelling (of a choice the option meant). Errors: invalid_input, saying
/// what the question takes.
[[nodiscard]] Result<std::string> check_answer(const Question& question, std::string_view value);

/// critical first; within a priority by group, then as they were asked.
void put_in_order(std::vector<Question>& questions);
/// How many keep the directive a draft.
[[nodiscard]] std::size_t count_critical(const std::vector<Question>& questions) noexcept;

/// An array of {id, field, text, kind, options, default, rule, priority, group, about}.
[[nodiscard]] boost::json::array to_json(const std::vector<Question>& questions);
/// Reads what to_json wrote (our own database).
[[nodiscard]] std::vector<Question> questions_from_json(const boost::json::array& array);

}  // namespace aifp::directives
