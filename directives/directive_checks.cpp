#include "directives/directive_checks.hpp"

#include <algorithm>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "document/report.hpp"
#include "schedule/schedule.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::quoted;

namespace {

model::Trigger make_trigger(const Item& item, std::size_t index) {
    model::Trigger trigger{std::string(item.kind->name), text_at(item.modifiers, "id"), {}};
    if (trigger.id.empty()) {
        trigger.id = std::to_string(index);
    }
    trigger.arguments = item.arguments;
    if (!flag_at(item.modifiers, "enabled", true)) {
        trigger.arguments.emplace("enabled", false);
    }
    if (const auto* variables = item.modifiers.if_contains("variables")) {
        trigger.arguments.emplace("variables", *variables);
    }
    return trigger;
}

bool is_local_time(std::string_view text) noexcept {
    const bool is_date = text.find('-') == 4;
    const std::size_t clock = is_date ? 11 : 0;
    return !is_date ||
           (!text.ends_with('Z') && text.find_first_of("+-", clock) == std::string::npos);
}

bool reads_wall_clock(const Item& item) {
    if (item.kind->name == "cron" || item.kind->name == "time") {
        return true;
    }
    if (item.kind->name == "every") {
        return text_at(item.arguments, "anchor") == "midnight";
    }
    if (item.kind->name != "at") {
        return false;
    }
    const json::array& times = item.arguments.begin()->value().get_array();
    return std::any_of(times.begin(), times.end(), [](const json::value& time) {
        return is_local_time(time.get_string());
    });
}

// The system's zone holds until this is answered.
bool ask_for_zone(Reading& reading, model::Directive& directive) {
    Question question;
    question.id = "timezone";
    question.text = "In which time zone are the times of " + directive.name + "?";
    question.rule = "an IANA name, such as Europe/Berlin";
    question.fallback = reading.context.system_timezone;
    question.priority = QuestionPriority::high;
    const auto answer = reading.interview.ask(std::move(question));
    if (!answer) {
        return false;
    }
    const Key key{.name = "timezone", .type = ValueType::zone};
    const auto zone = read_zone(reading, key, *make_text(*answer, {}));
    directive.timezone = zone ? std::string(zone->get_string()) : std::string();
    return true;
}

void warn_of_zone(Reading& reading, const ItemLists& lists, model::Directive& directive) {
    if (!directive.timezone.empty() || reading.context.project_has_timezone) {
        return;
    }
    for (const auto* list : {&lists.triggers, &lists.conditions}) {
        const auto item = std::find_if(list->begin(), list->end(), reads_wall_clock);
        if (item != list->end()) {
            if (ask_for_zone(reading, directive)) {
                return;
            }
            reading.report.warning(item->mark,
                                   "in which time zone? Neither the directive nor the project "
                                   "names one, so it is the system's",
                                   "write timezone: Europe/Berlin beside name:, or in engine.yaml");
            return;
        }
    }
}

void check_every_rules(Reading& reading, const ItemLists& lists) {
    for (const Item& item : lists.triggers) {
        if (item.kind->name != "every") {
            continue;
        }
        const auto period = parse_duration(text_at(item.arguments, "every"));
        const std::string anchor = text_at(item.arguments, "anchor");
        if (!period) {
            continue;
        }
        if (const auto status = schedule::check_every(*period, anchor.empty() ? "start" : anchor);
            !status) {
            reading.report.error(item.mark, status.error().detail(), {});
        }
    }
}

using IdCheck = std::vector<std::string_view>;

void check_ids(Reading& reading,
               const Item& item,
               const json::object& condition,
               const IdCheck& ids);

void check_nested_ids(Reading& reading,
                      const Item& item,
                      const json::value& list,
                      const IdCheck& ids) {
    if (const json::array* nested = list.if_array()) {
        for (const json::value& entry : *nested) {
            if (const json::object* condition = entry.if_object()) {
                check_ids(reading, item, *condition, ids);
            }
        }
    }
}

void check_ids(Reading& reading,
               const Item& item,
               const json::object& condition,
               const IdCheck& ids) {
    if (condition.empty()) {
        return;
    }
    const auto main = *condition.begin();
    if (main.key() != "trigger") {
        check_nested_ids(reading, item, main.value(), ids);
        return;
    }
    for (const json::value& value : main.value().get_array()) {
        const std::string_view id = value.get_string();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
            const auto nearest = nearest_name(id, ids);
            reading.report.error(item.mark,
                                 "no trigger has the id " + quoted(id),
                                 nearest ? "did you mean " + quoted(*nearest) + "?"
                                         : "write id: beside the trigger that is meant");
        }
    }
}

void check_trigger_ids(Reading& reading,
                       const ItemLists& lists,
                       const model::Directive& directive) {
    IdCheck ids;
    for (const model::Trigger& trigger : directive.triggers) {
        ids.push_back(trigger.id);
    }
    for (const Item& item : lists.conditions) {
        check_ids(reading, item, item.arguments, ids);
    }
}

