#include "directives/interview.hpp"

#include <algorithm>
#include <utility>

namespace aifp::directives {

// Two places of one directive may ask for the same thing: the second gets a name of its own.
std::string Interview::unique_id(const std::string& id) const {
    const auto is_used = [this](const std::string& wanted) {
        const auto matches = [&wanted](const Question& question) { return question.id == wanted; };
        return std::any_of(open_.begin(), open_.end(), matches) ||
               std::any_of(answered_.begin(), answered_.end(), matches);
    };
    std::string unique = id;
    for (int count = 2; is_used(unique); ++count) {
        unique = id + "_" + std::to_string(count);
    }
    return unique;
}

std::optional<std::string> Interview::ask(Question question) {
    question.id = unique_id(question.id);
    question.field = field_of(question.id);
    if (answers_ != nullptr) {
        for (const Answer& answer : *answers_) {
            if (answer.question != question.id || answer.about != question.about) {
                continue;
            }
            if (auto value = check_answer(question, answer.value)) {
                answered_.push_back(std::move(question));
                return std::move(*value);
            }
        }
    }
    open_.push_back(std::move(question));
    return std::nullopt;
}

std::optional<std::string> Interview::ask(document::Report& report,
                                          const Place& place,
                                          Question question) {
    const bool is_critical = question.priority == QuestionPriority::critical;
    auto answer = ask(std::move(question));
    if (!answer && is_critical) {
        ++critical_;
        report.error(place.mark, place.message, place.hint);
    }
    return answer;
}

bool Interview::is_open(QuestionGroup group) const noexcept {
    return std::any_of(open_.begin(), open_.end(), [group](const Question& question) {
        return question.group == group && question.priority == QuestionPriority::critical;
    });
}

std::vector<Question> Interview::take_open() {
    put_in_order(open_);
    return std::exchange(open_, {});
}

}  // namespace aifp::directives
