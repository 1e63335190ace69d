#include "engine/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "engine/compiled_steps.hpp"

namespace aifp::engine {

namespace json = boost::json;

std::string tell_conditions(const std::vector<std::unique_ptr<ConditionNode>>& conditions,
                            const ConditionContext& context,
                            const Redact& redact,
                            json::array& told) {
    std::string obstacle;
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        const auto verdict = conditions[i]->holds(context);
        const auto detail = redact(describe_verdict(i, *conditions[i], verdict, context));
        json::object one;
        one["text"] = conditions[i]->text();
        one["holds"] = verdict ? json::value(*verdict) : json::value();
        one["detail"] = detail;
        told.push_back(std::move(one));
        if (obstacle.empty() && (!verdict || !*verdict)) {
            obstacle = detail;
        }
    }
    return obstacle;
}

json::array Rehearsal::rehearse(const std::vector<model::Action>& list,
                                std::string_view name,
                                json::value error) {
    told_ = {};
    stopped_ = false;
    vars_ = parts_.scope.vars();
    repeat_ = nullptr;
    error_ = std::move(error);
    go(list, fmt::format("{}.", name), true);
    return std::move(told_);
}

void Rehearsal::go(const std::vector<model::Action>& list,
                   const std::string& before,
                   bool reached) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& action = list[i];
        const auto number = fmt::format("{}{}", before, i + 1);
        const bool runs = reached && action.enabled && !stopped_;
        Step step;
        step["step"] = number;
        step["kind"] = action.kind;
        if (!action.as.empty()) {
            step["as"] = action.as;
        }
        if (!action.enabled) {
            step["enabled"] = false;
        }
        if (!runs) {
            step["would_run"] = false;
        }
        bool goes_on = true;
        const auto around = repeat_;
        auto inside = show(action, step, goes_on);
        told_.push_back(std::move(step));
        for (std::size_t n = 0; n < inside.size(); ++n) {
            inside[n] = inside[n] && runs;
        }
        const auto before_it = vars_;
        go_inside(model::nested_actions(action), number, inside);
        if (action.kind == "parallel") {
            vars_ = before_it;  // each branch has a copy
        }
        repeat_ = around;
        reached = reached && (goes_on || !runs);
        stopped_ = stopped_ || (runs && action.kind == "stop");
    }
}

// Numbered as in a trace: "actions.2.1" of the first list, "actions.2.2.1" of the second.
void Rehearsal::go_inside(const Lists& lists,
                          const std::string& number,
                          const std::vector<bool>& reached) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const auto vars = vars_;
        go(lists[i],
           i == 0 ? number + "." : fmt::format("{}.{}.", number, i + 1),
           i < reached.size() && reached[i]);
        if (i >= reached.size() || !reached[i]) {
            vars_ = vars;  // it would not run: what it sets does not hold after it
        }
    }
}

std::vector<bool> Rehearsal::show(const model::Action& action, Step& step, bool& goes_on) {
    const auto flow = flow_kinds();
    if (std::find(flow.begin(), flow.end(), action.kind) == flow.end()) {
        show_leaf(action, step);
        return {};
    }
    const auto& main = actions::main_argument(action);
    if (action.kind == "condition") {
        goes_on = ask(main, step);
    } else if (action.kind == "if") {
        const bool holds = ask(main, step);
        step["way"] = holds ? "then" : "else";
        return {holds, !holds};
    } else if (action.kind == "choose") {
        return show_choose(action, step);
    } else if (action.kind == "repeat") {
        return show_repeat(action, step);
    } else if (action.kind == "variables") {
        show_variables(action, step);
    } else if (action.kind == "wait_until") {
        static_cast<void>(ask(main, step));
    } else if (action.kind == "wait_for") {
        step["written"] = main;
    } else if (action.kind == "parallel" || action.kind == "sequence") {
        return std::vector<bool>(model::nested_actions(action).size(), true);
    } else {
        parts_.scope.set_approval(action.kind == "approval" ? &hidden_approval() : nullptr);
        show_rendered(action.arguments, step);
        parts_.scope.set_approval(nullptr);
    }
    return {};
}

