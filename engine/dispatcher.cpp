#include "engine/dispatcher.hpp"

#include <fmt/format.h>

#include <utility>

// The part of Dispatcher through which an event goes: decided, written, told.
namespace aifp::engine {
namespace {

using model::DecisionKind;
using model::Reason;
using model::RunState;

}  // namespace

Dispatcher::Dispatcher(const DispatcherServices& services, scheduler::RunLimits limits)
    : services_(services),
      queue_(limits),
      storms_(scheduler::StormLimits()),
      limits_(services.wait_ids),
      snoozes_(services.wait_ids),
      parked_(
          {services_.store,
           services_.wake_changed,
           [this] { return stopping_; },
           [this](const auto& error, auto again) { line_.retry_later(error, std::move(again)); },
           [this](auto back, auto& rows) { go_on(std::move(back), rows); }}),
      self_(std::make_shared<Dispatcher*>(this)),
      line_(services_,
            {[this](auto& group, const auto& pending) { put_into(group, pending); },
             [this](auto& pending) { on_committed(pending); },
             [this](auto& pending, const auto& error) { on_refused(pending, error); },
             [this](auto offers) { offer_all(std::move(offers), {}); }}) {
    services_.state.listen(*this);
}

bool is_settled(const model::DecisionRecord& decision) noexcept {
    switch (decision.reason) {
        case Reason::none:
        case Reason::condition_false:
        case Reason::snoozed:
        case Reason::blackout:
        case Reason::outside_period:
            return true;
        default:
            return decision.kind != DecisionKind::skipped;
    }
}

void Dispatcher::offer(Offer offer) {
    auto pending = std::make_shared<PendingDecision>(decide(offer));
    storage::WriteGroup group;
    put_into(group, *pending);
    if (is_settled(pending->record)) {
        group.replay_marks = std::move(offer.replay_marks);
    }
    auto taken = line_.write(std::move(group), [this, pending](const Status& stored) {
        if (stored) {
            on_committed(*pending);
        } else {
            on_refused(*pending, stored.error());
        }
    });
    if (!taken) {
        on_refused(*pending, taken.error());
    }
}

void Dispatcher::offer_due(std::vector<scheduler::Due> due) {
    StoreLine::Part part;
    part.decisions.reserve(due.size());
    part.is_separable = true;  // each has its own cursor
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
        if (item.caught_up && offer.refused == Reason::none) {
            offer.not_before = place_in_lane(item, offer.event.seen_at);
        }
        if (offer.refused == Reason::none && !item.caught_up) {
            figures_.lateness.add((offer.event.seen_at - item.scheduled_for).count());
        }
        auto pending = decide(offer);
        pending.cursor = model::Cursor{item.directive, item.trigger_index, item.decided_until};
        part.decisions.push_back(std::move(pending));
    }
    line_.submit(std::move(part));
}

void Dispatcher::offer_all(std::vector<Offer> offers, storage::WriteGroup with) {
    StoreLine::Part part;
    part.decisions.reserve(offers.size());
    part.with = std::move(with);
    for (auto& offer : offers) {
        if (!line_.only_counts(offer)) {
            part.decisions.push_back(decide(offer));
        }
    }
    line_.submit(std::move(part));
}

void Dispatcher::on_committed(PendingDecision& pending) {
    const auto& record = pending.record;
    tell_decided(record);
    if (pending.committed) {
        pending.committed(record);
    }
    flow_stored(pending);
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
    } else {
        watch_age(record.id);
        services_.run_moved(record.event.directive, schedule::CountsFrom::anchor);
    }
}

void Dispatcher::tell_decided(const model::DecisionRecord& record) {
    figures_.count(record);
    const auto* entry = services_.catalog.find(record.event.directive);
    const bool is_drop =
        record.reason == Reason::mode_single_busy || record.reason == Reason::mode_max;
    if (entry == nullptr || !is_drop || !flow_of(*entry).silent_when_busy) {
        services_.observer.on_decided(record, entry != nullptr ? entry->name : std::string_view());
    }
}

void Dispatcher::apply(LedgerId id, const scheduler::Admission& admission) {
    const Ending replaced{RunState::replaced, fmt::format("by run {}", id.value)};
    for (const auto dropped : admission.dropped) {
        end_unstarted(dropped, replaced);
    }
    for (const auto cancelled : admission.cancel) {
        const auto stop = [replaced](Run& run) { run.stop(replaced.state, replaced.why); };
        if (auto waiting = waiting_.find(cancelled); waiting != waiting_.end()) {
            if (waiting->second.rests_for) {
                end_unstarted(cancelled, replaced);
            } else {
                waiting->second.ending = replaced;
            }
        } else {
            static_cast<void>(with_run(cancelled, stop));
        }
    }
}

void Dispatcher::on_refused(PendingDecision& pending, const Error& error) {
    const auto id = pending.record.id;
    flow_refused(pending);
    if (waiting_.erase(id) > 0) {
        start_queued(queue_.on_run_ended(id));
    }
    // Those it would have replaced were only forgotten, not ended: they take their turn again.
    for (const auto dropped : pending.admission.dropped) {
        readmit(dropped);
    }
    const auto said = fmt::format("a decision could not be stored: {}", error.detail());
    if (error.code() == ErrorCode::internal) {
        services_.health.on_lost(said);
    } else {
        services_.health.on_trouble(said);
    }
    if (pending.committed) {
        pending.committed(fail(error));
    }
}

}  // namespace aifp::engine
