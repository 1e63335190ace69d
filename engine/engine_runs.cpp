#include <fmt/format.h>

#include "engine/engine_core.hpp"
#include "engine/kept_runs.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxListedWaits = 500;

boost::json::value done(LedgerId run) {
    boost::json::object object;
    object["success"] = true;
    object["run"] = run.value;
    return object;
}

// The answer of what is durable by then.
std::function<void(Status)> when_stored(LedgerId run, Control::Answer answer) {
    return [run, answer = std::move(answer)](Status stored) {
        answer(stored ? Result<boost::json::value>(done(run)) : fail(std::move(stored).error()));
    };
}

}  // namespace

// Runs that only wait for a time are not in memory: of them the first are read for the list.
void EngineCore::list_runs(Answer answer) {
    auto list = std::make_shared<boost::json::array>(dispatcher_.view_runs());
    auto parked = dispatcher_.some_parked(kMaxListedWaits);
    if (parked.empty()) {
        answer(boost::json::value(std::move(*list)));
        return;
    }
    auto rows = std::make_shared<ParkedRows>();
    parts_.store.read(
        [parked = std::move(parked), rows](storage::Database& database) {
            *rows = read_parked_rows(database, parked);
        },
        [this, list, rows, answer = std::move(answer)](const Status& read) {
            if (!read) {
                answer(fail(read.error()));
                return;
            }
            for (const auto& [run, wait] : rows->kept.waits) {
                const auto* entry = catalog_.find(wait.directive);
                list->push_back(view_parked(wait, entry != nullptr ? entry->name : ""));
            }
            for (const auto& [run, lost] : rows->unreadable) {
                const auto* entry = catalog_.find(lost.directive);
                boost::json::object one;
                one["run"] = run.value;
                one["directive"] = entry != nullptr ? entry->name : "";
                one["state"] = "waiting";
                one["at"] = boost::json::array();
                one["unreadable"] = lost.why;
                list->push_back(std::move(one));
            }
            answer(boost::json::value(std::move(*list)));
        });
}

void EngineCore::cancel_run(LedgerId run, std::string who, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto cancelled =
        dispatcher_.cancel_run(run, fmt::format("{}{}", kByPerson, who), when_stored(run, answer));
    if (!cancelled) {
        answer(fail(std::move(cancelled).error()));
    }
}

void EngineCore::begin_run_now(LedgerId run, std::string who, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto begun = dispatcher_.begin_now(run, when_stored(run, answer));
    if (!begun) {
        answer(fail(std::move(begun).error()));
        return;
    }
    reporter_.lifecycle("run_begun_by_hand", {}, fmt::format("run {} by {}", run.value, who));
}

void EngineCore::answer_run(LedgerId run, model::RunAnswer said, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto taken = dispatcher_.answer_run(run, said);
    answer(taken ? Result<boost::json::value>(done(run)) : fail(std::move(taken).error()));
}

}  // namespace aifp::engine
