#include <fmt/format.h>

#include <utility>

#include "engine/dispatcher.hpp"
#include "engine/kept_runs.hpp"
#include "engine/loader.hpp"
#include "model/definition.hpp"

// The part of Dispatcher that goes on after a start, and that ends what should not go on.
namespace aifp::engine {

using model::DecisionKind;
using model::RunState;

void Dispatcher::recover(storage::OpenRuns open, const KeptRuns& kept) {
    down_until_ = services_.run_services.clock.wall();
    recover_held(std::move(open.waiting));
    // Those that wait take their places before anything of them begins.
    take_up_parked(kept.parked);
    for (const auto& record : open.started) {
        const auto* entry = services_.catalog.find(record.event.directive);
        if (kept.waits.contains(record.id) && entry != nullptr) {
            queue_.adopt(request_for(*entry, record.id, record.event.key));
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
        const bool had_start = waiting.event.cause == kReplayFromFailed;
        waiting_.emplace(id, std::move(waiting));
        if (had_start) {
            end_unstarted(id,
                          {RunState::cancelled,
                           "the engine was restarted before its turn came; replay it again"});
        } else {
            readmit(id);
        }
    }
}

// A run goes on with the version that it began with, even if the file is another one by now.
Result<std::shared_ptr<const CompiledDirective>> Dispatcher::compile_version(
    const Entry& entry, const std::string& version, const KeptRuns& kept) {
    if (entry.content_hash == version) {
        return services_.compiled.get(entry);
    }
    const auto text = kept.versions.find(version);
    if (text == kept.versions.end()) {
        return fail(ErrorCode::not_found, "the version of the directive that it ran is gone");
    }
    const auto directive = model::read_definition(text->second);
    return directive ? services_.compiled.compile(*directive, version) : fail(directive.error());
}

void Dispatcher::resume(model::DecisionRecord record,
                        const model::Wait& wait,
                        const KeptRuns& kept,
                        std::unique_ptr<RunTrace> trace) {
    auto* entry = services_.catalog.find(record.event.directive);
    auto read = kept_run_from(wait);
    if (entry == nullptr || !read) {
        return abandon(record,
                       entry == nullptr ? "the directive was removed" : read.error().detail(),
                       wait.id);
    }
    auto compiled = compile_version(*entry, read->version, kept);
    const auto gate =
        entry->content_hash == read->version ? services_.gate(*entry) : model::Reason::none;
    if (!compiled || gate == model::Reason::implementation_changed ||
        gate == model::Reason::implementation_missing) {
        return abandon(
            record, compiled ? text_of_gate(gate, *entry) : compiled.error().detail(), wait.id);
    }
    read->trace = std::move(trace);
    read->down_until = down_until_;
    const bool is_edited = entry->content_hash != read->version;
    const bool ends = is_edited && (*compiled)->stops_on_edit;
    const auto on_end = [this](RunEnd end) { on_run_ended(std::move(end), {}); };
    auto run = std::make_shared<Run>(
        services_.run_services,
        Run::Parts{record.id, std::move(*compiled), std::move(record.event), *this, on_end},
        std::move(*read));
    begin_run(run);
    if (ends) {
        run->stop(RunState::cancelled, "its file was edited");
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
    const auto admission = queue_.offer(request_for(*entry, id, found->second.event.key));
    if (admission.kind == DecisionKind::skipped) {
        end_unstarted(id,
                      {RunState::cancelled, "when it asked for its place again", admission.reason});
        return;
    }
    apply(id, admission);
    if (admission.kind == DecisionKind::started) {
        start_queued({id});
    } else {
        watch_age(id);
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
    settle_held(directive, model::Reason::disabled, why);
    for (const auto id : queue_.runs_of(directive)) {
        if (!with_run(id, [why](Run& run) { run.stop(RunState::cancelled, why); })) {
            end_unstarted(id, {RunState::cancelled, why});
        }
    }
}

}  // namespace aifp::engine
