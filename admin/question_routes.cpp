#include <boost/json/parse.hpp>
#include <map>
#include <optional>
#include <utility>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "base/json_text.hpp"

namespace aifp::admin {
namespace {

/// {"answers": {QUESTION: text, number or truth}}
std::optional<std::map<std::string, std::string>> answers_in(const std::string& body) {
    boost::system::error_code error;
    const auto value = boost::json::parse(body, error);
    const auto* answers = error ? nullptr : member_in(value, "answers");
    if (answers == nullptr || !answers->is_object()) {
        return std::nullopt;
    }
    std::map<std::string, std::string> given;
    for (const auto& member : answers->get_object()) {
        const auto& answer = member.value();
        if (answer.is_structured() || answer.is_null()) {
            return std::nullopt;
        }
        given[std::string(member.key())] =
            answer.is_string() ? std::string(answer.get_string()) : json_text(answer);
    }
    return given;
}

}  // namespace

void questions(Call call) {
    call.control.questions(call.subject, std::move(call.answer));
}

void answer_questions(Call call) {
    auto given = answers_in(call.body);
    if (!given) {
        call.answer(fail(ErrorCode::invalid_input,
                         R"(send {"answers": {"QUESTION": "text"}}; GET …/questions lists them)"));
        return;
    }
    call.control.answer_questions(
        call.subject, std::move(*given), call.caller.who, std::move(call.answer));
}

void forget_answers(Call call) {
    call.control.forget_answers(call.subject, call.caller.who, std::move(call.answer));
}

}  // namespace aifp::admin
