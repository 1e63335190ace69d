#include "engine/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "engine/explain.hpp"
#include "engine/state_conditions.hpp"
#include "engine/sun_condition.hpp"

namespace aifp::engine {
namespace {

using Node = std::unique_ptr<ConditionNode>;
using Made = Result<Node>;

const boost::json::value& main_argument(const model::Condition& condition) {
    static const boost::json::value kNone;
    const auto* value = condition.arguments.if_contains(condition.kind);
    return value != nullptr ? *value : kNone;
}

std::string text_of(const boost::json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

class ExpressionNode final : public ConditionNode {
public:
    explicit ExpressionNode(expression::CompiledExpression expression)
        : expression_(std::move(expression)) {}
    Result<bool> holds(const ConditionContext& context) const override {
        return context.sandbox.holds(expression_, context.scope);
    }
    std::string text() const override { return expression_.text(); }
    std::string explain(const ConditionContext& context) const override {
        return explain_names(expression_.text(), context.scope);
    }

private:
    expression::CompiledExpression expression_;
};

// 0 is Sunday, as in cron. (Zeller's rule by way of a days count: 1970-01-01 was a Thursday.)
int weekday_of(const CivilTime& civil) {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(civil.year)),
                                           std::chrono::month(static_cast<unsigned>(civil.month)),
                                           std::chrono::day(static_cast<unsigned>(civil.day)));
    return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(date)).c_encoding());
}

class TimeNode final : public ConditionNode {
public:
    static constexpr int kDay = 24 * 60 * 60;
    int after = 0;
    int before = kDay;
    std::array<bool, 7> weekdays{true, true, true, true, true, true, true};
    std::string written;

    Result<bool> holds(const ConditionContext& context) const override {
        const auto local = context.scope.zone().to_local(context.scope.now()).civil;
        const int second = (local.hour * 60 + local.minute) * 60 + local.second;
        int day = weekday_of(local);
        bool inside = after <= second && second < before;
        if (after > before) {
            inside = second >= after || second < before;
            // Past midnight the window still belongs to the day it began on.
            if (second < before) {
                day = (day + 6) % 7;
            }
        }
        return inside && weekdays.at(static_cast<std::size_t>(day));
    }
    std::string text() const override { return written; }
    std::string explain(const ConditionContext& context) const override {
        constexpr std::array kNames{
            "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
        const auto local = context.scope.zone().to_local(context.scope.now()).civil;
        return fmt::format("it is {} {:02}:{:02}",
                           kNames.at(static_cast<std::size_t>(weekday_of(local))),
                           local.hour,
                           local.minute);
    }
};

class TriggerNode final : public ConditionNode {
public:
    explicit TriggerNode(std::vector<std::string> ids) : ids_(std::move(ids)) {}
    Result<bool> holds(const ConditionContext& context) const override {
        return std::find(ids_.begin(), ids_.end(), context.trigger_id) != ids_.end();
    }
    std::string text() const override { return fmt::format("trigger: {}", join(ids_, ", ")); }
    std::string explain(const ConditionContext& context) const override {
        return fmt::format("the trigger is {}", context.trigger_id);
    }

private:
    std::vector<std::string> ids_;
};

/// In a list of which all have to hold.
class OffNode final : public ConditionNode {
public:
    Result<bool> holds(const ConditionContext&) const override { return true; }
    std::string text() const override { return "switched off (enabled: false)"; }
};

class GroupNode final : public ConditionNode {
public:
    enum class Rule { any, all, none };
    GroupNode(Rule rule, std::vector<Node> members) : rule_(rule), members_(std::move(members)) {}

    Result<bool> holds(const ConditionContext& context) const override {
        // `all` stops at the first that fails, the other two at the first that holds.
        const bool stop_at = rule_ != Rule::all;
        for (const auto& member : members_) {
            auto verdict = member->holds(context);
            if (!verdict) {
                return verdict;
            }
            if (*verdict == stop_at) {
                return rule_ == Rule::any;
            }
        }
        return rule_ != Rule::any;
    }
    std::string text() const override {
        constexpr std::array kNames{"any", "all", "not"};
        std::vector<std::string> texts;
        for (const auto& member : members_) {
            texts.push_back(member->text());
        }
        return fmt::format(
            "{} of ({})", kNames.at(static_cast<std::size_t>(rule_)), join(texts, "; "));
    }
    std::string explain(const ConditionContext& context) const override {
        std::vector<std::string> told;
        add_facts(context, told);
        return join(told, ", ");
    }

private:
    // Those of groups within this one too: each fact once.
    void add_facts(const ConditionContext& context, std::vector<std::string>& told) const {
        for (const auto& member : members_) {
            if (const auto* group = dynamic_cast<const GroupNode*>(member.get())) {
                group->add_facts(context, told);
                continue;
            }
            auto one = member->explain(context);
            if (!one.empty() && std::find(told.begin(), told.end(), one) == told.end()) {
                told.push_back(std::move(one));
            }
        }
    }

