#include "engine/flow_replay.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/quantity.hpp"
#include "engine/flow_times.hpp"

namespace aifp::engine {

using model::Reason;

void FlowReplay::add(const Entry& entry, const TimeZone& zone, std::optional<Snooze> snooze) {
    limits_.set_rate(entry);
    owners_.insert_or_assign(entry.id, Owner{&entry, zone, std::move(snooze)});
}

// In the order of Dispatcher::decide.
std::optional<LimitBlock> FlowReplay::find_block(const Owner& owner,
                                                 const std::string& key,
                                                 WallTime now,
                                                 bool is_debounced) {
    if (owner.snooze && now < owner.snooze->until) {
        return LimitBlock{
            Reason::snoozed, text_of(*owner.snooze, settings_.timezone), owner.snooze->until};
    }
    const FlowTimes times{flow_of(*owner.entry), settings_, owner.zone};
    if (auto block = times.any() ? find_time_block(times, now) : std::nullopt) {
        return LimitBlock{block->reason, std::move(block->detail), block->until.value_or(now)};
    }
    if (auto block = limits_.check_rate(*owner.entry, now)) {
        return block;
    }
    return is_debounced ? std::nullopt : limits_.check_marks(*owner.entry, key, now);
}

void FlowReplay::come(const Event& event) {
    pass(event.at);
    const auto& owner = owners_.at(event.directive);
    const auto hold = hold_for(*owner.entry, event.at, event.at, {0, host_place_});
    const bool is_debounced = hold && hold->kind == HoldKind::debounce;
    if (auto block = find_block(owner, event.key, event.at, is_debounced)) {
        told_({event.number, block->reason, std::move(block->detail)});
    } else if (hold && held_.is_full()) {
        told_({event.number, Reason::queue_full, ""});
    } else if (hold) {
        this->hold(owner, event, *hold);
    } else {
        const auto& jitter = flow_of(*owner.entry).jitter;
        start(owner,
              event,
              jitter && !jitter->fixed
                  ? fmt::format("up to {} later (jitter)", format_duration(jitter->max))
                  : "");
    }
}

void FlowReplay::hold(const Owner& owner, const Event& event, const Hold& hold) {
    HeldEvent held;
    held.id = LedgerId{static_cast<std::int64_t>(event.number) + 1};
    held.event.directive = owner.entry->id;
    held.event.key = event.key;
    held.event.seen_at = event.at;
    held.kind = hold.kind;
    held.wait = wait_ids_.next();
    held.held_since = event.at;
    held.deadline = hold.deadline;
    held.first_seen = event.at;
    const auto id = held.id;
    events_.emplace(id, event);
    if (const auto replaced = held_.hold(std::move(held))) {
        static_cast<void>(held_.settle(*replaced));
        events_.erase(replaced->id);
        told_({static_cast<std::size_t>(replaced->id.value - 1),
               Reason::debounced,
               "a later event stands for it"});
    }
    static_cast<void>(held_.stored(id));
}

void FlowReplay::pass(WallTime now) {
    for (auto due = held_.next_due(); due && *due <= now; due = held_.next_due()) {
        const auto at = *due;
        end_runs(at);
        for (const auto id : held_.due(at)) {
            let_go(*held_.take(id), at);
        }
    }
    end_runs(now);
}

void FlowReplay::let_go(const HeldEvent& held, WallTime now) {
    auto event = std::move(events_.extract(held.id).mapped());
    const auto& owner = owners_.at(event.directive);
    if (auto block = find_block(owner, event.key, now, false)) {
        told_({event.number, block->reason, std::move(block->detail)});
        return;
    }
    auto detail = fmt::format("{} until {}", name_of(held.kind), format_utc_ms(now));
    if (held.count > 1) {
        detail += fmt::format("; the last of {} events", held.count);
    }
    event.at = now;
    start(owner, event, std::move(detail));
}

void FlowReplay::start(const Owner& owner, const Event& event, std::string detail) {
    static_cast<void>(limits_.count_start(*owner.entry, event.key, event.at, true, event.at));
    ends_.emplace(event.at + event.length, Run{event.directive, event.key});
    if (event.length.count() == 0) {
        end_runs(event.at);
    }
    told_({event.number, Reason::none, std::move(detail)});
}

void FlowReplay::end_runs(WallTime now) {
    while (!ends_.empty() && ends_.begin()->first <= now) {
        const auto [at, run] = *ends_.begin();
        ends_.erase(ends_.begin());
        storage::WriteGroup unwritten;
        limits_.count_end(*owners_.at(run.directive).entry, run.key, at, unwritten);
    }
}

}  // namespace aifp::engine
