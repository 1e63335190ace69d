#include "engine/dispatcher.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/files.hpp"
#include "engine/conditions.hpp"

namespace aifp::engine {
namespace {

using model::DecisionKind;
using model::Reason;
using model::RunState;

constexpr Seconds kRetryPause{1};

}  // namespace

Dispatcher::Dispatcher(const DispatcherServices& services, scheduler::RunLimits limits)
    : services_(services),
      queue_(limits),
      self_(std::make_shared<Dispatcher*>(this)),
      retry_timer_(services.run_services.executor) {
    services_.state.listen(*this);
}

bool is_settled(const model::DecisionRecord& decision) noexcept {
    return decision.kind != DecisionKind::skipped || decision.reason == Reason::condition_false;
}

void Dispatcher::offer(Offer offer) {
    auto pending = std::make_shared<Pending>(decide(offer));
    storage::WriteGroup group;
    group.decisions.push_back(record_for_store(*pending));
    if (offer.replay_mark && is_settled(pending->record)) {
        group.replay_marks.push_back(std::move(*offer.replay_mark));
    }
    auto taken = services_.store.submit(std::move(group), [this, pending](Status stored) {
        --storing_;
        if (stored) {
            on_committed(*pending);
        } else {
            on_refused(*pending, stored.error());
        }
    });
    if (!taken) {
        on_refused(*pending, taken.error());
    } else {
        ++storing_;
    }
}

void Dispatcher::offer_due(std::vector<scheduler::Due> due) {
    auto batch = std::make_shared<std::vector<Pending>>();
    batch->reserve(due.size());
    for (auto& item : due) {
        Offer offer;
        const auto* entry = services_.catalog.find(item.directive);
        offer.event.directive = item.directive;
        offer.event.trigger_index = item.trigger_index;
        offer.event.cause = "schedule";
        offer.event.scheduled_for = item.scheduled_for;
        offer.event.seen_at = services_.run_services.clock.wall();
        offer.refused = entry == nullptr ? Reason::disabled : item.reason;
        offer.detail = std::move(item.detail);
        auto pending = decide(offer);
        pending.cursor = model::Cursor{item.directive, item.trigger_index, item.decided_until};
        batch->push_back(std::move(pending));
    }
    submit_due(std::move(batch), {});
}

void Dispatcher::offer_all(std::vector<Offer> offers, storage::WriteGroup with) {
    auto batch = std::make_shared<std::vector<Pending>>();
    batch->reserve(offers.size());
    for (auto& offer : offers) {
        batch->push_back(decide(offer));
    }
    submit_due(std::move(batch), std::move(with));
}

void Dispatcher::submit_due(std::shared_ptr<std::vector<Pending>> batch, storage::WriteGroup with) {
    auto group = with;
    group.decisions.reserve(batch->size());
    group.cursors.reserve(batch->size());
    for (const auto& pending : *batch) {
        group.decisions.push_back(record_for_store(pending));
        if (pending.cursor) {
            group.cursors.push_back(*pending.cursor);
        }
    }
    const auto again = [this, batch, with = std::move(with)] { submit_due(batch, with); };
    auto taken = services_.store.submit(std::move(group), [this, batch, again](Status stored) {
        --storing_;
        if (!stored) {
            retry_later(stored.error(), again);
            return;
        }
        for (auto& pending : *batch) {
            on_committed(pending);
        }
    });
    if (!taken) {
        retry_later(taken.error(), again);
    } else {
        ++storing_;
    }
}

// Due instants cannot be refused to anybody: they wait until the store takes them.
void Dispatcher::retry_later(const Error& error, std::function<void()> again) {
    if (retrying_ == 0) {
        services_.health.on_trouble(
            fmt::format("the ledger cannot be written: {}", error.detail()));
        retry_timer_.expires_after(kRetryPause);
        retry_timer_.async_wait([this](const boost::system::error_code& failure) {
            if (failure) {
                return;
            }
            retrying_ = 0;
            for (auto& retry : std::exchange(retries_, {})) {
                retry();
            }
        });
    }
    ++retrying_;
    retries_.push_back(std::move(again));
}

Dispatcher::Pending Dispatcher::decide(Offer& offer) {
    Pending pending;
    auto& record = pending.record;
    record.id = services_.store.next_ledger_id();
    record.reason = offer.refused;
    record.detail = std::move(offer.detail);
    auto* entry = services_.catalog.find(offer.event.directive);
    if (record.reason == Reason::none && entry == nullptr) {
        record.reason = Reason::directive_invalid;
    }
    if (record.reason == Reason::none) {
        record.reason = check(*entry, offer, record.detail);
    }
    if (record.reason == Reason::none) {
        pending.admission = queue_.offer({entry->id, record.id, entry->mode, entry->max});
        record.kind = pending.admission.kind;
        record.reason = pending.admission.reason;
        if (pending.admission.blocker.value != 0) {
            record.detail = fmt::format("run {} is still going", pending.admission.blocker.value);
        }
    }
    record.event.directive = offer.event.directive;
    record.event.trigger_index = offer.event.trigger_index;
    record.event.cause = offer.event.cause;
    record.event.scheduled_for = offer.event.scheduled_for;
    record.event.seen_at = offer.event.seen_at;
    pending.committed = std::move(offer.committed);
    if (record.kind != DecisionKind::skipped) {
        rates_.take(record.event.directive, record.event.seen_at);
        Waiting waiting;
        waiting.event = std::move(offer.event);
        waiting.ended = std::move(offer.ended);
        waiting_.emplace(record.id, std::move(waiting));
    }
    return pending;
}

model::DecisionRecord Dispatcher::record_for_store(const Pending& pending) const {
    auto record = pending.record;
    if (const auto waiting = waiting_.find(record.id); waiting != waiting_.end()) {
        record.event.payload = waiting->second.event.payload;
    }
    return record;
}

Reason Dispatcher::check(Entry& entry, const Offer& offer, std::string& detail) {
    if (stopping_) {
        return Reason::engine_stopping;
    }
    if (const auto standing = check_standing(entry, offer.by_hand); standing != Reason::none) {
        detail = standing == Reason::dependency_missing ? join(entry.missing, ", ") : "";
        return standing;
    }
    if (offer.by_hand) {
        return Reason::none;
    }
    const auto verdict =
        entry.has_conditions ? check_conditions_of(entry, offer, detail) : Reason::none;
    return verdict == Reason::none ? check_rate(entry.id, detail) : verdict;
}

// What holds of the directive whatever the event: asked again when a queued run's turn comes.
Reason Dispatcher::check_standing(Entry& entry, bool by_hand) {
    if (entry.status == model::DirectiveStatus::archived || !entry.enabled) {
        return Reason::disabled;
    }
    if (entry.status == model::DirectiveStatus::paused && !by_hand) {
        return Reason::paused;
    }
    return services_.gate(entry);
}

// A run by hand is never refused, but it counts: what the rate protects has felt it.
Reason Dispatcher::check_rate(DirectiveId directive, std::string& detail) {
    const auto free_at = rates_.blocked_until(directive, services_.run_services.clock.wall());
    if (!free_at) {
        return Reason::none;
    }
    detail = fmt::format("at most {}; the next at {}",
                         format_rate(*rates_.rate_of(directive)),
                         format_utc_ms(*free_at));
    return Reason::rate_limited;
}

void Dispatcher::set_rate(DirectiveId directive, Rate rate) {
    rates_.set(directive, rate.count > 0 ? std::optional(rate) : std::nullopt);
}

std::optional<Milliseconds> Dispatcher::rate_wait(DirectiveId directive) {
    const auto now = services_.run_services.clock.wall();
    const auto free_at = rates_.blocked_until(directive, now);
    return free_at ? std::optional(std::chrono::ceil<Milliseconds>(*free_at - now)) : std::nullopt;
}

Reason Dispatcher::check_conditions_of(const Entry& entry,
                                       const Offer& offer,
                                       std::string& detail) {
    auto compiled = services_.compiled.get(entry);
    if (!compiled) {
        detail = compiled.error().detail();
        return Reason::directive_invalid;
    }
    const auto trigger_id = (*compiled)->trigger_id(offer.event.trigger_index);
    const RunScope scope(services_.run_services.scope_sources,
                         (*compiled)->zone,
                         offer.event,
                         RunScope::Names{(*compiled)->name, trigger_id});
    auto verdict =
        check_conditions((*compiled)->conditions, condition_context(entry.id, scope, trigger_id));
    detail = std::move(verdict.detail);
    return verdict.reason;
}

ConditionContext Dispatcher::condition_context(DirectiveId directive,
                                               const expression::Scope& scope,
                                               std::string_view trigger_id) const {
    const auto last = last_results_.find(directive);
    ConditionContext context{services_.sandbox, scope, trigger_id, &services_.state};
    context.last_status = last == last_results_.end() ? "" : name_of(last->second);
    context.position = directives::position_of(services_.run_services.scope_sources.settings);
    return context;
}

void Dispatcher::on_committed(Pending& pending) {
    const auto& record = pending.record;
    const auto* entry = services_.catalog.find(record.event.directive);
    services_.observer.on_decided(record, entry != nullptr ? entry->name : std::string_view());
    if (pending.committed) {
        pending.committed(record);
    }
    apply(record.id, pending.admission);
    const auto waiting = waiting_.find(record.id);
    if (waiting == waiting_.end()) {
        return;
    }
    waiting->second.is_stored = true;
    if (waiting->second.ending) {
        end_unstarted(record.id, *waiting->second.ending);
    } else if (record.kind == DecisionKind::started) {
        start_soon(record.id);
    }
}

void Dispatcher::apply(LedgerId id, const scheduler::Admission& admission) {
    const Ending replaced{RunState::replaced, fmt::format("by run {}", id.value)};
    for (const auto dropped : admission.dropped) {
        end_unstarted(dropped, replaced);
    }
    for (const auto cancelled : admission.cancel) {
        if (auto run = runs_.find(cancelled); run != runs_.end()) {
            run->second->stop(replaced.state, replaced.why);
        } else if (auto waiting = waiting_.find(cancelled); waiting != waiting_.end()) {
            waiting->second.ending = replaced;
        }
    }
}

void Dispatcher::on_refused(Pending& pending, const Error& error) {
    const auto id = pending.record.id;
    if (waiting_.erase(id) > 0) {
        rates_.give_back(pending.record.event.directive, pending.record.event.seen_at);
        start_queued(queue_.on_run_ended(id));
    }
    // Those it would have replaced were only forgotten, not ended: they take their turn again.
    for (const auto dropped : pending.admission.dropped) {
        readmit(dropped);
    }
    services_.health.on_trouble(fmt::format("a decision could not be stored: {}", error.detail()));
    if (pending.committed) {
        pending.committed(fail(error));
    }
}

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
                                               }}));
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