// Which of the settings' entries is meant; the written one stands until this is answered.
std::optional<std::string> ask_which(Reading& reading,
                                     const std::string& id,
                                     std::string_view key,
                                     const std::set<std::string>& known) {
    Question question;
    question.id = id + "." + std::string(key);
    question.text = "Which " + std::string(key) + " of the settings is meant?";
    question.kind = QuestionKind::choice;
    question.options.assign(known.begin(), known.end());
    question.fallback = known.contains("default") ? "default" : "";
    question.rule = "one of the names in .aifp-project/engine.yaml";
    question.priority = QuestionPriority::high;
    question.group = QuestionGroup::action;
    return reading.interview.ask(std::move(question));
}

/// An action as it was read and as the directive has it.
struct CheckedAction {
    const Item& item;
    model::Action& action;
    std::string id;  ///< Of its questions: "actions.1".
};

void check_known(Reading& reading,
                 const CheckedAction& checked,
                 const std::optional<std::set<std::string>>& known,
                 std::string_view key) {
    const Item& item = checked.item;
    const std::string written = text_at(item.arguments, key);
    const std::string name = written.empty() ? "default" : written;
    if (!known || known->contains(name)) {
        return;
    }
    if (!known->empty()) {
        if (const auto answer = ask_which(reading, checked.id, key, *known)) {
            checked.action.arguments[key] = *answer;
            return;
        }
    }
    const std::vector<std::string_view> names(known->begin(), known->end());
    const auto nearest = nearest_name(name, names);
    reading.report.warning(
        item.mark,
        "the settings have no " + std::string(key) + " " + quoted(name),
        nearest ? "did you mean " + quoted(*nearest) + "?"
                : "write it below " + std::string(key) + "s: in .aifp-project/engine.yaml");
}

void check_request(Reading& reading, const CheckedAction& checked) {
    const std::string request = text_at(checked.item.arguments, "http_request");
    const std::size_t path = request.find(" /");
    if (path != std::string::npos && path == request.find(' ')) {
        check_known(reading, checked, reading.context.apis, "api");
    } else if (checked.item.arguments.contains("api")) {
        reading.report.warning(checked.item.mark,
                               "api: is not used, because the address is complete",
                               "leave api out, or write the path alone");
    }
}

}  // namespace

model::Action action_of(const Item& item) {
    model::Action action;
    action.kind = item.kind->name;
    action.as = text_at(item.modifiers, "as");
    action.enabled = flag_at(item.modifiers, "enabled", true);
    if (const auto* continues = item.modifiers.if_contains("continue_on_error")) {
        action.continue_on_error = continues->is_array() || *continues == true;
        for (const json::value& name :
             continues->is_array() ? continues->get_array() : json::array()) {
            action.continue_on.emplace_back(name.get_string());
        }
    }
    if (const auto* retry = item.modifiers.if_contains("retry")) {
        action.retry = retry->as_object();
    }
    if (const auto timeout = parse_duration(text_at(item.modifiers, "timeout"))) {
        action.timeout = *timeout;
    }
    action.arguments = item.arguments;
    return action;
}

void check_actions(Reading& reading,
                   const std::vector<Item>& items,
                   std::string_view list,
                   std::vector<model::Action>& actions) {
    std::vector<std::string> outputs;
    for (std::size_t at = 0; at < items.size() && at < actions.size(); ++at) {
        const Item& item = items[at];
        const std::string output = text_at(item.modifiers, "as");
        if (!output.empty() && std::find(outputs.begin(), outputs.end(), output) != outputs.end()) {
            reading.report.error(
                item.mark, "two actions write steps." + output, "give each its own name after as:");
        }
        outputs.push_back(output);
        const CheckedAction checked{
            item, actions[at], std::string(list) + "." + std::to_string(at + 1)};
        if (item.kind->name == "notify") {
            check_known(reading, checked, reading.context.channels, "channel");
        }
        if (item.kind->name == "http_request") {
            check_request(reading, checked);
        }
    }
}

void fill_items(model::Directive& directive, const ItemLists& lists) {
    for (const Item& item : lists.triggers) {
        directive.triggers.push_back(make_trigger(item, directive.triggers.size()));
    }
    for (const Item& item : lists.conditions) {
        directive.conditions.push_back({std::string(item.kind->name), item.arguments});
    }
    for (const Item& item : lists.actions) {
        directive.actions.push_back(action_of(item));
    }
    for (const Item& item : lists.on_error) {
        directive.on_error.push_back(action_of(item));
    }
    for (const Item& item : lists.finally) {
        directive.finally.push_back(action_of(item));
    }
}

void check_directive(Reading& reading, const ItemLists& lists, model::Directive& directive) {
    move_up(reading, lists, directive);
    warn_of_zone(reading, lists, directive);
    check_every_rules(reading, lists);
    check_sun(reading, lists);
    check_trigger_ids(reading, lists, directive);
    check_actions(reading, lists.actions, "actions", directive.actions);
    check_actions(reading, lists.on_error, "on_error", directive.on_error);
    check_actions(reading, lists.finally, "finally", directive.finally);
}

}  // namespace aifp::directives
