#include "engine/state_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "engine/state_store.hpp"
#include "scheduler/flow_limits.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

constexpr std::string_view kUnknown = "unknown";

std::string text_at(const json::object& map, std::string_view key) {
    const auto* value = map.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::vector<std::string> texts_at(const json::object& map, std::string_view key) {
    std::vector<std::string> texts;
    const auto* list = map.if_contains(key);
    if (list != nullptr && list->is_array()) {
        for (const auto& item : list->get_array()) {
            texts.push_back(model::state_text(item));
        }
    }
    return texts;
}

json::object map_of(const model::Condition& condition) {
    const auto* map = condition.arguments.if_contains(condition.kind);
    return map != nullptr && map->is_object() ? map->get_object() : json::object();
}

/// `{name: presence, is: home}` as it is written.
std::string written(const model::Condition& condition) {
    return fmt::format("{}: {}", condition.kind, json_text(map_of(condition)));
}

Result<const StateStore*> states_of(const ConditionContext& context) {
    if (context.states == nullptr) {
        return fail(ErrorCode::internal, "states cannot be asked here");
    }
    return context.states;
}

class StateNode final : public ConditionNode {
public:
    explicit StateNode(const model::Condition& condition)
        : map_(map_of(condition)),
          name_(text_at(map_, "name")),
          attribute_(text_at(map_, "attribute")),
          is_(texts_at(map_, "is")),
          is_not_(texts_at(map_, "is_not")),
          written_(written(condition)) {
        if (const auto duration = parse_duration(text_at(map_, "for"))) {
            for_ = *duration;
        }
    }

    Result<bool> holds(const ConditionContext& context) const override {
        const auto states = states_of(context);
        if (!states) {
            return fail(states.error());
        }
        const auto view = (*states)->find(name_);
        const auto* value = model::watched_value(view, attribute_);
        const auto text = value != nullptr ? model::state_text(*value) : std::string(kUnknown);
        const auto has = [&](const auto& list) {
            return std::find(list.begin(), list.end(), text) != list.end();
        };
        if ((!is_.empty() && !has(is_)) || has(is_not_)) {
            return false;
        }
        const auto changed = (*states)->last_changed(name_);
        return !for_ || (changed && context.scope.now() - *changed >= *for_);
    }
    std::string text() const override { return written_; }

private:
    json::object map_;
    std::string name_;
    std::string attribute_;
    std::vector<std::string> is_;
    std::vector<std::string> is_not_;
    std::optional<Milliseconds> for_;
    std::string written_;
};

class NumericNode final : public ConditionNode {
public:
    explicit NumericNode(const model::Condition& condition)
        : map_(map_of(condition)), written_(written(condition)) {}

    Result<bool> holds(const ConditionContext& context) const override {
        const auto states = states_of(context);
        if (!states) {
            return fail(states.error());
        }
        auto number = number_of(**states, text_at(map_, "name"), text_at(map_, "attribute"));
        if (!number) {
            return fail(std::move(number).error());
        }
        for (const std::string_view key : {"above", "below"}) {
            const auto* bound = map_.if_contains(key);
            if (bound == nullptr) {
                continue;
            }
            auto limit = bound->is_number() ? Result<double>(bound->to_number<double>())
                                            : number_of(**states, text_at(map_, key), {});
            if (!limit) {
                return fail(std::move(limit).error());
            }
            if (key == "above" ? *number <= *limit : *number >= *limit) {
                return false;
            }
        }
        return true;
    }
    std::string text() const override { return written_; }

private:
    static Result<double> number_of(const StateStore& states,
                                    const std::string& name,
                                    const std::string& attribute) {
        const auto view = states.find(name);
        const auto* value = model::watched_value(view, attribute);
        const auto number = value != nullptr ? model::state_number(*value) : std::nullopt;
        if (!number) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is {}, which is no number",
                                    name,
                                    value != nullptr ? json_text(*value) : "not known"));
        }
        return *number;
    }

    json::object map_;
    std::string written_;
};

class LastNode final : public ConditionNode {
public:
    explicit LastNode(const model::Condition& condition)
        : results_(texts_at(condition.arguments, "last")) {}
    Result<bool> holds(const ConditionContext& context) const override {
        return context.last != nullptr &&
               std::find(results_.begin(), results_.end(), name_of(context.last->status)) !=
                   results_.end();
    }
    std::string text() const override { return fmt::format("last: {}", join(results_, ", ")); }
    std::string explain(const ConditionContext& context) const override {
        return context.last == nullptr
                   ? "it has not run yet"
                   : fmt::format("the last run: {}", name_of(context.last->status));
    }

private:
    std::vector<std::string> results_;
};

/// As the directive's own `cooldown`, but over all values of its key, and one condition among
/// others.
class CooldownNode final : public ConditionNode {
public:
    explicit CooldownNode(Milliseconds length) { limits_.cooldown = length; }
    Result<bool> holds(const ConditionContext& context) const override {
        return !find_block(context).has_value();
    }
    std::string text() const override {
        return fmt::format("cooldown: {}", format_duration(limits_.cooldown));
    }
    std::string explain(const ConditionContext& context) const override {
        const auto block = find_block(context);
        return block ? fmt::format("the last run ended at {}; again from {} on",
                                   format_utc_ms(context.last->ended_at),
                                   format_utc_ms(block->until))
                     : std::string();
    }

private:
    [[nodiscard]] std::optional<scheduler::FlowBlock> find_block(
        const ConditionContext& context) const {
        if (context.last == nullptr) {
            return std::nullopt;
        }
        scheduler::FlowMark mark;
        mark.last_end = context.last->ended_at;
        return scheduler::find_block(limits_, mark, context.scope.now());
    }

    scheduler::FlowLimits limits_;
};

}  // namespace

MadeCondition make_state_condition(const model::Condition& condition, expression::Sandbox&) {
    return std::make_unique<StateNode>(condition);
}
MadeCondition make_numeric_condition(const model::Condition& condition, expression::Sandbox&) {
    return std::make_unique<NumericNode>(condition);
}
MadeCondition make_last_condition(const model::Condition& condition, expression::Sandbox&) {
    return std::make_unique<LastNode>(condition);
}
MadeCondition make_cooldown_condition(const model::Condition& condition, expression::Sandbox&) {
    const auto* written = condition.arguments.if_contains("cooldown");
    const bool is_text = written != nullptr && written->is_string();
    const auto length = parse_duration(is_text ? std::string_view(written->get_string()) : "");
    if (!length) {
        return fail(length.error().with_context("cooldown"));
    }
    return std::make_unique<CooldownNode>(*length);
}

}  // namespace aifp::engine
