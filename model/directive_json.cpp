#include <string_view>

#include "base/quantity.hpp"
#include "model/directive.hpp"
#include "model/json_members.hpp"

namespace aifp::model {
namespace {

namespace json = boost::json;
using namespace members;

const Directive& defaults() {
    static const Directive kDefaults;
    return kDefaults;
}

template <class Enum>
void put_name(json::object& object, json::string_view key, Enum value, Enum usual) {
    if (value != usual) {
        object.emplace(key, json_text(name_of(value)));
    }
}

void put_tags(json::object& object, const std::vector<std::string>& tags) {
    if (!tags.empty()) {
        json::array list;
        for (const std::string& tag : tags) {
            list.emplace_back(json_text(tag));
        }
        object.emplace("tags", std::move(list));
    }
}

void put_dst(json::object& object, const DstRule& rule) {
    json::object dst;
    if (rule.gap == DstRule::Gap::skip) {
        dst.emplace("gap", "skip");
    }
    if (rule.overlap != DstRule::Overlap::first) {
        dst.emplace("overlap", rule.overlap == DstRule::Overlap::second ? "second" : "both");
    }
    if (!dst.empty()) {
        object.emplace("dst", std::move(dst));
    }
}

json::object item_to_json(const Trigger& trigger, std::size_t index) {
    json::object item = trigger.arguments;
    if (trigger.id != std::to_string(index)) {
        put_text(item, "id", trigger.id);
    }
    return item;
}

json::object item_to_json(const Condition& condition, std::size_t /*index*/) {
    return condition.arguments;
}

json::object item_to_json(const Action& action, std::size_t /*index*/) {
    return to_json(action);
}

template <class Item>
void put_items(json::object& object, json::string_view key, const std::vector<Item>& items) {
    if (items.empty()) {
        return;
    }
    json::array list;
    for (std::size_t i = 0; i < items.size(); ++i) {
        list.emplace_back(item_to_json(items[i], i));
    }
    object.emplace(key, std::move(list));
}

void put_rate(json::object& object, const std::optional<Rate>& rate) {
    if (rate && rate->burst == 0) {
        put_text(object, "rate", format_rate(*rate));
    } else if (rate) {
        object.emplace(
            "rate",
            json::object{{"limit", format_rate(*rate)}, {"burst", std::int64_t{rate->burst}}});
    }
}

std::optional<Rate> rate_at(const json::object& object) {
    if (const auto rate = parse_rate(text_at(object, "rate"))) {
        return *rate;
    }
    const auto form = object_at(object, "rate");
    auto rate = parse_rate(text_at(form, "limit"));
    if (!rate) {
        return std::nullopt;
    }
    rate->burst = number_at<std::uint32_t>(form, "burst", 0);
    return *rate;
}

DstRule dst_at(const json::object& object) {
    DstRule rule;
    const auto* value = object.if_contains("dst");
    if (value == nullptr || !value->is_object()) {
        return rule;
    }
    const json::object& dst = value->get_object();
    if (text_at(dst, "gap") == "skip") {
        rule.gap = DstRule::Gap::skip;
    }
    const std::string overlap = text_at(dst, "overlap");
    if (overlap == "second") {
        rule.overlap = DstRule::Overlap::second;
    } else if (overlap == "both") {
        rule.overlap = DstRule::Overlap::both;
    }
    return rule;
}

std::string kind_of(const json::object& item) {
    return item.empty() ? std::string() : std::string(item.begin()->key());
}

// Erases a modifier without disturbing the order of the arguments.
void drop(json::object& object, json::string_view key) {
    if (const auto member = object.find(key); member != object.end()) {
        object.stable_erase(member);
    }
}

void read_item(const json::object& item, std::size_t index, Trigger& trigger) {
    trigger.kind = kind_of(item);
    trigger.arguments = item;
    trigger.id = text_at(item, "id");
    if (trigger.id.empty()) {
        trigger.id = std::to_string(index);
    }
    drop(trigger.arguments, "id");
}

void read_item(const json::object& item, std::size_t /*index*/, Condition& condition) {
    condition.kind = kind_of(item);
    condition.arguments = item;
}

void read_item(const json::object& item, std::size_t /*index*/, Action& action) {
    action.kind = kind_of(item);
    action.arguments = item;
    action.enabled = flag_at(item, "enabled", true);
    action.as = text_at(item, "as");
    action.timeout = duration_at(item, "timeout");
    if (const auto* on = item.if_contains("continue_on_error")) {
        action.continue_on = texts_in(*on);
        action.continue_on_error = on->is_array() || (on->is_bool() && on->get_bool());
    }
    if (const auto* retry = item.if_contains("retry"); retry != nullptr && retry->is_object()) {
        action.retry = retry->get_object();
    }
    for (const json::string_view modifier :
         {"enabled", "as", "timeout", "continue_on_error", "retry"}) {
        drop(action.arguments, modifier);
    }
}

template <class Item>
std::vector<Item> items_in(const json::value& list) {
    std::vector<Item> items;
    if (!list.is_array()) {
        return items;
    }
    for (const json::value& entry : list.get_array()) {
        if (const auto* item = entry.if_object()) {
            const std::size_t index = items.size();
            read_item(*item, index, items.emplace_back());
        }
    }
    return items;
}

template <class Item>
std::vector<Item> items_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr ? items_in<Item>(*value) : std::vector<Item>();
}

std::vector<std::string> tags_at(const json::object& object) {
    const auto* value = object.if_contains("tags");
    return value != nullptr ? texts_in(*value) : std::vector<std::string>();
}

}  // namespace

