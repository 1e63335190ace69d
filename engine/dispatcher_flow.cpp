#include <fmt/format.h>

#include <random>
#include <utility>

#include "base/quantity.hpp"
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

std::uint64_t chance() {
    static std::mt19937_64 source{std::random_device{}()};
    return source();
}

std::string block_text(const scheduler::FlowLimits& limits,
                       const scheduler::FlowBlock& block,
                       const std::string& key) {
    std::string text;
    switch (block.reason) {
        case Reason::throttled:
            text = fmt::format("at least {} between two starts", format_duration(limits.throttle));
            break;
        case Reason::cooldown:
            text = fmt::format("{} after the end of a run", format_duration(limits.cooldown));
            break;
        default:
            text = fmt::format("at most {}", format_rate(*limits.rate));
            break;
    }
    return fmt::format("{}{}; the next at {}",
                       text,
                       key.empty() ? "" : fmt::format(" with the key {}", key),
                       format_utc_ms(block.until));
}

}  // namespace

// Whatever the event: a person's snooze first, it is the one that is looked for.
Reason Dispatcher::check_times(const Entry& entry, std::string& detail) {
    const auto now = services_.run_services.clock.wall();
    const auto& settings = services_.run_services.scope_sources.settings;
    if (const auto* snooze = snoozes_.find(entry.id, now)) {
        detail = fmt::format(
            "until {}, by {}", format_rfc3339(snooze->until, settings.timezone), snooze->by);
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
std::optional<Dispatcher::Hold> Dispatcher::ask_limits(const Entry& entry,
                                                       const Offer& offer,
                                                       model::DecisionRecord& record) {
    const auto hold = hold_for(entry, offer);
    const auto& key = offer.event.key;
    if (!hold || hold->kind != HoldKind::debounce) {
        const auto now = services_.run_services.clock.wall();
        if (const auto block = marks_.find_block(entry, key, now)) {
            record.reason = block->reason;
            record.detail = block_text(limits_of(entry), *block, key);
            record.again_at = block->until;
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

std::optional<Dispatcher::Hold> Dispatcher::hold_for(const Entry& entry, const Offer& offer) const {
    const auto now = services_.run_services.clock.wall();
    if (offer.not_before) {
        return *offer.not_before > now ? std::optional(Hold{HoldKind::catch_up, *offer.not_before})
                                       : std::nullopt;
    }
    const auto& flow = flow_of(entry);
    if (offer.held.value != 0 || (!flow.debounce && !flow.jitter)) {
        return std::nullopt;
    }
    const auto pause =
        flow.jitter ? scheduler::jitter_pause(*flow.jitter, entry.name, chance()) : Milliseconds(0);
    if (flow.debounce) {
        return Hold{HoldKind::debounce, now + *flow.debounce + pause};
    }
    return pause.count() > 0 ? std::optional(Hold{HoldKind::jitter, now + pause}) : std::nullopt;
}

void Dispatcher::count_start(const Entry& entry, Pending& pending) {
    const auto limits = limits_of(entry);
    if (limits.throttle.count() <= 0 && !limits.rate) {
        return;
    }
    const auto& key = pending.record.event.key;
    const auto at = started_at(pending.record.event);
    const bool begins = pending.record.kind == DecisionKind::started;
    pending.flow = std::make_unique<FlowPart>();
    pending.flow->before = marks_.mark_of(entry.id, key);
    pending.flow->counted_at = at;
    pending.flow->waits.push_back(marks_.note_start(entry, key, at, begins));
    pending.flow->waits_over = marks_.sweep(services_.run_services.clock.wall());
}

void Dispatcher::count_end(DirectiveId directive,
                           const std::string& key,
                           storage::WriteGroup& group) {
    const auto* entry = services_.catalog.find(directive);
    if (entry == nullptr || !flow_of(*entry).cooldown) {
        return;
    }
    const auto now = services_.run_services.clock.wall();
    if (auto row = marks_.note_end(*entry, key, now)) {
        group.waits.push_back(std::move(*row));
        group.waits_over = marks_.sweep(now);
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

void Dispatcher::snooze(DirectiveId directive,
                        WallTime until,
                        std::string by,
                        std::function<void(Status)> stored) {
    storage::WriteGroup group;
    group.waits.push_back(snoozes_.begin(directive, until, std::move(by)));
    auto taken = services_.store.submit(std::move(group), stored);
    services_.wake_changed();
    if (!taken) {
        stored(std::move(taken));
    }
}

Status Dispatcher::unsnooze(DirectiveId directive, std::function<void(Status)> stored) {
    const auto wait = snoozes_.end(directive);
    if (!wait) {
        return fail(ErrorCode::conflict, "it is not snoozed");
    }
    storage::WriteGroup group;
    group.waits_over.push_back(*wait);
    auto taken = services_.store.submit(std::move(group), stored);
    if (!taken) {
        stored(std::move(taken));
    }
    return {};
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
