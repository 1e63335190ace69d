#include <fmt/format.h>

#include "engine/engine_core.hpp"

namespace aifp::engine {
namespace {

boost::json::value done(LedgerId run) {
    boost::json::object object;
    object["success"] = true;
    object["run"] = run.value;
    return object;
}

}  // namespace

void EngineCore::list_runs(Answer answer) {
    answer(boost::json::value(dispatcher_.view_runs()));
}

void EngineCore::cancel_run(LedgerId run, std::string who, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto cancelled = dispatcher_.cancel_run(run, fmt::format("{}{}", kByPerson, who));
    answer(cancelled ? Result<boost::json::value>(done(run)) : fail(std::move(cancelled).error()));
}

void EngineCore::answer_run(LedgerId run, bool yes, std::string who, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto taken = dispatcher_.answer_run(run, yes, who);
    answer(taken ? Result<boost::json::value>(done(run)) : fail(std::move(taken).error()));
}

}  // namespace aifp::engine
