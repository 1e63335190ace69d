#include "engine/compiled.hpp"

#include <fmt/format.h>

#include <tuple>

#include "model/definition.hpp"

namespace aifp::engine {
namespace {

Status compile_variables(const boost::json::object& written,
                         const actions::Services& services,
                         CompiledDirective::Variables& variables) {
    for (const auto& member : written) {
        auto value = services.sandbox.compile_value(member.value());
        if (!value) {
            return fail(value.error().with_context(
                fmt::format("variables: {}", std::string_view(member.key()))));
        }
        variables.emplace_back(member.key(), std::move(*value));
    }
    return {};
}

// What is rendered when the directive is triggered.
Status compile_values(const model::Directive& directive,
                      const actions::Services& services,
                      CompiledDirective& compiled) {
    static const boost::json::object kNone;
    for (const auto& trigger : directive.triggers) {
        const auto* own = trigger.arguments.if_contains("variables");
        const auto& written = own != nullptr && own->is_object() ? own->get_object() : kNone;
        auto done = compile_variables(written, services, compiled.trigger_variables.emplace_back());
        if (!done) {
            return fail(done.error().with_context(
                fmt::format("trigger {}", compiled.trigger_variables.size())));
        }
    }
    if (auto done = compile_variables(directive.variables, services, compiled.variables); !done) {
        return done;
    }
    if (directive.flow.key.empty()) {
        return {};
    }
    auto key = services.sandbox.compile_template(directive.flow.key);
    if (!key) {
        return fail(key.error().with_context("key"));
    }
    compiled.key = std::move(*key);
    return {};
}

}  // namespace

std::string_view CompiledDirective::trigger_id(std::uint32_t index) const noexcept {
    return index < trigger_ids.size() ? std::string_view(trigger_ids[index]) : std::string_view();
}

Result<std::shared_ptr<const CompiledDirective>> compile_directive(
    const model::Directive& directive, std::string version, const actions::Services& services) {
    auto compiled = std::make_shared<CompiledDirective>();
    compiled->name = directive.name;
    compiled->version = std::move(version);
    compiled->zone = services.settings.timezone;
    compiled->dst = directive.dst;
    compiled->timeout = directive.timeout;
    compiled->stops_on_edit = directive.on_edit == model::OnEdit::stop;
    compiled->misfire = directive.misfire;
    compiled->grace = directive.grace;
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
    if (auto status = compile_values(directive, services, *compiled); !status) {
        return fail(std::move(status).error());
    }
    auto conditions = compile_conditions(directive.conditions, services.sandbox);
    if (!conditions) {
        return fail(std::move(conditions).error());
    }
    compiled->conditions = std::move(*conditions);
    for (const auto& [list, written, plan] :
         {std::tuple{"action", &directive.actions, &compiled->plan.actions},
          std::tuple{"on_error step", &directive.on_error, &compiled->plan.on_error},
          std::tuple{"finally step", &directive.finally, &compiled->plan.finally}}) {
        auto steps = compile_steps(*written, list, services, compiled->steps);
        if (!steps) {
            return fail(std::move(steps).error());
        }
        *plan = std::move(*steps);
    }
    if (!directive.flow.retry.empty()) {
        compiled->plan.retry = scheduler::retry_policy_from(directive.flow.retry);
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
    auto made = compile_directive(*directive, entry.content_hash, services_);
    if (!made) {
        return made;
    }
    const auto& compiled = made;
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
