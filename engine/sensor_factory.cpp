#include "engine/sensor_factory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "directives/files.hpp"
#include "engine/compiled_steps.hpp"
#include "engine/conditions.hpp"
#include "engine/outside_sensors.hpp"
#include "engine/wait_time.hpp"
#include "expression/state_names.hpp"
#include "triggers/signal_sensors.hpp"
#include "triggers/state_sensor.hpp"
#include "triggers/truth_sensor.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;
using triggers::Sensor;
using Made = Result<std::unique_ptr<Sensor>>;

/// The scope of a trigger that looks at the world by itself: there is no event yet.
struct ProbeScope {
    SensorOwner owner;
    const ScopeSources* sources;

    [[nodiscard]] RunScope make(std::string payload = {}) const {
        model::Event event;
        event.payload = std::move(payload);
        event.directive = owner.directive;
        event.trigger_index = owner.trigger_index;
        return RunScope(*sources, owner.zone, std::move(event), RunScope::Names{owner.name, {}});
    }
};

triggers::Interests interests_from(const expression::StateNames& names) {
    triggers::Interests interests;
    interests.states.assign(names.names.begin(), names.names.end());
    interests.every_state = names.every;
    return interests;
}

// Every text of a condition may be an expression or the name of a state.
void add_states_of(const json::value& value, expression::StateNames& names) {
    if (value.is_string()) {
        expression::add_states_read(value.get_string(), names);
        names.names.insert(std::string(value.get_string()));
    } else if (value.is_array()) {
        for (const auto& item : value.get_array()) {
            add_states_of(item, names);
        }
    } else if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            add_states_of(member.value(), names);
        }
    }
}

triggers::ReadState reader_of(const SensorParts& parts) {
    return [&state = parts.state](std::string_view name) { return state.find(name); };
}

/// `for: "{{ state.patience }}"`: rendered for the change that matched. Nothing: it is no template.
Result<triggers::RenderFor> render_for(const model::Trigger& trigger,
                                       const SensorOwner& owner,
                                       const SensorParts& parts) {
    const auto* written = trigger.arguments.if_contains("for");
    if (written == nullptr || !written->is_string() || parse_duration(written->get_string())) {
        return triggers::RenderFor();
    }
    auto compiled = parts.sandbox.compile_value(*written);
    if (!compiled) {
        return fail(compiled.error().with_context("for"));
    }
    auto shared = std::make_shared<expression::CompiledValue>(std::move(*compiled));
    return triggers::RenderFor(
        [shared, probe = ProbeScope{owner, &parts.scope_sources}, &sandbox = parts.sandbox](
            const json::object& payload) -> Result<Milliseconds> {
            const auto rendered = sandbox.render_value(*shared, probe.make(json_text(payload)));
            return rendered ? wait_time_of(*rendered) : fail(rendered.error());
        });
}

Made make_truth(const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts) {
    const auto* text = trigger.arguments.if_contains(trigger.kind);
    if (text == nullptr || !text->is_string()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: write an expression, like state.lux < 40", trigger.kind));
    }
    auto compiled = parts.sandbox.compile(text->get_string());
    if (!compiled) {
        return fail(std::move(compiled).error());
    }
    expression::StateNames names;
    expression::add_states_read(text->get_string(), names);
    auto shared = std::make_shared<expression::CompiledExpression>(std::move(*compiled));
    triggers::Watched watched;
    watched.interests = interests_from(names);
    watched.probe = [shared,
                     scope = ProbeScope{owner, &parts.scope_sources},
                     &sandbox = parts.sandbox] { return sandbox.holds(*shared, scope.make()); };
    auto render = render_for(trigger, owner, parts);
    if (!render) {
        return fail(std::move(render).error());
    }
    watched.render = std::move(*render);
    return triggers::make_truth_sensor(trigger, std::move(watched));
}

