#include "engine/sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <iterator>

#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "engine/effects.hpp"

namespace aifp::engine {

namespace json = boost::json;
using triggers::Verdict;

namespace {

constexpr Milliseconds kLongestGrace{60 * 60 * 1000};

bool is_of_host(std::string_view name) {
    return name.starts_with("host.");
}

}  // namespace

Sensors::Sensors(Services services) : services_(std::move(services)) {
    services_.state.listen(*this);
}

Sensors::~Sensors() {
    services_.state.stop_listening(*this);
}

void Sensors::add(NewSensor made) {
    const Key key = ++last_key_;
    auto parked = unpark(made);
    const auto directive = made.directive;
    Slot slot;
    slot.made = std::move(made);
    slot.interests = slot.made.sensor->interests();
    subscribe(key, slot.interests, true);
    if (slot.made.waiter.run.value != 0) {
        by_run_.emplace(slot.made.waiter.run, key);
    } else {
        by_directive_.emplace(directive, key);
    }
    auto& placed = slots_.emplace(key, std::move(slot)).first->second;
    std::optional<triggers::Held> held;
    if (parked) {
        placed.wait = parked->wait;
        placed.held = parked->held;
        held = std::move(parked->held);
        set_timer(key, TimerKind::deadline, placed.deadline, held->deadline);
    }
    if (!held || !tell_run_again(placed, *held)) {
        apply(key, placed.made.sensor->begin(services_.clock.wall(), std::move(held)));
    }
    flush();
}

void Sensors::subscribe(Key key, const triggers::Interests& interests, bool on) {
    const auto put = [&](auto& table, const std::string& name) {
        auto& keys = table[name];
        if (!on) {
            std::erase(keys, key);
        } else if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            keys.push_back(key);
        }
        if (keys.empty()) {
            table.erase(name);
        }
    };
    bool hears_host = false;
    for (const auto& name : interests.states) {
        hears_host = hears_host || is_of_host(name);
        if (!interests.every_state) {
            put(by_state_, name);
        }
    }
    for (const auto& signal : interests.signals) {
        put(by_signal_, signal);
    }
    if (interests.every_state && on) {
        by_every_state_.push_back(key);
    } else if (interests.every_state) {
        std::erase(by_every_state_, key);
    }
    if (hears_host) {
        host_listeners_ += on ? 1U : static_cast<std::size_t>(-1);
    }
}

void Sensors::on_state_change(const model::StateChange& change) {
    chain_ = change.chain;
    chained_by_ = change.by;
    const auto now = services_.clock.wall();
    const auto tell = [&](const std::vector<Key>& keys) {
        for (const auto key : keys) {
            apply(key, slots_.at(key).made.sensor->on_change(change, now));
        }
    };
    if (const auto named = by_state_.find(change.name); named != by_state_.end()) {
        tell(named->second);
    }
    tell(by_every_state_);
    chain_ = {};
}

void Sensors::signal(const std::string& name,
                     const json::object& payload,
                     const model::Chain& chain) {
    const auto found = by_signal_.find(name);
    if (found == by_signal_.end()) {
        return;
    }
    chain_ = chain;
    chained_by_ = name;
    const auto now = services_.clock.wall();
    for (const auto key : found->second) {
        apply(key, slots_.at(key).made.sensor->on_signal(name, payload, now));
    }
    chain_ = {};
    flush();
}

void Sensors::take(DirectiveId directive, std::uint32_t trigger_index, Verdict verdict) {
    const auto [first, last] = by_directive_.equal_range(directive);
    for (auto row = first; row != last; ++row) {
        if (slots_.at(row->second).made.trigger_index == trigger_index) {
            apply(row->second, std::move(verdict));
            break;
        }
    }
    flush();
}

std::string Sensors::source_of(DirectiveId directive, std::uint32_t trigger_index) const {
    const auto [first, last] = by_directive_.equal_range(directive);
    for (auto row = first; row != last; ++row) {
        const auto& made = slots_.at(row->second).made;
        if (made.trigger_index == trigger_index) {
            return made.sensor->source_now();
        }
    }
    return {};
}

std::optional<WallTime> Sensors::next_due() const {
    return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->first);
}

void Sensors::on_time(WallTime now) {
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const auto [key, kind] = timers_.begin()->second;
        auto& slot = slots_.at(key);
        if (kind == TimerKind::deadline) {
            set_timer(key, kind, slot.deadline, std::nullopt);
            apply(key, slot.made.sensor->on_deadline(now));
        } else {
            set_timer(key, kind, slot.check, std::nullopt);
            apply(key, slot.made.sensor->on_check(now));
        }
    }
    flush();
}

void Sensors::clock_stepped(Milliseconds step) {
    for (auto& [key, slot] : slots_) {
        if (slot.check) {
            set_timer(key, TimerKind::check, slot.check, *slot.check + step);
        }
        auto held = slot.made.sensor->clock_stepped(step);
        if (held && slot.deadline) {
            Verdict moved;
            moved.hold = std::move(held);
            hold(key, slot, moved);
        }
    }
    flush();
}

