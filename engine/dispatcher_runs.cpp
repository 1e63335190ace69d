#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "engine/dispatcher.hpp"

// The part of Dispatcher that begins runs and records how they end.
namespace aifp::engine {

using model::Reason;
using model::RunState;

// A queued run is marked as started before it begins: after a crash it must not run twice.
void Dispatcher::start_queued(std::vector<LedgerId> ids) {
    if (ids.empty() || stopping_) {
        return;
    }
    storage::WriteGroup group;
    group.started = ids;
    for (const auto id : ids) {
        if (auto waiting = waiting_.find(id); waiting != waiting_.end()) {
            waiting->second.was_queued = true;
        }
    }
    const auto again = [this, ids] { start_queued(ids); };
    auto taken = services_.store.submit(std::move(group), [this, ids, again](Status stored) {
        --storing_;
        if (!stored) {
            retry_later(stored.error(), again);
            return;
        }
        for (const auto id : ids) {
            start(id);
        }
    });
    if (!taken) {
        retry_later(taken.error(), again);
    } else {
        ++storing_;
    }
}

// A commit brings many decisions: all of them are answered before the first run takes its time.
void Dispatcher::start_soon(LedgerId id) {
    to_start_.push_back(id);
    if (to_start_.size() > 1) {
        return;
    }
    boost::asio::post(services_.run_services.executor, [self = self_] {
        if (*self != nullptr) {
            for (const auto ready : std::exchange((*self)->to_start_, {})) {
                (*self)->start(ready);
            }
        }
    });
}

void Dispatcher::start(LedgerId id) {
    auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        return;
    }
    auto* entry = services_.catalog.find(found->second.event.directive);
    if (auto ending = reason_not_to_start(entry, found->second)) {
        end_unstarted(id, std::move(*ending));
        return;
    }
    auto compiled = services_.compiled.get(*entry);
    if (!compiled) {
        end_unstarted(id, {RunState::failed, compiled.error().detail()});
        return;
    }
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    begin_run(std::make_shared<Run>(services_.run_services,
                                    Run::Parts{id,
                                               std::move(*compiled),
                                               std::move(waiting.event),
                                               *this,
                                               [this, tell = std::move(waiting.ended)](RunEnd end) {
                                                   on_run_ended(std::move(end), tell);
                                               },
                                               std::move(waiting.start)}));
}

void Dispatcher::begin_run(std::shared_ptr<Run> run) {
    runs_.emplace(run->id(), run);
    run->begin();
}

// Between its decision and its turn the directive may have been edited, paused or removed, and its
// files changed: nothing runs that nobody approved.
std::optional<Dispatcher::Ending> Dispatcher::reason_not_to_start(Entry* entry,
                                                                  const Waiting& waiting) {
    if (waiting.ending) {
        return waiting.ending;
    }
    if (cancelled_all_) {
        return Ending{RunState::cancelled, "the engine is stopping"};
    }
    if (entry == nullptr) {
        return Ending{RunState::cancelled, "the directive was removed"};
    }
    if (!waiting.was_queued) {
        return std::nullopt;
    }
    const bool by_hand = waiting.event.cause == "manual";
    if (const auto reason = check_standing(*entry, by_hand); reason != Reason::none) {
        return Ending{RunState::cancelled, fmt::format("{} when its turn came", name_of(reason))};
    }
    return std::nullopt;
}

void Dispatcher::end_unstarted(LedgerId id, Ending ending) {
    auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        return;
    }
    if (!found->second.is_stored) {
        found->second.ending = std::move(ending);
        return;
    }
    RunEnd end;
    end.outcome.id = id;
    end.outcome.directive = found->second.event.directive;
    end.outcome.state = ending.state;
    end.outcome.started_at = services_.run_services.clock.wall();
    end.outcome.ended_at = end.outcome.started_at;
    end.outcome.error = std::move(ending.why);
    const auto tell = std::move(found->second.ended);
    waiting_.erase(found);
    on_run_ended(std::move(end), tell);
}

void Dispatcher::on_run_ended(RunEnd end, const std::function<void(const RunEnd&)>& tell) {
    const auto id = end.outcome.id;
    runs_.erase(id);
    wake_at(id, std::nullopt);
    if (const auto status = model::execution_status_of(end.outcome.state)) {
        last_results_[end.outcome.directive] = *status;
    }
    storage::WriteGroup group;
    group.outcomes.push_back(end.outcome);
    if (end.wait.value != 0) {
        group.waits_over.push_back(end.wait);
    }
    services_.state.deliver();  // what its steps changed has been told before it is written
    if (services_.state.has_changes()) {
        group.states = services_.state.take_changes();
    }
    services_.store.submit_lazily(std::move(group));
    const auto* entry = services_.catalog.find(end.outcome.directive);
    const std::string name = entry != nullptr ? entry->name : std::string();
    services_.observer.on_run_ended(end, name);
    services_.ended(end, name);
    if (tell) {
        tell(end);
    }
    tell_callers(end);
    start_queued(queue_.on_run_ended(id));
}

void Dispatcher::abandon(const model::DecisionRecord& record, std::string why, WaitId wait) {
    RunEnd end;
    end.outcome.id = record.id;
    end.outcome.directive = record.event.directive;
    end.outcome.state = RunState::abandoned;
    end.outcome.started_at = record.event.seen_at;
    end.outcome.ended_at = services_.run_services.clock.wall();
    end.outcome.error = std::move(why);
    end.wait = wait;
    on_run_ended(std::move(end), {});
}

}  // namespace aifp::engine
