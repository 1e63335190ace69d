#include "engine/trace_keeper.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"
#include "base/time_zone.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

bool ended_well(model::RunState state) {
    return state == model::RunState::ok || state == model::RunState::ok_after_retry;
}

// A flood of these must not push out what says something about the directive.
bool is_from_outside(model::Reason reason) {
    return reason == model::Reason::signature_bad || reason == model::Reason::replay_duplicate;
}

void store(storage::Store& store, storage::TraceRow row) {
    storage::WriteGroup group;
    group.traces.push_back(std::move(row));
    store.submit_lazily(std::move(group));
}

}  // namespace

Redact TraceKeeper::redact() const {
    return [keeper = &parts_.keeper](std::string_view text) {
        return keeper->redacted(std::string(text));
    };
}

std::unique_ptr<RunTrace> TraceKeeper::begin() const {
    if (parts_.settings.traces == config::Traces::off) {
        return nullptr;
    }
    return std::make_unique<RunTrace>(parts_.clock, redact());
}

void TraceKeeper::keep(RunTrace& trace,
                       const model::OutcomeRecord& outcome,
                       const std::string& resume) {
    KeptTrace kept{outcome.id,
                   outcome.directive,
                   outcome.ended_at,
                   outcome.state,
                   trace.take_text(),
                   !resume.empty()};
    if (parts_.settings.traces == config::Traces::all || !ended_well(kept.state)) {
        auto text = resume.empty()
                        ? kept.steps
                        : fmt::format(R"({{"steps":{},"resume":{}}})", kept.steps, resume);
        store(parts_.store, {kept.run, kept.directive, kept.state, kept.ended_at, std::move(text)});
    }
    ring_.add(std::move(kept));
}

void TraceKeeper::keep(const model::DecisionRecord& decision) {
    if (parts_.settings.traces == config::Traces::off || is_from_outside(decision.reason)) {
        return;
    }
    const auto& event = decision.event;
    json::object why;
    why["reason"] = model::name_of(decision.reason);
    why["detail"] = parts_.keeper.redacted(decision.detail);
    why["cause"] = event.cause;
    why["trigger_index"] = event.trigger_index;
    why["scheduled_for"] =
        event.scheduled_for ? json::value(format_utc_ms(*event.scheduled_for)) : json::value();
    storage::TraceRow row;
    row.run = decision.id;
    row.directive = event.directive;
    row.ended_at = event.seen_at;
    row.steps = json_text(why);
    row.is_run = false;
    store(parts_.store, std::move(row));
}

}  // namespace aifp::engine
