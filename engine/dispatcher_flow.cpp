#include <fmt/format.h>

#include <utility>

#include "base/time_zone.hpp"
#include "engine/dispatcher.hpp"
#include "engine/flow_times.hpp"

// The part of Dispatcher that limits the starts of a directive (docs/flow.md).
namespace aifp::engine {

using model::DecisionKind;
using model::Reason;

namespace {

// What waits for its turn in the lane never waits longer than this for others.
constexpr int kLongestLane = 10'000;

}  // namespace

// Whatever the event: a person's snooze first, it is the one that is looked for.
Reason Dispatcher::check_times(const Entry& entry, std::string& detail) {
    const auto now = services_.run_services.clock.wall();
    const auto& settings = services_.run_services.scope_sources.settings;
    if (const auto* snooze = snoozes_.find(entry.id, now)) {
        detail = text_of(*snooze, settings.timezone);
        return Reason::snoozed;
    }
    FlowTimes times{flow_of(entry), settings, settings.timezone};
    if (!times.any()) {
        return Reason::none;
    }
    const auto compiled = services_.compiled.get(entry);
    if (!compiled) {
        detail = compiled.error().detail();
        return Reason::directive_invalid;
    }
    times.zone = (*compiled)->zone;
    auto block = find_time_block(times, now);
    if (!block) {
        return Reason::none;
    }
    detail = std::move(block->detail);
    return block->reason;
}

// What is debounced is limited at the end of its quiet time alone: any event may be the last one.
std::optional<Hold> Dispatcher::ask_limits(const Entry& entry,
                                           const Offer& offer,
                                           model::DecisionRecord& record) {
    const auto hold = hold_of(entry, offer);
    if (!hold || hold->kind != HoldKind::debounce) {
        const auto now = services_.run_services.clock.wall();
        if (refuse(record, limits_.check_marks(entry, offer.event.key, now)) != Reason::none) {
            return std::nullopt;
        }
    }
    if (hold && held_.is_full()) {
        record.reason = Reason::queue_full;
        record.detail = fmt::format("{} events are held back", held_.size());
        return std::nullopt;
    }
    return hold;
}

std::optional<Hold> Dispatcher::hold_of(const Entry& entry, const Offer& offer) const {
    const auto now = services_.run_services.clock.wall();
    if (offer.not_before) {
        return *offer.not_before > now ? std::optional(Hold{HoldKind::catch_up, *offer.not_before})
                                       : std::nullopt;
    }
    if (offer.held.value != 0) {
        return std::nullopt;
    }
    return hold_for(entry,
                    now,
                    offer.event.scheduled_for,
                    {services_.run_services.chance(), services_.host_place});
}

Dispatcher::Outlook Dispatcher::outlook(const Entry& entry, const std::string& key) {
    Outlook outlook;
    outlook.reason = check_times(entry, outlook.detail);
    if (outlook.reason != Reason::none) {
        return outlook;
    }
    model::DecisionRecord record;
    const auto now = services_.run_services.clock.wall();
    if (refuse(record, limits_.check_rate(entry, now)) == Reason::none) {
        Offer offer;
        offer.event.key = key;
        outlook.hold = ask_limits(entry, offer, record);
    }
    outlook.reason = record.reason;
    outlook.detail = std::move(record.detail);
    return outlook;
}

void Dispatcher::count_start(const Entry& entry, PendingDecision& pending) {
    const auto& event = pending.record.event;
    auto counted = limits_.count_start(entry,
                                       event.key,
                                       started_at(event),
                                       pending.record.kind == DecisionKind::started,
                                       services_.run_services.clock.wall());
    if (counted.before) {
        pending.flow = std::make_unique<FlowPart>();
        pending.flow->before = std::move(counted.before);
        pending.flow->waits = std::move(counted.rows);
        pending.flow->waits_over = std::move(counted.rows_over);
    }
}

void Dispatcher::count_end(DirectiveId directive,
                           const std::string& key,
                           storage::WriteGroup& group) {
    if (const auto* entry = services_.catalog.find(directive)) {
        limits_.count_end(*entry, key, services_.run_services.clock.wall(), group);
    }
}

// The first run of a backlog takes the next place of the lane; the others follow it at their own
// distance.
WallTime Dispatcher::place_in_lane(const scheduler::Due& due, WallTime now) {
    if (due.caught_up->count() == 0) {
        lane_begin_ = std::clamp(lane_free_, now, now + scheduler::kLaneStep * kLongestLane);
        lane_free_ = lane_begin_ + scheduler::kLaneStep;
    }
    return lane_begin_ + *due.caught_up;
}

// What cannot be stored did not happen: it would be over after a crash.
void Dispatcher::snooze(DirectiveId directive, WallTime until, std::string by, Stored stored) {
    storage::WriteGroup group;
    const auto before = snoozes_.get(directive);
    group.waits.push_back(snoozes_.begin(directive, until, std::move(by)));
    services_.wake_changed();
    write_snooze(
        std::move(group),
        [this, directive, before, tried = snoozes_.get(directive)] {
            snoozes_.take_back(directive, tried, before);
        },
        std::move(stored));
}

Status Dispatcher::unsnooze(DirectiveId directive, Stored stored) {
    const auto before = snoozes_.get(directive);
    const auto wait = snoozes_.end(directive);
    if (!wait) {
        return fail(ErrorCode::conflict, "it is not snoozed");
    }
    storage::WriteGroup group;
    group.waits_over.push_back(*wait);
    write_snooze(
        std::move(group),
        [this, directive, before] { snoozes_.take_back(directive, std::nullopt, before); },
        std::move(stored));
    return {};
}

void Dispatcher::write_snooze(storage::WriteGroup group,
                              std::function<void()> undo,
                              Stored stored) {
    const auto done = [this, undo = std::move(undo), stored = std::move(stored)](Status written) {
        if (!written) {
            undo();
            services_.wake_changed();
        }
        stored(std::move(written));
    };
    auto taken = services_.store.submit(std::move(group), done);
    if (!taken) {
        done(std::move(taken));
    }
}

const Snooze* Dispatcher::snooze_of(DirectiveId directive) const {
    return snoozes_.find(directive, services_.run_services.clock.wall());
}

std::vector<DirectiveId> Dispatcher::end_snoozes(WallTime now) {
    std::vector<DirectiveId> awake;
    storage::WriteGroup group;
    for (const auto& [directive, snooze] : snoozes_.take_ended(now)) {
        awake.push_back(directive);
        group.waits_over.push_back(snooze.wait);
    }
    if (!awake.empty()) {
        services_.store.submit_lazily(std::move(group));
    }
    return awake;
}

}  // namespace aifp::engine
