#include <fmt/format.h>

#include <array>

#include "tests/simulation/rows.hpp"

// The triggers that the generator knows. A new kind of trigger is one row here.
namespace aifp::simulation {

namespace {

TriggerPlan plain(std::string kind,
                  std::string yaml,
                  std::string source = {},
                  Milliseconds time = Milliseconds(0)) {
    return {std::move(kind), std::move(yaml), std::move(source), time, std::nullopt};
}

TriggerPlan scheduled(const std::string& key, boost::json::value argument, std::string more = {}) {
    TriggerPlan plan;
    plan.kind = "schedule";
    model::Trigger trigger;
    trigger.kind = key;
    trigger.arguments[key] = argument;
    if (!more.empty()) {
        trigger.arguments["anchor"] = more;
        more = ", anchor: " + more;
    }
    const auto text = argument.is_array() ? boost::json::serialize(argument)
                                          : fmt::format("\"{}\"", argument.get_string().c_str());
    plan.yaml = fmt::format("{{{}: {}{}}}", key, text, more);
    plan.schedule = std::move(trigger);
    return plan;
}

TriggerPlan every(Draw& draw, const Plan&) {
    constexpr std::array kPeriods{"5m", "7m", "30m", "1h"};
    constexpr std::array kAnchors{"epoch", "midnight", "start"};
    return scheduled("every", draw.pick(kPeriods), draw.pick(kAnchors));
}

TriggerPlan cron(Draw& draw, const Plan&) {
    constexpr std::array kTexts{"*/5 * * * *",
                                "7 * * * *",
                                "30 2 * * *",
                                "0,30 1-3 * * *",
                                "*/15 2,3 * * *",
                                "0 */2 * * *"};
    return scheduled("cron", draw.pick(kTexts));
}

TriggerPlan at(Draw& draw, const Plan&) {
    boost::json::array times;
    for (int left = draw.between(1, 3), hour = draw.between(0, 2); left > 0; --left, ++hour) {
        times.emplace_back(fmt::format("{:02}:{:02}", hour, draw.between(0, 59)));
    }
    return scheduled("at", std::move(times));
}

TriggerPlan webhook(Draw& draw, const Plan& plan) {
    const auto* more = draw.one_in(4) ? ", respond: wait, respond_timeout: 20s" : "";
    return plain("webhook", fmt::format("{{webhook: {}, auth: none{}}}", plan.name, more));
}

TriggerPlan manual(Draw&, const Plan&) {
    return plain("manual", "manual");
}

std::string lower(Draw& draw, const Plan& plan) {
    return directive_name(draw.between(1, std::max(1, plan.number - 1)));
}

TriggerPlan event(Draw& draw, const Plan& plan) {
    const auto source = lower(draw, plan);  // d1 listens to itself: such a chain ends by its length
    return plain("event", fmt::format("{{event: {}}}", source), source);
}

std::string outside(Draw& draw) {
    return fmt::format("out{}", draw.between(1, kOutsideStates));
}
std::string level(Draw& draw) {
    return fmt::format("level{}", draw.between(1, kLevels));
}

TriggerPlan state(Draw& draw, const Plan&) {
    const auto name = outside(draw);
    return plain("state", fmt::format("{{state: {}}}", name), name);
}

TriggerPlan state_for(Draw& draw, const Plan&) {
    const auto name = outside(draw);
    const auto time = draw.between(1, 300);
    return plain("state_for",
                 fmt::format("{{state: {}, not_to: idle, for: {}s}}", name, time),
                 name,
                 Seconds(time));
}

TriggerPlan numeric(Draw& draw, const Plan&) {
    const auto name = level(draw);
    const auto* more = draw.one_in(2) ? ", reset_below: 30" : ", for: 45s";
    return plain("numeric", fmt::format("{{numeric_state: {}, above: 50{}}}", name, more), name);
}

TriggerPlan truth(Draw& draw, const Plan&) {
    const auto name = level(draw);
    const auto* kind = draw.one_in(2) ? "template" : "condition";
    const auto* more = draw.one_in(2) ? "" : ", for: 30s";
    return plain(
        "truth", fmt::format("{{{}: \"default(state.{}, 0) > 50\"{}}}", kind, name, more), name);
}

TriggerPlan repeatedly(Draw& draw, const Plan&) {
    const auto name = level(draw);
    const int minutes = draw.between(1, 5);
    return plain(
        "while",
        fmt::format("{{while: [\"default(state.{}, 0) > 50\"], every: {}m}}", name, minutes),
        name,
        std::chrono::minutes(minutes));
}

TriggerPlan watchdog(Draw& draw, const Plan&) {
    const auto name = outside(draw);
    const int within = draw.between(5, 400);
    return plain("watchdog",
                 fmt::format("{{watchdog: {{arm: [{{state: {0}, not_to: idle}}], expect: [{{state: "
                             "{0}, to: idle}}], within: {1}s}}}}",
                             name,
                             within),
                 name,
                 Seconds(within));
}

TriggerPlan after(Draw& draw, const Plan& plan) {
    if (plan.number == 1) {
        return manual(draw, plan);
    }
    const auto source = lower(draw, plan);
    return plain(
        "after",
        fmt::format(
            "{{after: [{}], match: any, on: {}}}", source, draw.one_in(2) ? "any" : "success"),
        source);
}

TriggerPlan occasion(Draw& draw, const Plan&) {
    constexpr std::array kKinds{"engine_start", "clock_changed", "host_boot"};
    return plain("occasion", draw.pick(kKinds));
}

constexpr std::array kRows{
    TriggerRow{9, webhook},
    TriggerRow{1, manual},
    TriggerRow{4, every},
    TriggerRow{4, cron},
    TriggerRow{2, at},
    TriggerRow{6, event},
    TriggerRow{3, state},
    TriggerRow{3, state_for},
    TriggerRow{1, numeric},
    TriggerRow{1, truth},
    TriggerRow{2, repeatedly},
    TriggerRow{2, watchdog},
    TriggerRow{3, after},
    TriggerRow{1, occasion},
};

}  // namespace

std::span<const TriggerRow> trigger_rows() noexcept {
    return kRows;
}

}  // namespace aifp::simulation
