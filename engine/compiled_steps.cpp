#include "engine/compiled_steps.hpp"

#include <fmt/format.h>

#include <array>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

struct FlowKind {
    std::string_view name;
    StepKind kind;
};
constexpr std::array kFlowKinds{FlowKind{"condition", StepKind::condition},
                                FlowKind{"sequence", StepKind::sequence},
                                FlowKind{"parallel", StepKind::parallel},
                                FlowKind{"choose", StepKind::choose},
                                FlowKind{"if", StepKind::branch},
                                FlowKind{"repeat", StepKind::repeat},
                                FlowKind{"delay", StepKind::delay},
                                FlowKind{"wait_until", StepKind::wait_until},
                                FlowKind{"wait_for", StepKind::wait_for},
                                FlowKind{"stop", StepKind::stop},
                                FlowKind{"variables", StepKind::variables},
                                FlowKind{"call", StepKind::call},
                                FlowKind{"approval", StepKind::approval}};

StepKind kind_of(std::string_view name) {
    for (const auto& row : kFlowKinds) {
        if (row.name == name) {
            return row.kind;
        }
    }
    return StepKind::leaf;
}

bool flag(const model::Action& action, std::string_view key, bool otherwise) {
    const auto* value = actions::argument(action, key);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

/// Where a list of steps stands.
struct Place {
    std::string before;  ///< "action ", "action 2."
    const actions::Services& services;
    std::vector<CompiledStep>& steps;
};

class StepCompiler {
public:
    StepCompiler(const model::Action& action, const actions::Services& services)
        : action_(action), services_(services) {}

    Status compile(PlanStep& plan, CompiledStep& step) {
        plan.kind = kind_of(action_.kind);
        plan.as = action_.as;
        plan.enabled = action_.enabled;
        plan.continues = action_.continue_on_error;
        plan.continue_on = action_.continue_on;
        plan.timeout = action_.timeout;
        if (!action_.retry.empty()) {
            plan.retry = scheduler::retry_policy_from(action_.retry);
        }
        return compile_kind(plan, step);
    }

private:
    Status compile_kind(PlanStep& plan, CompiledStep& step) {
        switch (plan.kind) {
            case StepKind::leaf:
                plan.timeout = actions::timeout_of(action_);
                return take_action(action_, step);
            case StepKind::condition:
            case StepKind::branch:
                return take_conditions(actions::main_argument(action_), step);
            case StepKind::wait_until:
                plan.continue_on_timeout = flag(action_, "continue_on_timeout", true);
                return take_conditions(actions::main_argument(action_), step);
            case StepKind::choose:
                return take_options(step);
            case StepKind::repeat:
                return take_loop(plan, step);
            case StepKind::delay:
            case StepKind::variables:
                return take_value(actions::main_argument(action_), step);
            case StepKind::wait_for:
                plan.continue_on_timeout = flag(action_, "continue_on_timeout", true);
                return take_triggers(step);
            case StepKind::stop:
                plan.fails = flag(action_, "error", false);
                return take_stop(step);
            case StepKind::call:
                plan.waits = flag(action_, "wait", true);
                step.target = actions::to_text(actions::main_argument(action_));
                return take_value(argument_or_null("with"), step);
            case StepKind::approval:
                return take_approval(step);
            case StepKind::sequence:
            case StepKind::parallel:
                break;
        }
        return {};
    }

    [[nodiscard]] const json::value& argument_or_null(std::string_view key) const {
        static const json::value kNone;
        const auto* value = actions::argument(action_, key);
        return value != nullptr ? *value : kNone;
    }

    Status take_action(const model::Action& action, CompiledStep& step) {
        auto made = actions::make_action(action, services_);
        if (!made) {
            return fail(std::move(made).error());
        }
        step.action = std::move(*made);
        return {};
    }

    Status take_conditions(const json::value& list, CompiledStep& step) {
        auto made = compile_conditions(conditions_in(list), services_.sandbox);
        if (!made) {
            return fail(std::move(made).error());
        }
        step.conditions.push_back(std::move(*made));
        return {};
    }

    Status take_value(const json::value& value, CompiledStep& step) {
        auto made = actions::compile_argument(value, services_);
        if (!made) {
            return fail(std::move(made).error());
        }
        step.value = std::move(*made);
        return {};
    }

    Status take_options(CompiledStep& step) {
        const auto& options = actions::main_argument(action_);
        for (const auto& option : options.is_array() ? options.get_array() : json::array()) {
            const auto* asked =
                option.is_object() ? option.get_object().if_contains("if") : nullptr;
            auto taken = take_conditions(asked != nullptr ? *asked : json::value(), step);
            if (!taken) {
                return taken;
            }
        }
        return {};
    }

    Status take_loop(PlanStep& plan, CompiledStep& step) {
        for (const auto& [key, loop] :
             {std::pair{"while", Loop::while_true}, std::pair{"until", Loop::until}}) {
            if (const auto* asked = actions::argument(action_, key)) {
                plan.loop = loop;
                return take_conditions(*asked, step);
            }
        }
        const auto* items = actions::argument(action_, "for_each");
        plan.loop = items != nullptr ? Loop::for_each : Loop::count;
        return take_value(items != nullptr ? *items : argument_or_null("count"), step);
    }

    Status take_event(const json::object& event, CompiledStep& step) {
        WantedEvent wanted{actions::to_text(event.begin()->value()), std::nullopt};
        if (const auto* filter = event.if_contains("filter")) {
            auto compiled = services_.sandbox.compile(actions::to_text(*filter));
            if (!compiled) {
                return fail(compiled.error().with_context("filter"));
            }
            wanted.filter = std::move(*compiled);
        }
        step.events.push_back(std::move(wanted));
        return {};
    }

    Status take_triggers(CompiledStep& step) {
        const auto& list = actions::main_argument(action_);
        std::size_t index = 0;
        for (const auto& item : list.is_array() ? list.get_array() : json::array()) {
            if (!item.is_object() || item.get_object().empty()) {
                return fail(ErrorCode::invalid_input, "wait_for takes triggers");
            }
            model::Trigger trigger;
            trigger.arguments = item.get_object();
            trigger.kind = std::string(trigger.arguments.begin()->key());
            const auto* id = trigger.arguments.if_contains("id");
            trigger.id = id != nullptr ? actions::to_text(*id) : std::to_string(index);
            ++index;
            if (trigger.kind == "event") {
                auto taken = take_event(trigger.arguments, step);
                if (!taken) {
                    return taken;
                }
            } else {
                step.triggers.push_back(std::move(trigger));
            }
        }
        return {};
    }

    Status take_stop(CompiledStep& step) {
        json::object value;
        value["text"] = actions::main_argument(action_);
        if (const auto* result = actions::argument(action_, "result")) {
            value["result"] = *result;
        }
        return take_value(value, step);
    }

    Status take_approval(CompiledStep& step) {
        const auto& question = actions::main_argument(action_);
        if (const auto* channel = actions::argument(action_, "channel")) {
            model::Action notify;
            notify.kind = "notify";
            notify.arguments["notify"] = question;
            notify.arguments["channel"] = *channel;
            notify.arguments["to"] =
                argument_or_null("to").is_null() ? json::value("") : argument_or_null("to");
            auto taken = take_action(notify, step);
            if (!taken) {
                return taken;
            }
        }
        return take_value(question, step);
    }

    const model::Action& action_;
    const actions::Services& services_;
};

// "action 2.1" as docs/why.md writes it: "actions.2.1".
std::string path_of(std::string_view number) {
    std::string path(number);
    if (const auto blank = path.find(' '); blank != std::string::npos) {
        path.replace(blank, 1, path.starts_with("action ") ? "s." : ".");
    }
    return path;
}

Result<std::vector<PlanStep>> compile_list(const std::vector<model::Action>& list,
                                           const Place& place) {
    std::vector<PlanStep> plans;
    for (std::size_t i = 0; i < list.size(); ++i) {
        PlanStep plan;
        const auto number = fmt::format("{}{}", place.before, i + 1);
        plan.place = fmt::format("{} ({})", number, list[i].kind);
        plan.path = path_of(number);
        plan.name = list[i].kind;
        plan.id = static_cast<std::uint32_t>(place.steps.size());
        CompiledStep step;
        auto done = StepCompiler(list[i], place.services).compile(plan, step);
        if (!done) {
            return fail(done.error().with_context(number));
        }
        place.steps.push_back(std::move(step));
        for (const auto& inner : model::nested_actions(list[i])) {
            const auto before = plan.lists.empty()
                                    ? number + "."
                                    : fmt::format("{}.{}.", number, plan.lists.size() + 1);
            auto compiled = compile_list(inner, Place{before, place.services, place.steps});
            if (!compiled) {
                return compiled;
            }
            plan.lists.push_back(std::move(*compiled));
        }
        plans.push_back(std::move(plan));
    }
    return plans;
}

}  // namespace

std::vector<model::Condition> conditions_in(const json::value& list) {
    std::vector<model::Condition> conditions;
    for (const auto& item : list.is_array() ? list.get_array() : json::array()) {
        if (item.is_object() && !item.get_object().empty()) {
            conditions.push_back(
                {std::string(item.get_object().begin()->key()), item.get_object()});
        }
    }
    return conditions;
}

std::vector<std::string_view> flow_kinds() {
    std::vector<std::string_view> kinds;
    for (const auto& row : kFlowKinds) {
        kinds.push_back(row.name);
    }
    return kinds;
}

Result<std::vector<PlanStep>> compile_steps(const std::vector<model::Action>& actions,
                                            std::string_view list,
                                            const actions::Services& services,
                                            std::vector<CompiledStep>& steps) {
    return compile_list(actions, Place{fmt::format("{} ", list), services, steps});
}

}  // namespace aifp::engine