    Rule rule_;
    std::vector<Node> members_;
};

Made compile_one(const model::Condition& condition, expression::Sandbox& sandbox);

Made make_expression(const model::Condition& condition, expression::Sandbox& sandbox) {
    auto compiled = sandbox.compile(text_of(main_argument(condition)));
    if (!compiled) {
        return fail(std::move(compiled).error());
    }
    return std::make_unique<ExpressionNode>(std::move(*compiled));
}

Made make_time(const model::Condition& condition, expression::Sandbox&) {
    constexpr std::array<std::string_view, 7> kDays{
        "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    auto node = std::make_unique<TimeNode>();
    const auto& window = main_argument(condition).as_object();
    std::vector<std::string> said;
    if (const auto* after = window.if_contains("after")) {
        node->after = parse_time_of_day(text_of(*after)).value_or(0);
        said.push_back("after " + text_of(*after));
    }
    if (const auto* before = window.if_contains("before")) {
        node->before = parse_time_of_day(text_of(*before)).value_or(TimeNode::kDay);
        said.push_back("before " + text_of(*before));
    }
    if (const auto* days = window.if_contains("weekdays"); days != nullptr && days->is_array()) {
        node->weekdays.fill(false);
        for (const auto& day : days->get_array()) {
            const auto found = std::find(kDays.begin(), kDays.end(), text_of(day));
            if (found != kDays.end()) {
                node->weekdays.at(static_cast<std::size_t>(found - kDays.begin())) = true;
            }
            said.push_back(text_of(day));
        }
    }
    node->written = "time " + join(said, ", ");
    return node;
}

Made make_trigger(const model::Condition& condition, expression::Sandbox&) {
    std::vector<std::string> ids;
    if (const auto& list = main_argument(condition); list.is_array()) {
        for (const auto& id : list.get_array()) {
            ids.push_back(text_of(id));
        }
    }
    return std::make_unique<TriggerNode>(std::move(ids));
}

model::Condition condition_from(const boost::json::value& value) {
    model::Condition condition;
    if (value.is_object() && !value.get_object().empty()) {
        condition.kind = std::string(value.get_object().begin()->key());
        condition.arguments = value.get_object();
    }
    return condition;
}

bool is_off(const model::Condition& condition) {
    const auto* enabled = condition.arguments.if_contains("enabled");
    return enabled != nullptr && *enabled == false;
}

// Home Assistant's rule: what is switched off can neither spoil `all` nor satisfy `any`.
// (reference/semantics.md 3.5)
Made make_group(const model::Condition& condition, expression::Sandbox& sandbox) {
    const auto& list = main_argument(condition);
    std::vector<Node> members;
    for (const auto& item : list.is_array() ? list.get_array() : boost::json::array()) {
        if (is_off(condition_from(item))) {
            continue;
        }
        auto member = compile_one(condition_from(item), sandbox);
        if (!member) {
            return member;
        }
        members.push_back(std::move(*member));
    }
    const auto rule = condition.kind == "any"   ? GroupNode::Rule::any
                      : condition.kind == "all" ? GroupNode::Rule::all
                                                : GroupNode::Rule::none;
    return std::make_unique<GroupNode>(rule, std::move(members));
}

struct ConditionRow {
    std::string_view kind;
    Made (*make)(const model::Condition&, expression::Sandbox&);
};
constexpr std::array kRows{
    ConditionRow{"expression", make_expression},
    ConditionRow{"time", make_time},
    ConditionRow{"trigger", make_trigger},
    ConditionRow{"sun", make_sun_condition},
    ConditionRow{"any", make_group},
    ConditionRow{"all", make_group},
    ConditionRow{"not", make_group},
    ConditionRow{"state", make_state_condition},
    ConditionRow{"numeric_state", make_numeric_condition},
    ConditionRow{"last", make_last_condition},
    ConditionRow{"cooldown", make_cooldown_condition},
};

Made compile_one(const model::Condition& condition, expression::Sandbox& sandbox) {
    for (const auto& row : kRows) {
        if (row.kind == condition.kind) {
            return row.make(condition, sandbox);
        }
    }
    return fail(ErrorCode::invalid_input, fmt::format("unknown condition {}", condition.kind));
}

}  // namespace

std::vector<std::string_view> condition_kinds() {
    std::vector<std::string_view> kinds;
    for (const auto& row : kRows) {
        kinds.push_back(row.kind);
    }
    return kinds;
}

Result<std::vector<Node>> compile_conditions(const std::vector<model::Condition>& conditions,
                                             expression::Sandbox& sandbox) {
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        if (is_off(conditions[i])) {
            nodes.push_back(std::make_unique<OffNode>());  // the others keep their numbers
            continue;
        }
        auto node = compile_one(conditions[i], sandbox);
        if (!node) {
            return fail(node.error().with_context(fmt::format("condition {}", i + 1)));
        }
        nodes.push_back(std::move(*node));
    }
    return nodes;
}

std::string describe_verdict(std::size_t index,
                             const ConditionNode& condition,
                             const Result<bool>& verdict,
                             const ConditionContext& context) {
    constexpr std::size_t kMaxBytes = 800;
    std::string text;
    if (!verdict) {
        text = fmt::format(
            "condition {}: {}: {}", index + 1, condition.text(), verdict.error().detail());
    } else {
        const auto read = condition.explain(context);
        text = fmt::format("condition {} is {}: {}{}",
                           index + 1,
                           *verdict,
                           condition.text(),
                           read.empty() ? "" : fmt::format(" ({})", read));
    }
    return std::string(truncate_utf8(text, kMaxBytes));
}

ConditionVerdict check_conditions(const std::vector<Node>& conditions,
                                  const ConditionContext& context) {
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        auto verdict = conditions[i]->holds(context);
        if (!verdict || !*verdict) {
            return ConditionVerdict{
                verdict ? model::Reason::condition_false : model::Reason::condition_error,
                describe_verdict(i, *conditions[i], verdict, context)};
        }
    }
    return {};
}

}  // namespace aifp::engine
