#pragma once

#include <optional>
#include <string>
#include <vector>

#include "directives/question.hpp"
#include "document/report.hpp"

namespace aifp::directives {

/// Asks while one directive is read: a question with a kept answer is answered at once and the
/// reading goes on with it, the others stay open. Not thread-safe; `answers` outlives it.
class Interview {
public:
    explicit Interview(const std::vector<Answer>* answers = nullptr) : answers_(answers) {}

    /// Names the answers once the directive's name is known; they outlive the interview.
    void use(const std::vector<Answer>* answers) noexcept { answers_ = answers; }
    [[nodiscard]] bool has_answers() const noexcept { return answers_ != nullptr; }

    /// Where a question comes up, and what stands there as a diagnostic while it is open.
    struct Place {
        document::Mark mark;
        std::string message;
        std::string hint = {};  ///< What to write in the file instead of answering.
    };

    /// The kept answer if it was about the same words and is possible. Else the question is open:
    /// a critical one is an error in `report`, so that nothing is armed that lacks something.
    [[nodiscard]] std::optional<std::string> ask(document::Report& report,
                                                 const Place& place,
                                                 Question question);
    /// The same without a diagnostic, for what has a default that holds meanwhile.
    [[nodiscard]] std::optional<std::string> ask(Question question);

    /// Whether a critical question of that part is open: what is missing there was asked for.
    [[nodiscard]] bool is_open(QuestionGroup group) const noexcept;
    /// Errors in the report that are open questions.
    [[nodiscard]] std::size_t critical() const noexcept { return critical_; }
    /// In order (put_in_order). Leaves none behind.
    [[nodiscard]] std::vector<Question> take_open();
    /// The questions whose answers were used, in the order they came up.
    [[nodiscard]] const std::vector<Question>& answered() const noexcept { return answered_; }

private:
    [[nodiscard]] std::string unique_id(const std::string& id) const;

    const std::vector<Answer>* answers_;
    std::vector<Question> open_;
    std::vector<Question> answered_;
    std::size_t critical_ = 0;
};

}  // namespace aifp::directives