void Rehearsal::show_leaf(const model::Action& action, Step& step) {
    const auto strand = names();
    parts_.scope.set_strand(&strand);
    const actions::RunContext context{parts_.run, parts_.directive, &parts_.scope, {}, nullptr};
    const auto made = actions::make_action(action, parts_.services);
    const auto arguments =
        made ? (*made)->preview(context) : Result<json::value>(fail(made.error()));
    parts_.scope.set_strand(nullptr);
    if (arguments) {
        step["arguments"] = shown_arguments(*arguments, parts_.redact);
    } else {
        step["error"] = parts_.redact(arguments.error().detail());
        step["written"] = action.arguments;
    }
}

Result<json::value> Rehearsal::render(const json::value& written) {
    auto compiled = actions::compile_argument(written, parts_.services);
    if (!compiled) {
        return fail(std::move(compiled).error());
    }
    const auto strand = names();
    parts_.scope.set_strand(&strand);
    auto rendered = parts_.services.sandbox.render_value(*compiled, parts_.scope);
    parts_.scope.set_strand(nullptr);
    return rendered;
}

void Rehearsal::show_rendered(const json::value& written, Step& step) {
    const auto rendered = render(written);
    if (rendered) {
        step["arguments"] = shown_arguments(*rendered, parts_.redact);
    } else {
        step["error"] = parts_.redact(rendered.error().detail());
        step["written"] = written;
    }
}

// One that cannot be decided counts as false, as in a run.
bool Rehearsal::ask(const json::value& conditions, Step& step) {
    const auto compiled = compile_conditions(conditions_in(conditions), parts_.services.sandbox);
    if (!compiled) {
        step["error"] = parts_.redact(compiled.error().detail());
        return false;
    }
    const auto strand = names();
    parts_.scope.set_strand(&strand);
    json::array told;
    const bool holds = tell_conditions(*compiled, parts_.context, parts_.redact, told).empty();
    parts_.scope.set_strand(nullptr);
    step["conditions"] = std::move(told);
    return holds;
}

std::vector<bool> Rehearsal::show_choose(const model::Action& action, Step& step) {
    std::vector<bool> reached;
    json::array all;
    bool chosen = false;
    const auto& options = actions::main_argument(action);
    for (const auto& option : options.is_array() ? options.get_array() : json::array()) {
        const auto* asked = option.is_object() ? option.get_object().if_contains("if") : nullptr;
        Step one;
        const bool holds = ask(asked != nullptr ? *asked : json::value(), one) && !chosen;
        reached.push_back(holds);
        chosen = chosen || holds;
        if (holds) {
            step["way"] = fmt::format("option {}", reached.size());
        }
        all.push_back(std::move(one));
    }
    step["options"] = std::move(all);
    reached.push_back(!chosen);
    if (!chosen) {
        step["way"] = "default";
    }
    return reached;
}

std::vector<bool> Rehearsal::show_repeat(const model::Action& action, Step& step) {
    json::object turn{{"index", 1}, {"first", true}};
    bool reached = true;
    if (const auto* asked = actions::argument(action, "while")) {
        reached = ask(*asked, step);
    } else if (const auto* until = actions::argument(action, "until")) {
        static_cast<void>(ask(*until, step));
    } else {
        const auto* list = actions::argument(action, "for_each");
        const auto* count = actions::argument(action, "count");
        const json::value none;
        show_rendered(list != nullptr ? *list : count != nullptr ? *count : none, step);
        const auto given = render(list != nullptr ? *list : count != nullptr ? *count : none);
        if (given && given->is_array()) {
            const auto& items = given->get_array();
            step["turns"] = items.size();
            turn["item"] = items.empty() ? json::value() : items.front();
            turn["last"] = items.size() == 1;
            reached = !items.empty();
        } else if (given && given->is_int64()) {
            step["turns"] = *given;
            turn["last"] = given->get_int64() == 1;
            reached = given->get_int64() > 0;
        }
    }
    repeat_ = std::move(turn);
    return {reached};
}

void Rehearsal::show_variables(const model::Action& action, Step& step) {
    const auto& written = actions::main_argument(action);
    show_rendered(written, step);
    const auto rendered = render(written);
    if (rendered && rendered->is_object()) {
        for (const auto& [name, value] : rendered->get_object()) {
            vars_.get_object()[name] = value;
        }
    }
}

}  // namespace aifp::engine
