#include "engine/effects.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/json_text.hpp"

namespace aifp::engine {

namespace {

constexpr std::size_t kMaxFilters = 256;

}  // namespace

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
    const auto text = json_text(payload);
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
        const auto passes = passes_filter(subscriber, offer.event);
        if (!passes) {
            offer.refused = model::Reason::condition_error;
            offer.detail = fmt::format("its filter: {}", passes.error().detail());
        }
        if (!passes || *passes) {
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
Result<bool> EngineEffects::passes_filter(const triggers::Subscription& subscription,
                                          const model::Event& event) {
    if (subscription.filter.empty()) {
        return true;
    }
    const auto* entry = listeners_.catalog->find(subscription.directive);
    if (entry == nullptr) {
        return false;
    }
    const auto compiled = listeners_.compiled->get(*entry);
    if (!compiled) {
        return fail(compiled.error());
    }
    const auto filter = filter_of(subscription.filter);
    if (!filter) {
        return fail(filter.error());
    }
    const RunScope scope(
        *listeners_.scope_sources, (*compiled)->zone, event, RunScope::Names{entry->name, {}});
    return listeners_.sandbox->holds(**filter, scope);
}

Result<const expression::CompiledExpression*> EngineEffects::filter_of(const std::string& text) {
    if (const auto known = filters_.find(text); known != filters_.end()) {
        return &known->second;
    }
    auto filter = listeners_.sandbox->compile(text);
    if (!filter) {
        return fail(std::move(filter).error());
    }
    if (filters_.size() >= kMaxFilters) {
        filters_.clear();  // of directives that were edited long ago
    }
    return &filters_.emplace(text, std::move(*filter)).first->second;
}

}  // namespace aifp::engine
