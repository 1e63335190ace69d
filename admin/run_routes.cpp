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

/// {"answer": "yes"}; true and false will do.
std::optional<bool> answer_in(const std::string& body) {
    boost::json::error_code error;
    const auto value = boost::json::parse(body, error);
    const auto* answer =
        !error && value.is_object() ? value.get_object().if_contains("answer") : nullptr;
    if (answer == nullptr) {
        return std::nullopt;
    }
    if (answer->is_bool()) {
        return answer->get_bool();
    }
    return *answer == "yes"  ? std::optional(true)
           : *answer == "no" ? std::optional(false)
                             : std::nullopt;
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
    const auto answer = answer_in(call.body);
    if (!run) {
        return no_such_run(call);
    }
    if (!answer) {
        call.answer(fail(ErrorCode::invalid_input, R"(send {"answer": "yes"} or "no")"));
        return;
    }
    call.control.answer_run(*run, *answer, call.caller.who, std::move(call.answer));
}

}  // namespace aifp::admin
