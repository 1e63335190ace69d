#include "engine/compiled.hpp"

#include <fmt/format.h>

#include "model/definition.hpp"

namespace aifp::engine {
namespace {

Status compile_steps(const std::vector<model::Action>& actions,
                     const actions::Services& services,
                     std::vector<CompiledDirective::Step>& steps,
                     std::vector<StepPlan::Step>& plan) {
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const auto& action = actions[i];
        auto made = actions::make_action(action, services);
        if (!made) {
            return fail(made.error().with_context(fmt::format("action {}", i + 1)));
        }
        steps.push_back({std::move(*made), action.kind, actions::timeout_of(action)});
        plan.push_back({action.as, action.continue_on_error, action.enabled});
    }
    return {};
}

}  // namespace

std::string_view CompiledDirective::trigger_id(std::uint32_t index) const noexcept {
    return index < trigger_ids.size() ? std::string_view(trigger_ids[index]) : std::string_view();
}

Result<std::shared_ptr<const CompiledDirective>> compile_directive(
    const model::Directive& directive, const actions::Services& services) {
    auto compiled = std::make_shared<CompiledDirective>();
    compiled->name = directive.name;
    compiled->zone = services.settings.timezone;
    compiled->timeout = directive.timeout;
    if (!directive.timezone.empty()) {
        auto zone = TimeZone::load(directive.timezone);
        if (!zone) {
            return fail(std::move(zone).error());
        }
        compiled->zone = *zone;
    }
    for (const auto& trigger : directive.triggers) {
        compiled->trigger_ids.push_back(trigger.id);
    }
    auto conditions = compile_conditions(directive.conditions, services.sandbox);
    if (!conditions) {
        return fail(std::move(conditions).error());
    }
    compiled->conditions = std::move(*conditions);
    auto done =
        compile_steps(directive.actions, services, compiled->actions, compiled->plan.actions);
    if (done) {
        done = compile_steps(
            directive.on_error, services, compiled->on_error, compiled->plan.on_error);
    }
    if (!done) {
        return fail(std::move(done).error());
    }
    return compiled;
}

Result<std::shared_ptr<const CompiledDirective>> CompiledCache::get(const Entry& entry) {
    auto found = slots_.find(entry.id);
    if (found != slots_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second.place);
        return found->second.compiled;
    }
    const auto directive = model::read_definition(entry.definition);
    if (!directive) {
        return fail(directive.error());
    }
    auto compiled = compile_directive(*directive, services_);
    if (!compiled) {
        return compiled;
    }
    recent_.push_front(entry.id);
    slots_[entry.id] = Slot{*compiled, recent_.begin()};
    if (slots_.size() > capacity_) {
        slots_.erase(recent_.back());
        recent_.pop_back();
    }
    return compiled;
}

void CompiledCache::forget(DirectiveId id) {
    auto found = slots_.find(id);
    if (found != slots_.end()) {
        recent_.erase(found->second.place);
        slots_.erase(found);
    }
}

}  // namespace aifp::engine
