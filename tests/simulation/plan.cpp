#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tests/simulation/rows.hpp"

namespace aifp::simulation {

std::string directive_name(int number) {
    return fmt::format("d{}", number);
}

Character draw_character(Draw& draw, int number) {
    constexpr std::array kModes{model::RunMode::single,
                                model::RunMode::restart,
                                model::RunMode::queued,
                                model::RunMode::parallel};
    return {number, draw.pick(kModes), draw.between(2, 4)};
}

namespace {

std::string write_frames(Draw& draw, Plan& plan) {
    std::string text;
    for (const auto rows : {frame_rows(), limit_rows()}) {
        for (const auto& row : rows) {
            if (draw.one_in(row.one_in)) {
                text += row.write(draw, plan);
            }
        }
    }
    return text;
}

std::string write_triggers(Draw& draw, Plan& plan) {
    std::string text = "triggers:\n";
    for (int left = draw.between(1, 3); left > 0; --left) {
        auto trigger = draw.pick_weighted(trigger_rows()).draw(draw, plan);
        const bool is_twice =
            std::any_of(plan.triggers.begin(), plan.triggers.end(), [&](const auto& known) {
                return known.kind == trigger.kind;
            });
        if (is_twice) {
            continue;  // two of a kind could not be told apart
        }
        text += fmt::format("  - {}\n", trigger.yaml);
        plan.triggers.push_back(std::move(trigger));
    }
    return text;
}

std::string write_actions(Draw& draw, Plan& plan, int& counter) {
    StepDesk desk{draw, plan, counter};
    StepPlace place;
    std::string text = step_rows().front().write(desk, place);  // a call: no run leaves no trace
    for (int left = draw.between(0, 3); left > 0; --left) {
        text += ", " + draw_step(desk, place);
    }
    return fmt::format("actions: [{}]\n", text);
}

}  // namespace

Plan draw_plan(Draw& draw, const Character& character, int& counter) {
    Plan plan;
    plan.number = character.number;
    plan.name = directive_name(character.number);
    plan.mode = character.mode;
    plan.max = character.max;
    plan.zone = draw.one_in(3) ? "Europe/Berlin" : "UTC";
    plan.yaml = fmt::format(
        "name: {}\ntimezone: {}\nmode: {}\n", plan.name, plan.zone, model::name_of(plan.mode));
    if (plan.mode == model::RunMode::queued || plan.mode == model::RunMode::parallel) {
        plan.yaml += fmt::format("max: {}\n", plan.max);
    }
    plan.yaml += write_frames(draw, plan);
    plan.yaml += write_triggers(draw, plan);
    plan.yaml += write_actions(draw, plan, counter);
    return plan;
}

}  // namespace aifp::simulation