void Sensors::set_timer(Key key,
                        TimerKind kind,
                        std::optional<WallTime>& place,
                        std::optional<WallTime> at) {
    if (place) {
        timers_.erase(Timer{*place, {key, kind}});
    }
    place = at;
    if (at) {
        timers_.insert(Timer{*at, {key, kind}});
    }
}

void Sensors::apply(Key key, Verdict verdict) {
    auto& slot = slots_.at(key);
    if (!verdict.problem.empty()) {
        services_.reporter.problem("trigger_trouble",
                                   fmt::format("{}: trigger {}: {}",
                                               slot.made.name,
                                               slot.made.trigger_index + 1,
                                               verdict.problem));
    }
    if (!verdict.notice.empty()) {
        services_.reporter.lifecycle("trigger_recovered", slot.made.name, verdict.notice);
    }
    if (slot.made.waiter.run.value == 0) {
        offer(slot, verdict);
    } else if (verdict.fire) {
        fire_into_run(slot, verdict);
    }
    hold(key, slot, verdict);
    if (verdict.check_at) {
        set_timer(key, TimerKind::check, slot.check, verdict.check_at);
    }
}

void Sensors::hold(Key key, Slot& slot, Verdict& verdict) {
    if (verdict.hold) {
        if (slot.wait.value == 0) {
            slot.wait = services_.wait_ids.next();
        }
        model::Wait wait;
        wait.id = slot.wait;
        wait.kind = model::WaitKind::trigger;
        wait.directive = slot.made.directive;
        wait.trigger_index = slot.made.trigger_index;
        wait.key = key_of(slot.made);
        wait.deadline = verdict.hold->deadline;
        wait.data = json_text(verdict.hold->data);
        group_.waits.push_back(std::move(wait));
        set_timer(key, TimerKind::deadline, slot.deadline, verdict.hold->deadline);
        slot.held = std::move(verdict.hold);
    } else if (verdict.release && slot.wait.value != 0) {
        // Not one that this very turn has put into the group: it would be removed after.
        group_.waits_over.push_back(std::exchange(slot.wait, WaitId()));
        set_timer(key, TimerKind::deadline, slot.deadline, std::nullopt);
        slot.held.reset();
    }
}

void Sensors::offer(const Slot& slot, Verdict& verdict) {
    Offer offer;
    offer.event.directive = slot.made.directive;
    offer.event.trigger_index = slot.made.trigger_index;
    offer.event.cause = slot.made.kind;
    offer.event.seen_at = services_.clock.wall();
    offer.event.chain = chain_;
    if (verdict.refused != model::Reason::none) {
        Offer refusal = offer;
        refusal.refused = verdict.refused;
        refusal.detail = std::move(verdict.detail);
        offers_.push_back(std::move(refusal));
    }
    if (!verdict.fire) {
        return;
    }
    judge_late(slot, verdict, offer);
    if (chain_.depth() > EngineEffects::kMaxChainDepth) {
        offer.refused = model::Reason::event_chain_too_long;
        offer.detail = fmt::format(
            "{} changes, each because of the one before; the last by {}: do directives answer each "
            "other?",
            chain_.depth() - 1,
            chained_by_);
    }
    const auto add = [&](const json::object& payload) {
        Offer one = offer;
        one.event.payload = json_text(payload);
        offers_.push_back(std::move(one));
    };
    add(*verdict.fire);
    std::for_each(verdict.fire_too.begin(), verdict.fire_too.end(), add);
}

// What fell due while the engine was down or the loop stood still. (reference/decisions.md,
// Executions)
void Sensors::judge_late(const Slot& slot, const Verdict& verdict, Offer& offer) {
    if (!verdict.due) {
        return;
    }
    const auto late = offer.event.seen_at - *verdict.due;
    const auto grace = slot.made.grace.value_or(std::min(verdict.period, kLongestGrace));
    if (late > grace && slot.made.misfire == model::Misfire::skip) {
        offer.refused = model::Reason::misfire_skipped;
        offer.detail = fmt::format("it was due {} ago, and misfire is skip", format_duration(late));
    }
}

void Sensors::add_to_turn(storage::WriteGroup group) {
    group_ = std::move(group);
}

void Sensors::hold_back(bool on) {
    holds_back_ = on;
    flush();
}

void Sensors::flush() {
    if (holds_back_) {
        return;
    }
    if (offers_.empty() && group_.waits.empty() && group_.waits_over.empty() &&
        group_.states.empty()) {
        return;
    }
    auto group = std::exchange(group_, {});
    auto changed = services_.state.take_changes();
    group.states.insert(group.states.end(),
                        std::make_move_iterator(changed.begin()),
                        std::make_move_iterator(changed.end()));
    services_.decide(std::exchange(offers_, {}), std::move(group));
}

}  // namespace aifp::engine
