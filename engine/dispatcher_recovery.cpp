#include <fmt/format.h>

#include <utility>

#include "engine/dispatcher.hpp"

// The part of Dispatcher that goes on after a start, and that ends what should not go on.
namespace aifp::engine {

using model::DecisionKind;
using model::RunState;

void Dispatcher::recover(storage::OpenRuns open, const KeptRuns& kept) {
    // Those that wait take their places before anything of them begins.
    for (const auto& record : open.started) {
        const auto* entry = services_.catalog.find(record.event.directive);
        if (kept.waits.contains(record.id) && entry != nullptr) {
            queue_.adopt({entry->id, record.id, entry->mode, entry->max});
        }
    }
    for (auto& record : open.started) {
        const auto wait = kept.waits.find(record.id);
        if (wait == kept.waits.end()) {
            abandon(record, "the engine stopped while it ran", {});
        } else {
            resume(std::move(record), wait->second, kept);
        }
    }
    for (auto& record : open.queued) {
        const auto id = record.id;
        Waiting waiting;
        waiting.event = std::move(record.event);
        waiting.is_stored = true;
        waiting_.emplace(id, std::move(waiting));
        readmit(id);
    }
}

void Dispatcher::readmit(LedgerId id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        return;
    }
    const auto* entry = services_.catalog.find(found->second.event.directive);
    if (entry == nullptr) {
        end_unstarted(id, {RunState::cancelled, "the directive was removed"});
        return;
    }
    const auto admission = queue_.offer({entry->id, id, entry->mode, entry->max});
    if (admission.kind == DecisionKind::skipped) {
        end_unstarted(id, {RunState::cancelled, std::string(name_of(admission.reason))});
        return;
    }
    apply(id, admission);
    if (admission.kind == DecisionKind::started) {
        start_queued({id});
    }
}

void Dispatcher::cancel_all(const std::string& why) {
    cancelled_all_ = true;
    for (const auto id : std::exchange(to_start_, {})) {
        end_unstarted(id, {RunState::cancelled, why});
    }
    std::vector<std::shared_ptr<Run>> running;
    for (const auto& [id, run] : runs_) {
        running.push_back(run);
    }
    for (const auto& run : running) {
        run->stop(RunState::cancelled, why);
    }
}

std::size_t Dispatcher::runs_of(DirectiveId directive) const {
    return queue_.runs_of(directive).size();
}

void Dispatcher::cancel_runs_of(DirectiveId directive, const std::string& why) {
    for (const auto id : queue_.runs_of(directive)) {
        if (auto run = runs_.find(id); run != runs_.end()) {
            const auto keep = run->second;
            keep->stop(RunState::cancelled, why);
        } else {
            end_unstarted(id, {RunState::cancelled, why});
        }
    }
}

}  // namespace aifp::engine