Made make_while(const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts) {
    const auto* list = trigger.arguments.if_contains("while");
    auto compiled = compile_conditions(
        list != nullptr ? conditions_in(*list) : std::vector<model::Condition>(), parts.sandbox);
    if (!compiled) {
        return fail(std::move(compiled).error());
    }
    if (compiled->empty()) {
        return fail(ErrorCode::invalid_input, "while: write a list of conditions");
    }
    expression::StateNames names;
    add_states_of(*list, names);
    auto shared =
        std::make_shared<std::vector<std::unique_ptr<ConditionNode>>>(std::move(*compiled));
    triggers::Watched watched;
    watched.interests = interests_from(names);
    watched.probe = [shared,
                     scope = ProbeScope{owner, &parts.scope_sources},
                     &sources = parts.scope_sources,
                     &states = parts.state,
                     &sandbox = parts.sandbox]() -> Result<bool> {
        const auto made = scope.make();
        ConditionContext context{sandbox, made, {}, &states};
        context.position = directives::position_of(sources.settings);
        const auto verdict = check_conditions(*shared, context);
        if (verdict.reason == model::Reason::condition_error) {
            return fail(ErrorCode::invalid_input, verdict.detail);
        }
        return verdict.reason == model::Reason::none;
    };
    return triggers::make_while_sensor(trigger, std::move(watched));
}

Made make_member(const json::value& item, const SensorOwner& owner, const SensorParts& parts) {
    model::Trigger member;
    if (item.is_object() && !item.get_object().empty()) {
        member.kind = std::string(item.get_object().begin()->key());
        member.arguments = item.get_object();
    }
    if (member.kind == "event") {
        return triggers::make_event_sensor(member);
    }
    constexpr std::array<std::string_view, 4> kWatched{
        "state", "numeric_state", "template", "after"};
    const bool is_watched =
        std::find(kWatched.begin(), kWatched.end(), member.kind) != kWatched.end();
    if (!is_watched || member.arguments.contains("for") || member.arguments.contains("within")) {
        return fail(ErrorCode::invalid_input,
                    "a watchdog watches event, state, numeric_state, template and after, each "
                    "without for and within; let another directive emit an event for the rest");
    }
    return make_sensor(member, owner, parts);
}

Made make_watchdog(const model::Trigger& trigger,
                   const SensorOwner& owner,
                   const SensorParts& parts) {
    std::vector<triggers::WatchdogMember> members;
    const auto* halves = trigger.arguments.if_contains("watchdog");
    for (const std::string_view half : {"arm", "expect"}) {
        const auto* list = halves != nullptr && halves->is_object()
                               ? halves->get_object().if_contains(half)
                               : nullptr;
        for (const auto& item :
             list != nullptr && list->is_array() ? list->get_array() : json::array()) {
            auto made = make_member(item, owner, parts);
            if (!made) {
                return made;
            }
            members.push_back({std::move(*made), half == "expect"});
        }
    }
    model::Trigger inner = trigger;
    inner.arguments =
        halves != nullptr && halves->is_object() ? halves->get_object() : json::object();
    return triggers::make_watchdog_sensor(inner, std::move(members));
}

struct SensorRow {
    std::string_view kind;
    Made (*make)(const model::Trigger&, const SensorOwner&, const SensorParts&);
};

Made make_occasion(const model::Trigger& trigger, const SensorOwner&, const SensorParts&) {
    return triggers::make_occasion_sensor(trigger);
}

constexpr std::array kRows{
    SensorRow{
        "state",
        [](const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts) {
            auto render = render_for(trigger, owner, parts);
            return render
                       ? triggers::make_state_sensor(trigger, reader_of(parts), std::move(*render))
                       : Made(fail(std::move(render).error()));
        }},
    SensorRow{
        "numeric_state",
        [](const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts) {
            auto render = render_for(trigger, owner, parts);
            return render ? triggers::make_numeric_sensor(
                                trigger, reader_of(parts), std::move(*render))
                          : Made(fail(std::move(render).error()));
        }},
    SensorRow{"template", make_truth},
    SensorRow{"condition", make_truth},
    SensorRow{"while", make_while},
    SensorRow{"watchdog", make_watchdog},
    SensorRow{"after",
              [](const model::Trigger& trigger, const SensorOwner&, const SensorParts&) {
                  return triggers::make_after_sensor(trigger);
              }},
    SensorRow{"file", make_file_sensor},
    SensorRow{"poll", make_poll_sensor},
    SensorRow{"engine_start", make_occasion},
    SensorRow{"host_boot", make_occasion},
    SensorRow{"clock_changed", make_occasion},
    SensorRow{"timezone_changed", make_occasion},
};

}  // namespace

Result<std::unique_ptr<Sensor>> make_sensor(const model::Trigger& trigger,
                                            const SensorOwner& owner,
                                            const SensorParts& parts) {
    for (const auto& row : kRows) {
        if (row.kind == trigger.kind) {
            return row.make(trigger, owner, parts);
        }
    }
    return fail(ErrorCode::invalid_input, fmt::format("unknown trigger {}", trigger.kind));
}

}  // namespace aifp::engine
