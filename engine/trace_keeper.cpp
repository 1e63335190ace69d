#include "engine/trace_keeper.hpp"

#include <utility>

#include "storage/traces.hpp"

namespace aifp::engine {
namespace {

bool ended_well(model::RunState state) {
    return state == model::RunState::ok || state == model::RunState::ok_after_retry;
}

}  // namespace

Redact TraceKeeper::redact() const {
    return [secrets = &parts_.secrets](std::string_view text) { return secrets->redact(text); };
}

std::unique_ptr<RunTrace> TraceKeeper::begin() const {
    if (parts_.settings.traces == config::Traces::off) {
        return nullptr;
    }
    return std::make_unique<RunTrace>(parts_.clock, redact());
}

void TraceKeeper::keep(RunTrace& trace, const model::OutcomeRecord& outcome) {
    KeptTrace kept{
        outcome.id, outcome.directive, outcome.ended_at, outcome.state, trace.take_text()};
    const bool store = parts_.settings.traces == config::Traces::all || !ended_well(kept.state);
    if (store) {
        storage::TraceRow row{kept.run, kept.directive, kept.state, kept.ended_at, kept.steps};
        parts_.store.write(
            [row = std::move(row)](storage::Database& database) { put_trace(database, row); },
            [](const Status&) {});
    }
    ring_.add(std::move(kept));
}

}  // namespace aifp::engine
