#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "base/read_number.hpp"

namespace aifp::admin {
namespace {

std::optional<LedgerId> run_in(const std::string& text) {
    const auto number = read_number<std::int64_t>(text);
    return number && *number > 0 ? std::optional(LedgerId{*number}) : std::nullopt;
}

/// {"answer": "yes"}, perhaps with the "step" that is meant; true and false will do.
std::optional<model::RunAnswer> answer_in(const std::string& body) {
    boost::json::error_code error;
    const auto value = boost::json::parse(body, error);
    const auto* answer = error ? nullptr : member_in(value, "answer");
    const auto* step = error ? nullptr : member_in(value, "step");
    const bool is_yes = answer != nullptr && (*answer == "yes" || *answer == true);
    const bool is_no = answer != nullptr && (*answer == "no" || *answer == false);
    if (is_yes == is_no || (step != nullptr && !step->is_string())) {
        return std::nullopt;
    }
    model::RunAnswer said;
    said.yes = is_yes;
    said.step = step != nullptr ? std::string(step->get_string()) : std::string();
    return said;
}

void no_such_run(const Call& call) {
    call.answer(fail(ErrorCode::not_found,
                     fmt::format("{} is no number of a run; GET /api/v1/runs lists those under way",
                                 call.subject)));
}

}  // namespace

void list_runs(Call call) {
    call.control.list_runs(std::move(call.answer));
}

void cancel_run(Call call) {
    const auto run = run_in(call.subject);
    if (!run) {
        return no_such_run(call);
    }
    call.control.cancel_run(*run, call.caller.who, std::move(call.answer));
}

void force_run(Call call) {
    const auto run = run_in(call.subject);
    if (!run) {
        return no_such_run(call);
    }
    call.control.begin_run_now(*run, call.caller.who, std::move(call.answer));
}

void answer_run(Call call) {
    const auto run = run_in(call.subject);
    auto said = answer_in(call.body);
    if (!run) {
        return no_such_run(call);
    }
    if (!said) {
        call.answer(fail(ErrorCode::invalid_input,
                         R"(send {"answer": "yes"} or "no", and "step" if it asks for several)"));
        return;
    }
    said->who = call.caller.who;
    call.control.answer_run(*run, std::move(*said), std::move(call.answer));
}

}  // namespace aifp::admin
