#include "engine/effects.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <vector>

namespace aifp::engine {

Result<model::StateOutcome> EngineEffects::update_state(const actions::RunContext& by,
                                                        model::StateUpdate update) {
    update.by = by.directive;
    update.chain = by.chain;
    return state_.update(update, clock_.wall());
}

Status EngineEffects::emit_event(const actions::RunContext& by,
                                 const std::string& name,
                                 boost::json::value data) {
    const auto now = clock_.wall();
    if (now - second_ >= Seconds(1) || now < second_) {
        second_ = now;
        events_in_second_ = 0;
    }
    if (++events_in_second_ > kMaxEventsPerSecond) {
        return fail(ErrorCode::busy,
                    fmt::format("more than {} events in a second: do directives answer each other?",
                                kMaxEventsPerSecond));
    }
    boost::json::object payload;
    payload["event"] = name;
    payload["data"] = std::move(data);
    listeners_.sensors->signal(triggers::signal_of_event(name), payload, by.chain);
    const auto text = boost::json::serialize(payload);
    listeners_.dispatcher->event_came(name, payload["data"]);
    // All together, and until they are stored: nobody tells the event again.
    std::vector<Offer> offers;
    for (const auto& subscriber : listeners_.armory->events().subscribers(name)) {
        Offer offer;
        offer.event.directive = subscriber.directive;
        offer.event.trigger_index = subscriber.trigger_index;
        offer.event.cause = "event";
        offer.event.seen_at = now;
        offer.event.payload = text;
        offer.event.chain = by.chain;
        if (by.chain.depth() > kMaxChainDepth) {
            offer.refused = model::Reason::event_chain_too_long;
            offer.detail = fmt::format(
                "{} events, each emitted because of the one before; the last by {}: do "
                "directives answer each other?",
                by.chain.depth() - 1,
                by.directive);
        }
        if (passes_filter(subscriber, offer.event)) {
            offers.push_back(std::move(offer));
        }
    }
    if (!offers.empty()) {
        listeners_.dispatcher->offer_all(std::move(offers), {});
    }
    return {};
}

void EngineEffects::log_line(const actions::RunContext& by,
                             std::string_view level,
                             const std::string& message) {
    reporter_.step_said(by, level, message);
}

// A filter says which events are meant at all: one that does not pass matched no trigger.
bool EngineEffects::passes_filter(const triggers::Subscription& subscription,
                                  const model::Event& event) {
    if (subscription.filter.empty()) {
        return true;
    }
    const auto* entry = listeners_.catalog->find(subscription.directive);
    auto filter = listeners_.sandbox->compile(subscription.filter);
    if (!filter || entry == nullptr) {
        return false;
    }
    const RunScope scope(*listeners_.scope_sources,
                         listeners_.scope_sources->settings.timezone,
                         event,
                         RunScope::Names{entry->name, {}});
    auto passes = listeners_.sandbox->holds(*filter, scope);
    if (!passes) {
        reporter_.problem("event_filter_failed",
                          fmt::format("{}: {}", entry->name, passes.error().detail()));
        return false;
    }
    return *passes;
}

}  // namespace aifp::engine
