#include "engine/armory.hpp"

#include <fmt/format.h>

#include <utility>

#include "directives/files.hpp"
#include "http/ip_address.hpp"
#include "model/directive.hpp"
#include "triggers/kinds.hpp"

namespace aifp::engine {
namespace {

triggers::WebhookRouterOptions router_options(const config::Settings& settings) {
    triggers::WebhookRouterOptions options;
    options.trusted_proxies = trusted_proxies(settings);
    return options;
}

std::optional<std::string> missing_calendar(const model::Directive& directive,
                                            const config::Settings& settings) {
    for (const auto* names : {&directive.flow.include, &directive.flow.exclude}) {
        for (const auto& name : *names) {
            if (!settings.calendars.contains(name)) {
                return name;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<http::IpRange> trusted_proxies(const config::Settings& settings) {
    std::vector<http::IpRange> ranges;
    for (const auto& text : settings.trusted_proxies) {
        // The settings' reader has checked them; one that does not parse is trusted by nobody.
        if (auto range = http::IpRange::parse(text)) {
            ranges.push_back(*range);
        }
    }
    return ranges;
}

bool is_enabled(const model::Trigger& trigger) {
    const auto* enabled = trigger.arguments.if_contains("enabled");
    return enabled == nullptr || !enabled->is_bool() || enabled->get_bool();
}

bool counts_runs(const model::Trigger& trigger) {
    return trigger.arguments.contains("after_previous");
}

TimeZone zone_of(const model::Directive& directive, const config::Settings& settings) {
    return directive.timezone.empty()
               ? settings.timezone
               : TimeZone::load(directive.timezone).value_or(settings.timezone);
}

struct Armory::Context {
    const Entry& entry;
    const model::Directive& directive;
    const Cursors& cursors;
    TimeZone zone;
    WallTime now;
    model::Reason at_rest = model::Reason::none;
};

Armory::Armory(const config::Settings& settings,
               const config::Resolver& resolver,
               std::optional<SensorDesk> sensor_desk)
    : settings_(settings),
      resolver_(resolver),
      sensor_desk_(sensor_desk),
      webhooks_(router_options(settings)) {}

Armed Armory::arm(const Entry& entry,
                  const model::Directive& directive,
                  const Cursors& cursors,
                  WallTime now) {
    disarm(entry.id);
    Armed armed;
    auto zone = settings_.timezone;
    if (!directive.timezone.empty()) {
        auto own = TimeZone::load(directive.timezone);
        if (!own) {
            armed.problem = fail(std::move(own).error());
            return armed;
        }
        zone = *own;
    }
    if (const auto missing = missing_calendar(directive, settings_)) {
        armed.problem = fail(ErrorCode::invalid_input,
                             fmt::format("the settings have no calendar {}", *missing));
        return armed;
    }
    const Context context{entry, directive, cursors, zone, now};
    for (std::uint32_t i = 0; i < directive.triggers.size(); ++i) {
        if (!is_enabled(directive.triggers[i])) {
            rest_webhook(entry.id, i, directive.triggers[i]);
            continue;
        }
        auto done = arm_trigger(context, i, directive.triggers[i], armed);
        if (!done) {
            disarm(entry.id);
            armed.cursors.clear();
            armed.problem = fail(done.error().with_context(fmt::format("trigger {}", i + 1)));
            return armed;
        }
    }
    return armed;
}

Armed Armory::arm_at_rest(const Entry& entry, const model::Directive& directive, const Rest& rest) {
    Armed armed;
    const Context context{
        entry, directive, rest.cursors, zone_of(directive, settings_), rest.now, rest.why};
    for (std::uint32_t i = 0; i < directive.triggers.size(); ++i) {
        const auto& trigger = directive.triggers[i];
        const auto source = triggers::source_of(trigger.kind);
        if (source == triggers::Source::webhook) {
            rest_webhook(entry.id, i, trigger);
        } else if (source == triggers::Source::clock && is_enabled(trigger)) {
            static_cast<void>(arm_schedule(context, i, trigger, armed));
        } else if (source == triggers::Source::event && is_enabled(trigger)) {
            static_cast<void>(events_.add(entry.id, i, trigger));
        }
    }
    return armed;
}

Armory::Left Armory::collect_left(const Entry& entry,
                                  const model::Directive& version,
                                  const Rest& rest) {
    const Context context{
        entry, version, rest.cursors, zone_of(version, settings_), rest.now, rest.why};
    Armed armed;
    for (std::uint32_t i = 0; i < version.triggers.size(); ++i) {
        const auto& trigger = version.triggers[i];
        if (triggers::source_of(trigger.kind) == triggers::Source::clock && is_enabled(trigger) &&
            !counts_runs(trigger)) {
            static_cast<void>(arm_schedule(context, i, trigger, armed));
        }
    }
    Left left;
    left.due = timetable_.collect_of(entry.id, rest.now);
    timetable_.disarm(entry.id);
    for (const auto& [index, decided_until] : rest.cursors) {
        left.cursors.push_back({entry.id, index, rest.now});
    }
    return left;
}

void Armory::rest_webhook(DirectiveId id, std::uint32_t index, const model::Trigger& trigger) {
    if (triggers::source_of(trigger.kind) == triggers::Source::webhook) {
        static_cast<void>(arm_webhook(id, index, trigger, triggers::HookStanding::at_rest));
    }
}

void Armory::disarm(DirectiveId id) {
    timetable_.disarm(id);
    webhooks_.remove(id);
    events_.remove(id);
    if (sensor_desk_) {
        sensor_desk_->sensors.park(id);
    }
}

Status Armory::arm_trigger(const Context& context,
                           std::uint32_t index,
                           const model::Trigger& trigger,
                           Armed& armed) {
    const auto source = triggers::source_of(trigger.kind);
    if (!source) {
        return fail(ErrorCode::invalid_input, fmt::format("unknown trigger {}", trigger.kind));
    }
    switch (*source) {
        case triggers::Source::clock:
            return arm_schedule(context, index, trigger, armed);
        case triggers::Source::webhook:
            return arm_webhook(context.entry.id, index, trigger, triggers::HookStanding::armed);
        case triggers::Source::event:
            return events_.add(context.entry.id, index, trigger);
        case triggers::Source::sensor:
            return arm_sensor(context, index, trigger);
        case triggers::Source::manual:
            break;
    }
    return {};
}

Status Armory::arm_webhook(DirectiveId id,
                           std::uint32_t index,
                           const model::Trigger& trigger,
                           triggers::HookStanding standing) {
    auto webhook = triggers::webhook_from(
        trigger, [this](const boost::json::value& value) { return resolver_.text(value); });
    if (!webhook) {
        return fail(std::move(webhook).error());
    }
    if (!trigger.arguments.contains("max_body")) {
        webhook->max_body_bytes = static_cast<std::size_t>(settings_.limits.max_payload);
    }
    return webhooks_.add(id, index, std::move(*webhook), standing);
}

Status Armory::arm_sensor(const Context& context,
                          std::uint32_t index,
                          const model::Trigger& trigger) {
    if (!sensor_desk_) {
        return {};
    }
    auto sensor =
        make_sensor(trigger,
                    SensorOwner{context.entry.id, index, context.entry.name, context.zone},
                    sensor_desk_->parts);
    if (!sensor) {
        return fail(std::move(sensor).error());
    }
    NewSensor made;
    made.directive = context.entry.id;
    made.trigger_index = index;
    made.kind = trigger.kind;
    made.name = context.entry.name;
    made.hash = context.entry.content_hash;
    made.misfire = context.directive.misfire;
    made.grace = context.directive.grace;
    made.sensor = std::move(*sensor);
    sensor_desk_->sensors.add(std::move(made));
    return {};
}

Status Armory::arm_schedule(const Context& context,
                            std::uint32_t index,
                            const model::Trigger& trigger,
                            Armed& armed) {
    const auto& entry = context.entry;
    const bool armed_before = entry.first_armed != WallTime();
    auto schedule = schedule::make_schedule(
        trigger,
        schedule::ScheduleContext{context.zone,
                                  context.directive.dst,
                                  entry.name,
                                  armed_before ? entry.first_armed : context.now,
                                  directives::position_of(settings_)});
    if (!schedule) {
        return fail(std::move(schedule).error());
    }
    const auto cursor = context.cursors.find(index);
    scheduler::ArmRequest request{entry.id,
                                  index,
                                  std::move(*schedule),
                                  std::nullopt,
                                  context.directive.misfire,
                                  context.directive.grace,
                                  static_cast<std::uint32_t>(context.directive.flow.cap),
                                  context.directive.flow.stagger,
                                  context.at_rest};
    if (cursor != context.cursors.end()) {
        request.decided_until = cursor->second;
    }
    const auto from = timetable_.arm(std::move(request), context.now);
    if (cursor == context.cursors.end() || cursor->second != from) {
        armed.cursors.push_back(model::Cursor{entry.id, index, from});
    }
    return {};
}

}  // namespace aifp::engine
