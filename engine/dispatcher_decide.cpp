#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/files.hpp"
#include "engine/conditions.hpp"
#include "engine/dispatcher.hpp"
#include "engine/trigger_values.hpp"

// The part of Dispatcher that says what becomes of an event.
namespace aifp::engine {

using model::DecisionKind;
using model::Reason;

namespace {

/// As EngineEffects::kMaxChainDepth, for calls that nobody waits for.
constexpr std::uint32_t kMaxCallDepth = 16;

// The payload may be large, and moves on to the run.
model::Event event_without_payload(const model::Event& event) {
    model::Event copy;
    copy.directive = event.directive;
    copy.trigger_index = event.trigger_index;
    copy.cause = event.cause;
    copy.scheduled_for = event.scheduled_for;
    copy.seen_at = event.seen_at;
    copy.released_at = event.released_at;
    copy.key = event.key;
    return copy;
}

}  // namespace

Reason Dispatcher::refuse(model::DecisionRecord& record, std::optional<LimitBlock> block) {
    if (!block) {
        return Reason::none;
    }
    record.reason = block->reason;
    record.detail = std::move(block->detail);
    record.again_at = block->again_at;
    return record.reason;
}

PendingDecision Dispatcher::decide(Offer& offer) {
    ++decided_;
    PendingDecision pending;
    auto& record = pending.record;
    pending.was_held = offer.held.value != 0;
    record.id = pending.was_held ? offer.held : services_.store.next_ledger_id();
    record.reason = offer.refused;
    record.detail = std::move(offer.detail);
    auto* entry = services_.catalog.find(offer.event.directive);
    if (record.reason == Reason::none && entry == nullptr) {
        record.reason = Reason::directive_invalid;
    }
    if (record.reason == Reason::none) {
        record.reason = check(*entry, offer, record);
    }
    std::optional<Hold> hold;
    if (record.reason == Reason::none && !offer.by_hand) {
        hold = ask_limits(*entry, offer, record);
    }
    if (record.reason == Reason::none && !hold) {
        admit(*entry, offer.event, pending);
    }
    record.event = event_without_payload(offer.event);
    pending.committed = std::move(offer.committed);
    if (hold && record.reason == Reason::none) {
        hold_back(*entry, offer, *hold, pending);
    } else if (record.kind != DecisionKind::skipped) {
        count_start(*entry, pending);
        Waiting waiting;
        waiting.event = std::move(offer.event);
        waiting.ended = std::move(offer.ended);
        waiting.start = std::move(offer.start);
        waiting_.emplace(record.id, std::move(waiting));
    } else if (pending.was_held) {
        pending.flow = std::make_unique<FlowPart>();
        pending.flow->ended = std::move(offer.ended);
    }
    return pending;
}

// The mode's answer, for an event that may run for all else.
void Dispatcher::admit(Entry& entry, const model::Event& event, PendingDecision& pending) {
    auto& record = pending.record;
    pending.admission = queue_.offer(request_for(entry, record.id, event.key));
    record.kind = pending.admission.kind;
    record.reason = pending.admission.reason;
    if (pending.admission.blocker.value != 0) {
        record.detail = fmt::format("run {} is still going", pending.admission.blocker.value);
    } else if (record.reason == Reason::mode_max) {
        record.detail = fmt::format("{} are running or waiting", entry.max);
    }
    if (!record.detail.empty() && !event.key.empty()) {
        record.detail += fmt::format(" with the key {}", event.key);
    }
    if (record.kind != DecisionKind::skipped) {
        storms_.count(entry.id, event.chain.passes(entry.id), started_at(event));
    }
}

scheduler::RunRequest Dispatcher::request_for(const Entry& entry,
                                              LedgerId run,
                                              const std::string& key) {
    return {entry.id, run, entry.mode, entry.max, key};
}

model::DecisionRecord Dispatcher::record_for_store(const PendingDecision& pending) const {
    auto record = pending.record;
    if (const auto waiting = waiting_.find(record.id); waiting != waiting_.end()) {
        record.event.payload = waiting->second.event.payload;
        record.event.vars = waiting->second.event.vars;
    } else if (const auto* held = held_.find(record.id)) {
        record.event.payload = held->event.payload;
        record.event.vars = held->event.vars;
    }
    return record;
}

Reason Dispatcher::check(Entry& entry, Offer& offer, model::DecisionRecord& record) {
    auto& detail = record.detail;
    if (stopping_) {
        return Reason::engine_stopping;
    }
    if (const auto standing = check_standing(entry, offer.by_hand); standing != Reason::none) {
        detail = standing == Reason::dependency_missing ? join(entry.missing, ", ") : "";
        return standing;
    }
    auto verdict = offer.by_hand ? Reason::none : check_times(entry, detail);
    if (verdict == Reason::none && offer.held.value == 0) {
        verdict = check_conditions_of(entry, offer, detail);
    } else if (verdict == Reason::none && flow_of(entry).recheck) {
        verdict = recheck_conditions(entry, offer.event, detail);
    }
    // A run by hand is never refused, but it counts: what the rate protects has felt it.
    if (verdict == Reason::none && !offer.by_hand) {
        verdict = refuse(record, limits_.check_rate(entry, services_.run_services.clock.wall()));
    }
    return verdict == Reason::none ? check_origin(entry, offer.event, detail) : verdict;
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

// Variables, then conditions, which may read them, then the key: what is wrong with the key of an
// event whose conditions are false concerns nobody.
Reason Dispatcher::check_conditions_of(const Entry& entry, Offer& offer, std::string& detail) {
    const bool asks = entry.has_conditions && !offer.by_hand;
    if (!asks && !entry.has_variables && flow_of(entry).key.empty()) {
        return Reason::none;
    }
    auto compiled = services_.compiled.get(entry);
    if (!compiled) {
        detail = compiled.error().detail();
        return Reason::directive_invalid;
    }
    const auto trigger_id = (*compiled)->trigger_id(offer.event.trigger_index);
    RunScope scope(services_.run_services.scope_sources,
                   (*compiled)->zone,
                   offer.event,
                   RunScope::Names{(*compiled)->name, trigger_id});
    auto vars = render_variables(**compiled, services_.sandbox, scope);
    if (!vars) {
        detail = vars.error().detail();
        return Reason::condition_error;
    }
    offer.event.vars = std::move(*vars);
    if (asks) {
        auto verdict = check_conditions((*compiled)->conditions,
                                        condition_context(entry.id, scope, trigger_id));
        if (verdict.reason != Reason::none) {
            detail = std::move(verdict.detail);
            return verdict.reason;
        }
    }
    auto key = render_key(**compiled, services_.sandbox, scope);
    if (!key) {
        detail = key.error().detail();
        return Reason::condition_error;
    }
    offer.event.key = std::move(*key);
    return Reason::none;
}

// As they are now, with the variables of then.
Reason Dispatcher::recheck_conditions(const Entry& entry,
                                      const model::Event& event,
                                      std::string& detail) {
    auto compiled = services_.compiled.get(entry);
    if (!compiled) {
        detail = compiled.error().detail();
        return Reason::directive_invalid;
    }
    const auto trigger_id = (*compiled)->trigger_id(event.trigger_index);
    const RunScope scope(services_.run_services.scope_sources,
                         (*compiled)->zone,
                         event,
                         RunScope::Names{(*compiled)->name, trigger_id});
    auto verdict =
        check_conditions((*compiled)->conditions, condition_context(entry.id, scope, trigger_id));
    detail = std::move(verdict.detail);
    return verdict.reason;
}

// What led to the event: the directive's own runs, again and again?
Reason Dispatcher::check_origin(Entry& entry, const model::Event& event, std::string& detail) {
    const bool is_call = event.cause == "call";
    const bool is_told = event.cause == "event" && (entry.mode == model::RunMode::restart ||
                                                    entry.mode == model::RunMode::queued);
    if (is_call || is_told) {
        if (const auto inside = find_own_run(event, entry.id); inside.value != 0) {
            detail = fmt::format("run {} of it is still going and led to this", inside.value);
            return Reason::recursion;
        }
    }
    if (is_call && event.chain.depth() > kMaxCallDepth) {
        detail = fmt::format("{} calls, each inside the one before", event.chain.depth() - 1);
        return Reason::recursion;
    }
    return check_storm(entry, event, detail);
}

Reason Dispatcher::check_storm(Entry& entry, const model::Event& event, std::string& detail) {
    const auto storm = storms_.ask(entry.id, event.chain.passes(entry.id), started_at(event));
    if (storm == scheduler::Storm::none) {
        return Reason::none;
    }
    const auto& limits = storms_.limits();
    detail = storm == scheduler::Storm::loop
                 ? fmt::format(
                       "it started itself {} times in a minute, directly or through others "
                       "(limits.max_own_starts_per_minute)",
                       limits.of_own_making)
                 : fmt::format(
                       "it was started {} times in a minute "
                       "(limits.max_starts_per_minute)",
                       limits.starts);
    services_.pause(entry, name_of(Reason::storm_breaker), detail);
    return Reason::storm_breaker;
}

const LastRun* Dispatcher::last_run(DirectiveId directive) const {
    const auto last = last_runs_.find(directive);
    return last == last_runs_.end() ? nullptr : &last->second;
}

ConditionContext Dispatcher::condition_context(DirectiveId directive,
                                               const expression::Scope& scope,
                                               std::string_view trigger_id) const {
    ConditionContext context{services_.sandbox, scope, trigger_id, &services_.state};
    context.last = last_run(directive);
    context.position = directives::position_of(services_.run_services.scope_sources.settings);
    return context;
}

}  // namespace aifp::engine
