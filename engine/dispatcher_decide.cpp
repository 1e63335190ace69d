#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/files.hpp"
#include "engine/conditions.hpp"
#include "engine/dispatcher.hpp"

// The part of Dispatcher that says what becomes of an event.
namespace aifp::engine {

using model::DecisionKind;
using model::Reason;

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
        waiting.start = std::move(offer.start);
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
    if (!entry.armed && !by_hand) {
        return services_.reason_at_rest(entry);
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

}  // namespace aifp::engine
