#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <iterator>

#include "base/quantity.hpp"
#include "engine/sensors.hpp"

// The part of Sensors that keeps what triggers hold while they are not armed: over a restart, and
// while their directive is armed anew.
namespace aifp::engine {

namespace json = boost::json;

// Kinds have no blanks.
std::string key_of(const NewSensor& made) {
    return made.waiter.run.value != 0 ? made.hash : fmt::format("{} {}", made.hash, made.kind);
}

void Sensors::restore(model::Wait wait) {
    json::error_code error;
    auto data = json::parse(wait.data, error);
    Parked parked;
    parked.trigger_index = wait.trigger_index;
    parked.wait = wait.id;
    parked.held.deadline = wait.deadline;
    if (!error && data.is_object()) {
        parked.held.data = std::move(data.get_object());
    }
    parked.run = run_of_key(wait.key);
    const auto blank = parked.run.value != 0 ? std::string::npos : wait.key.find(' ');
    parked.kind = blank == std::string::npos ? "trigger" : wait.key.substr(blank + 1);
    parked.hash = wait.key.substr(0, blank);
    parked_.emplace(wait.directive, std::move(parked));
}

std::optional<Sensors::Parked> Sensors::unpark(const NewSensor& sensor) {
    const auto [first, last] = parked_.equal_range(sensor.directive);
    for (auto found = first; found != last; ++found) {
        if (found->second.trigger_index == sensor.trigger_index &&
            found->second.hash == sensor.hash) {
            auto parked = std::move(found->second);
            parked_.erase(found);
            return parked;
        }
    }
    return std::nullopt;
}

void Sensors::park(DirectiveId directive) {
    const auto [first, last] = by_directive_.equal_range(directive);
    for (auto row = first; row != last; ++row) {
        auto& slot = slots_.at(row->second);
        apply(row->second, slot.made.sensor->on_leave(services_.clock.wall()));
        set_timer(row->second, TimerKind::deadline, slot.deadline, std::nullopt);
        set_timer(row->second, TimerKind::check, slot.check, std::nullopt);
        subscribe(row->second, slot.interests, false);
        if (slot.wait.value != 0) {
            parked_.emplace(directive,
                            Parked{std::move(slot.made.hash),
                                   std::move(slot.made.kind),
                                   slot.made.trigger_index,
                                   slot.wait,
                                   std::move(*slot.held)});
        }
        slots_.erase(row->second);
    }
    by_directive_.erase(first, last);
}

void Sensors::drop_parked(DirectiveId directive, model::Reason reason, const std::string& why) {
    const auto [first, last] = parked_.equal_range(directive);
    for (auto row = first; row != last;) {
        tell_dropped(directive, row->second, reason, why);
        row = drop(row);
    }
    flush();
}

// What has no deadline may or may not have come to something: there is nothing to tell.
void Sensors::tell_dropped(DirectiveId directive,
                           const Parked& parked,
                           model::Reason reason,
                           const std::string& why) {
    if (parked.run.value != 0 || !parked.held.deadline) {
        return;
    }
    Offer offer;
    offer.event.directive = directive;
    offer.event.trigger_index = parked.trigger_index;
    offer.event.cause = parked.kind;
    offer.event.seen_at = services_.clock.wall();
    offer.refused = reason;
    const auto left = *parked.held.deadline - offer.event.seen_at;
    offer.detail =
        left > Milliseconds(0)
            ? fmt::format("{}, {} before it would have fired", why, format_duration(left))
            : fmt::format("{}; it was due {} ago", why, format_duration(-left));
    offers_.push_back(std::move(offer));
}

void Sensors::drop_all_parked() {
    for (auto row = parked_.begin(); row != parked_.end();) {
        row = drop(row);
    }
    flush();
}

// What a run held is the run's, whatever becomes of its directive's triggers.
Sensors::ParkedRow Sensors::drop(ParkedRow row) {
    if (row->second.run.value != 0) {
        return std::next(row);
    }
    group_.waits_over.push_back(row->second.wait);
    return parked_.erase(row);
}

}  // namespace aifp::engine
