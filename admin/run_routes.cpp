#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <charconv>

#include "admin/call.hpp"

namespace aifp::admin {
namespace {

std::optional<LedgerId> run_in(const std::string& text) {
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && number > 0
               ? std::optional(LedgerId{number})
               : std::nullopt;
}

/// {"answer": "yes"}, perhaps with the "step" that is meant; true and false will do.
std::optional<model::RunAnswer> answer_in(const std::string& body) {
    boost::json::error_code error;
    const auto value = boost::json::parse(body, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* answer = object != nullptr ? object->if_contains("answer") : nullptr;
    const auto* step = object != nullptr ? object->if_contains("step") : nullptr;
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
