#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "base/quantity.hpp"
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
    if (!found->second.is_stored) {  // its turn came while its decision is still tried again
        const Error error(ErrorCode::io_failure, "the decision about it is not stored yet");
        retry_later(error, [this, id] { start_queued({id}); });
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
    wake_at(id, std::nullopt);
    const bool is_awaited = waiting.ended != nullptr;
    ++figures_.started;
    begin_run(std::make_shared<Run>(services_.run_services,
                                    Run::Parts{id,
                                               std::move(*compiled),
                                               std::move(waiting.event),
                                               *this,
                                               [this, tell = std::move(waiting.ended)](RunEnd end) {
                                                   on_run_ended(std::move(end), tell);
                                               },
                                               is_awaited,
                                               std::move(waiting.start)}));
}

void Dispatcher::begin_run(std::shared_ptr<Run> run) {
    runs_.emplace(run->id(), run);
    services_.observer.on_run_state(run->id(), run->directive(), RunState::running);
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
    return waiting.was_queued ? reason_to_give_up(*entry, waiting.event) : std::nullopt;
}

std::optional<Dispatcher::Ending> Dispatcher::reason_to_give_up(Entry& entry,
                                                                const model::Event& event) {
    if (auto expiry = expiry_of(entry, event)) {
        return expiry;
    }
    const bool by_hand = event.cause == "manual" || event.cause == "replay";
    if (const auto reason = check_standing(entry, by_hand); reason != Reason::none) {
        return Ending{RunState::cancelled, "when its turn came", reason};
    }
    if (!flow_of(entry).recheck || by_hand) {
        return std::nullopt;
    }
    std::string detail;
    const auto reason = recheck_conditions(entry, event, detail);
    return reason == Reason::none
               ? std::nullopt
               : std::optional(
                     Ending{RunState::cancelled, "when its turn came: " + detail, reason});
}

std::optional<Dispatcher::Ending> Dispatcher::expiry_of(const Entry& entry,
                                                        const model::Event& event) {
    const auto& max_age = flow_of(entry).max_age;
    const auto waited =
        services_.run_services.clock.wall() - event.released_at.value_or(event.seen_at);
    if (!max_age || waited < *max_age) {
        return std::nullopt;
    }
    return Ending{RunState::cancelled,
                  fmt::format("it waited {}; max_age is {}",
                              format_duration(std::chrono::floor<Seconds>(waited)),
                              format_duration(*max_age)),
                  Reason::queue_expired};
}

// At once, not only when its turn comes: its place among `max` is free then.
void Dispatcher::watch_age(LedgerId id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || found->second.was_queued || found->second.ending) {
        return;
    }
    const auto* entry = services_.catalog.find(found->second.event.directive);
    if (entry == nullptr || !flow_of(*entry).max_age) {
        return;
    }
    if (auto expiry = expiry_of(*entry, found->second.event)) {
        end_unstarted(id, std::move(*expiry));
    } else {
        const auto& event = found->second.event;
        wake_at(id, event.released_at.value_or(event.seen_at) + *flow_of(*entry).max_age);
    }
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
    wake_at(id, std::nullopt);
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    if (ending.reason != Reason::none) {
        skip_late(id, std::move(waiting), ending);
        return;
    }
    RunEnd end;
    end.outcome.id = id;
    end.outcome.directive = waiting.event.directive;
    end.outcome.state = ending.state;
    end.outcome.started_at = services_.run_services.clock.wall();
    end.outcome.ended_at = end.outcome.started_at;
    end.outcome.error = std::move(ending.why);
    on_run_ended(std::move(end), waiting.ended);
}

void Dispatcher::skip_late(LedgerId id, Waiting waiting, const Ending& ending) {
    storage::WriteGroup group;
    group.skipped.push_back({id, ending.reason, ending.why});
    services_.store.submit_lazily(std::move(group));
    rates_.give_back(waiting.event.directive,
                     waiting.event.released_at.value_or(waiting.event.seen_at));
    model::DecisionRecord record;
    record.id = id;
    record.event = std::move(waiting.event);
    record.reason = ending.reason;
    record.detail = ending.why;
    tell_decided(record);
    RunEnd end;
    end.outcome.id = id;
    end.outcome.directive = record.event.directive;
    end.outcome.state = ending.state;
    end.outcome.error = fmt::format("{}: {}", name_of(ending.reason), ending.why);
    end.reason = ending.reason;
    if (waiting.ended) {
        waiting.ended(end);
    }
    tell_callers(end);
    start_queued(queue_.on_run_ended(id));
}

void Dispatcher::on_run_ended(RunEnd end, const std::function<void(const RunEnd&)>& tell) {
    const auto id = end.outcome.id;
    storage::WriteGroup group;
    ++figures_.ended[static_cast<std::size_t>(end.outcome.state)];
    if (const auto run = runs_.find(id); run != runs_.end()) {
        figures_.durations.add(end.outcome.duration.count());
        count_end(end.outcome.directive, run->second->key(), group);
        runs_.erase(run);
    }
    wake_at(id, std::nullopt);
    if (const auto status = model::execution_status_of(end.outcome.state)) {
        last_results_[end.outcome.directive] = *status;
    }
    group.outcomes.push_back(end.outcome);
    count_failure(end, group);
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
    stop_failing(end.outcome.directive, end.outcome.error);
}

// A run that the engine cut off says nothing about the directive.
void Dispatcher::count_failure(const RunEnd& end, storage::WriteGroup& group) {
    const auto id = end.outcome.directive;
    const auto* entry = services_.catalog.find(id);
    const auto status = model::execution_status_of(end.outcome.state);
    if (entry == nullptr || flow_of(*entry).stop_after_failures == 0 || !status ||
        end.outcome.state == RunState::abandoned) {
        return;
    }
    if (*status != model::ExecutionStatus::success) {
        group.streaks.push_back({id, ++failures_[id]});
    } else if (failures_.erase(id) > 0) {
        group.streaks.push_back({id, 0});
    }
}

void Dispatcher::stop_failing(DirectiveId directive, std::string_view last) {
    auto* entry = services_.catalog.find(directive);
    const auto failures = failures_.find(directive);
    const int most = entry != nullptr ? flow_of(*entry).stop_after_failures : 0;
    if (most > 0 && failures != failures_.end() && failures->second >= most) {
        services_.pause(*entry,
                        "stop_after",
                        fmt::format("{} failed {} times in a row{}{}",
                                    entry->name,
                                    failures->second,
                                    last.empty() ? "" : "; the last time: ",
                                    last));
    }
}

void Dispatcher::restore_failures(const storage::FailureStreak& streak) {
    failures_[streak.directive] = streak.failures;
    stop_failing(streak.directive, {});
}

void Dispatcher::forget_harm(DirectiveId directive) {
    storms_.forget(directive);
    if (failures_.erase(directive) > 0) {
        storage::WriteGroup group;
        group.streaks.push_back({directive, 0});
        services_.store.submit_lazily(std::move(group));
    }
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
    storage::WriteGroup group;
    count_end(end.outcome.directive, record.event.key, group);
    services_.store.submit_lazily(std::move(group));
    on_run_ended(std::move(end), {});
}

}  // namespace aifp::engine