json::object to_json(const Directive& directive) {
    const Directive& usual = defaults();
    json::object object;
    object.emplace("name", json_text(directive.name));
    put_text(object, "description", directive.description);
    put_text(object, "domain", directive.domain);
    put_tags(object, directive.tags);
    put_unless(object, "priority", directive.priority, usual.priority);
    put_text(object, "timezone", directive.timezone);
    put_unless(object, "enabled", directive.enabled, usual.enabled);
    put_name(object, "mode", directive.mode, usual.mode);
    put_unless(object, "max", directive.max, usual.max);
    put_name(object, "misfire", directive.misfire, usual.misfire);
    put_duration(object, "grace", directive.grace);
    put_dst(object, directive.dst);
    put_duration(object, "timeout", directive.timeout);
    put_rate(object, directive.rate);
    put_flow(object, directive.flow);
    if (!directive.variables.empty()) {
        object.emplace("variables", directive.variables);
    }
    put_items(object, "triggers", directive.triggers);
    put_items(object, "conditions", directive.conditions);
    put_items(object, "actions", directive.actions);
    put_items(object, "on_error", directive.on_error);
    put_items(object, "finally", directive.finally);
    if (directive.on_edit == OnEdit::stop) {
        object.emplace("on_edit", "stop");
    }
    if (auto notices = to_json(directive.notices); !notices.empty()) {
        object.emplace("notices", std::move(notices));
    }
    return object;
}

json::object to_json(const Action& action) {
    json::object item = action.arguments;
    put_unless(item, "enabled", action.enabled, true);
    put_text(item, "as", action.as);
    put_duration(item, "timeout", action.timeout);
    if (action.continue_on.empty()) {
        put_unless(item, "continue_on_error", action.continue_on_error, false);
    } else {
        json::array classes;
        for (const std::string& name : action.continue_on) {
            classes.emplace_back(json_text(name));
        }
        item.emplace("continue_on_error", std::move(classes));
    }
    if (!action.retry.empty()) {
        item.emplace("retry", action.retry);
    }
    return item;
}

std::vector<Action> read_actions(const json::value& list) {
    return items_in<Action>(list);
}

Directive directive_from_json(const json::object& object) {
    const Directive& usual = defaults();
    Directive directive;
    directive.name = text_at(object, "name");
    directive.description = text_at(object, "description");
    directive.domain = text_at(object, "domain");
    directive.tags = tags_at(object);
    directive.priority = number_at(object, "priority", usual.priority);
    directive.timezone = text_at(object, "timezone");
    directive.enabled = flag_at(object, "enabled", usual.enabled);
    directive.mode = run_mode_from(text_at(object, "mode")).value_or(usual.mode);
    directive.max = number_at(object, "max", usual.max);
    directive.misfire = misfire_from(text_at(object, "misfire")).value_or(usual.misfire);
    directive.grace = duration_at(object, "grace");
    directive.dst = dst_at(object);
    directive.timeout = duration_at(object, "timeout");
    directive.rate = rate_at(object);
    directive.flow = flow_from_json(object);
    directive.variables = object_at(object, "variables");
    directive.triggers = items_at<Trigger>(object, "triggers");
    directive.conditions = items_at<Condition>(object, "conditions");
    directive.actions = items_at<Action>(object, "actions");
    directive.on_error = items_at<Action>(object, "on_error");
    directive.finally = items_at<Action>(object, "finally");
    directive.on_edit = text_at(object, "on_edit") == "stop" ? OnEdit::stop : OnEdit::finish;
    directive.notices = notice_rules_from_json(object_at(object, "notices"));
    return directive;
}

}  // namespace aifp::model
