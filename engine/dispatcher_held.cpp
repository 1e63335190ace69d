#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "engine/dispatcher.hpp"
#include "model/definition.hpp"

// The part of Dispatcher that holds events back and lets them go (docs/flow.md).
namespace aifp::engine {

using model::DecisionKind;
using model::Reason;

namespace {

// An event has no period: the longest default grace is its own (reference/decisions.md).
constexpr Milliseconds kGrace{60 * 60 * 1000};
// Less than this is no lateness, but the loop's.
constexpr Milliseconds kOnTime{1'000};

std::string hold_text(const HeldEvent& held) {
    const auto until = format_utc_ms(held.deadline);
    switch (held.kind) {
        case HoldKind::debounce:
            return held.count > 1
                       ? fmt::format("debounce until {}; {} events so far", until, held.count)
                       : fmt::format("debounce until {}", until);
        case HoldKind::jitter:
            return fmt::format("jitter until {}", until);
        case HoldKind::accuracy:
            return fmt::format("accuracy until {}", until);
        default:
            return fmt::format("made up for at {}", until);
    }
}

}  // namespace

void Dispatcher::hold_back(const Entry& entry,
                           Offer& offer,
                           const Hold& hold,
                           PendingDecision& pending) {
    HeldEvent held;
    held.id = pending.record.id;
    held.event = std::move(offer.event);
    held.kind = hold.kind;
    held.wait = services_.wait_ids.next();
    held.held_since = services_.run_services.clock.wall();
    held.deadline = hold.deadline;
    held.first_seen = held.event.seen_at;
    held.ended = std::move(offer.ended);
    held.version = entry.content_hash.substr(0, 16);
    pending.flow = std::make_unique<FlowPart>();
    pending.flow->replaced = held_.hold(std::move(held));
    const auto& kept = *held_.find(pending.record.id);
    pending.flow->waits.push_back(row_of(kept));
    auto& record = pending.record;
    record.kind = DecisionKind::waiting;
    record.detail += record.detail.empty() ? "" : "; ";
    record.detail += hold_text(kept);
}

// A decision takes with it what it means for others: one transaction.
void Dispatcher::put_into(storage::WriteGroup& group, const PendingDecision& pending) const {
    const auto& record = pending.record;
    if (!pending.was_held) {
        group.decisions.push_back(record_for_store(pending));
    } else if (record.kind == DecisionKind::skipped) {
        group.skipped.push_back({record.id, record.reason, record.detail});
    } else {
        group.released.push_back(record_for_store(pending));
    }
    if (pending.cursor) {
        group.cursors.push_back(*pending.cursor);
    }
    if (!pending.flow) {
        return;
    }
    const auto& flow = *pending.flow;
    group.waits.insert(group.waits.end(), flow.waits.begin(), flow.waits.end());
    group.waits_over.insert(group.waits_over.end(), flow.waits_over.begin(), flow.waits_over.end());
    if (flow.replaced) {
        group.skipped.push_back({flow.replaced->id,
                                 Reason::debounced,
                                 fmt::format("decision {} stands for it", record.id.value)});
    }
}

void Dispatcher::flow_stored(PendingDecision& pending) {
    if (!pending.flow) {
        return;
    }
    const auto& record = pending.record;
    if (auto& replaced = pending.flow->replaced) {
        const auto detail = fmt::format("decision {} stands for it", record.id.value);
        if (auto before = held_.settle(*replaced)) {
            skip_held(std::move(*before), Reason::debounced, detail);
        }
        model::DecisionRecord skipped;
        skipped.id = replaced->id;
        skipped.event = std::move(replaced->event);
        skipped.reason = Reason::debounced;
        skipped.detail = detail;
        tell_decided(skipped);
        tell_not_run(skipped, replaced->ended);
    }
    if (record.kind == DecisionKind::waiting) {
        hold_stored(pending);
    } else if (pending.was_held && record.kind == DecisionKind::skipped) {
        tell_not_run(record, pending.flow->ended);
    }
}

void Dispatcher::hold_stored(const PendingDecision& pending) {
    const auto id = pending.record.id;
    if (held_.was_overtaken(id)) {
        return skip_overtaken(pending);
    }
    const auto* held = held_.stored(id);
    if (held != nullptr && held->doom) {
        const auto doom = *held->doom;
        skip_held(*held_.take(id), doom.reason, doom.detail);
    } else if (held != nullptr) {
        services_.wake_changed();
    }
}

// The later event that stands for it was stored first, and the row of both is that one's.
void Dispatcher::skip_overtaken(const PendingDecision& pending) {
    const auto& record = pending.record;
    const auto row = pending.flow->waits.front().id;
    const auto* later = held_.find_debounced(record.event.directive, record.event.key);
    storage::WriteGroup group;
    group.skipped.push_back({record.id, Reason::debounced, "a later event stands for it"});
    if (later != nullptr && later->wait == row) {
        group.waits.push_back(row_of(*later));
    } else {
        group.waits_over.push_back(row);
    }
    services_.store.submit_lazily(std::move(group));
}

// Nothing of it happened: what it stood for stands for itself again.
void Dispatcher::flow_refused(PendingDecision& pending) {
    const auto& record = pending.record;
    const auto* entry = services_.catalog.find(record.event.directive);
    if (entry != nullptr && waiting_.contains(record.id)) {
        limits_.undo(*entry,
                     record.event.key,
                     {started_at(record.event),
                      pending.flow ? std::move(pending.flow->before) : std::nullopt,
                      {},
                      {}});
    }
    if (!pending.flow) {
        return;
    }
    auto& flow = *pending.flow;
    if (record.kind == DecisionKind::waiting) {
        held_.refused(record.id, std::move(flow.replaced));
        services_.wake_changed();
    }
}

void Dispatcher::release_held(WallTime now) {
    if (stopping_ || is_holding_back()) {
        return;
    }
    std::vector<Offer> offers;
    storage::WriteGroup with;
    for (const auto id : held_.due(now)) {
        auto held = *held_.take(id);
        with.waits_over.push_back(held.wait);
        offers.push_back(release(std::move(held), now));
    }
    if (!offers.empty()) {
        offer_all(std::move(offers), std::move(with));
    }
}

// What fell due while the engine was down follows the rule for late instants. While it runs nothing
// is too late: the store did not take it, or the loop stood still.
Offer Dispatcher::release(HeldEvent held, WallTime now) {
    Offer offer;
    offer.held = held.id;
    offer.event = held.event;
    offer.event.payload = released_payload(held);
    offer.event.released_at = now;
    offer.ended = std::move(held.ended);
    if (held.kind == HoldKind::debounce && held.count > 1) {
        offer.detail = fmt::format("the last of {} events", held.count);
    }
    const auto late = down_until_ - held.deadline;
    const auto* entry = services_.catalog.find(held.event.directive);
    if (late <= kOnTime || entry == nullptr) {
        return offer;
    }
    const auto directive = model::read_definition(entry->definition);
    if (directive && directive->misfire == model::Misfire::skip &&
        late > directive->grace.value_or(kGrace)) {
        offer.refused = Reason::misfire_skipped;
        offer.detail = fmt::format("it was due {} ago, and misfire is skip", format_duration(late));
    }
    return offer;
}

void Dispatcher::settle_held(DirectiveId directive, Reason reason, const std::string& detail) {
    for (const auto id : held_.of(directive)) {
        if (held_.find(id)->is_stored) {
            skip_held(*held_.take(id), reason, detail);
        } else {
            held_.doom(id, reason, detail);
        }
    }
}

void Dispatcher::skip_held(HeldEvent held, Reason reason, const std::string& detail) {
    storage::WriteGroup group;
    group.skipped.push_back({held.id, reason, detail});
    // A debounced event hands its row on to the one that replaces it.
    if (reason != Reason::debounced) {
        group.waits_over.push_back(held.wait);
    }
    services_.store.submit_lazily(std::move(group));
    model::DecisionRecord record;
    record.id = held.id;
    record.event = std::move(held.event);
    record.reason = reason;
    record.detail = detail;
    tell_decided(record);
    if (!held.ended) {
        return tell_not_run(record, nullptr);
    }
    // Who waits for it may count on it: after a crash it must not run all the same.
    services_.store.flush([this, record = std::move(record), ended = std::move(held.ended)](
                              const Status&) { tell_not_run(record, ended); });
}

void Dispatcher::tell_not_run(const model::DecisionRecord& record,
                              const std::function<void(const RunEnd&)>& ended) {
    RunEnd end;
    end.outcome.id = record.id;
    end.outcome.directive = record.event.directive;
    end.outcome.state = model::RunState::cancelled;
    end.outcome.started_at = services_.run_services.clock.wall();
    end.outcome.ended_at = end.outcome.started_at;
    end.outcome.error = fmt::format("it was not run: {}{}{}",
                                    name_of(record.reason),
                                    record.detail.empty() ? "" : ": ",
                                    record.detail);
    end.reason = record.reason;
    if (ended) {
        ended(end);
    }
    tell_callers(end);
}

void Dispatcher::restore_flow(std::vector<model::Wait> rows) {
    for (auto& row : rows) {
        if (Snoozes::owns(row)) {
            snoozes_.restore(row);
        } else if (!limits_.restore(row)) {
            held_rows_.push_back(std::move(row));
        }
    }
}

void Dispatcher::recover_held(std::vector<model::DecisionRecord> waiting) {
    std::unordered_map<LedgerId, model::DecisionRecord> decisions;
    for (auto& record : waiting) {
        decisions.emplace(record.id, std::move(record));
    }
    storage::WriteGroup group;
    for (const auto& row : std::exchange(held_rows_, {})) {
        const auto id = held_decision_of(row);
        const auto found = id ? decisions.find(*id) : decisions.end();
        auto held = found != decisions.end()
                        ? held_from(row, std::move(found->second))
                        : Result<HeldEvent>(fail(ErrorCode::not_found, "no such decision"));
        if (!held) {
            group.waits_over.push_back(row.id);
            continue;
        }
        decisions.erase(found);
        const auto* entry = services_.catalog.find(held->event.directive);
        if (entry == nullptr) {
            skip_held(std::move(*held), Reason::disabled, "its directive was removed");
        } else if (!held->version.empty() && !entry->content_hash.starts_with(held->version)) {
            skip_held(
                std::move(*held), Reason::disabled, "its file was edited while it was held back");
        } else {
            recover_one(std::move(*held), group);
        }
    }
    for (const auto& [id, record] : decisions) {
        group.skipped.push_back({id, Reason::misfire_skipped, "what held it back is gone"});
    }
    services_.store.submit_lazily(std::move(group));
}

// Two of one key: the store failed between the end of the first and the second. Both rows are
// there, and the later event stands for both.
void Dispatcher::recover_one(HeldEvent held, storage::WriteGroup& group) {
    const auto id = held.id;
    const auto own_row = held.wait;
    if (auto replaced = held_.hold(std::move(held))) {
        skip_held(std::move(*replaced), Reason::debounced, "a later event stands for it");
        group.waits_over.push_back(own_row);
        group.waits.push_back(row_of(*held_.find(id)));
    }
}

std::size_t Dispatcher::held_of(DirectiveId directive) const {
    return held_.of(directive).size();
}

boost::json::object Dispatcher::view_of(const HeldEvent& held) const {
    const auto* entry = services_.catalog.find(held.event.directive);
    boost::json::object one;
    one["run"] = held.id.value;
    one["directive"] = entry != nullptr ? entry->name : "";
    if (!held.event.key.empty()) {
        one["key"] = held.event.key;
    }
    one["state"] = "held";
    one["started_at"] = format_utc_ms(held.event.seen_at);
    boost::json::object at;
    at["step"] = "before the first action";
    at["doing"] = name_of(held.kind);
    at["until"] = format_utc_ms(held.deadline);
    one["at"] = boost::json::array{std::move(at)};
    return one;
}

}  // namespace aifp::engine
