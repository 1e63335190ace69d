#include "triggers/event_router.hpp"

namespace aifp::triggers {

Status EventRouter::add(DirectiveId directive,
                        std::uint32_t trigger_index,
                        const model::Trigger& trigger) {
    const boost::json::value* name = trigger.arguments.if_contains("event");
    if (name == nullptr || !name->is_string() || name->get_string().empty()) {
        return fail(ErrorCode::invalid_input, "event: write the name of the event, like doorbell");
    }
    Subscription subscription;
    subscription.directive = directive;
    subscription.trigger_index = trigger_index;
    if (const boost::json::value* filter = trigger.arguments.if_contains("filter")) {
        if (!filter->is_string()) {
            return fail(ErrorCode::invalid_input, "event: filter must be an expression");
        }
        subscription.filter = filter->get_string().c_str();
    }
    const std::string event(name->get_string());
    events_[event].push_back(std::move(subscription));
    names_.emplace(directive, event);
    return {};
}

void EventRouter::remove(DirectiveId directive) {
    const auto [begin, end] = names_.equal_range(directive);
    for (auto name = begin; name != end; ++name) {
        const auto event = events_.find(name->second);
        if (event == events_.end()) {
            continue;  // Two triggers on the same event: both went with the first.
        }
        std::erase_if(event->second, [directive](const Subscription& subscription) {
            return subscription.directive == directive;
        });
        if (event->second.empty()) {
            events_.erase(event);
        }
    }
    names_.erase(begin, end);
}

std::span<const Subscription> EventRouter::subscribers(std::string_view event) const {
    const auto found = events_.find(event);
    return found == events_.end() ? std::span<const Subscription>() : found->second;
}

}  // namespace aifp::triggers
