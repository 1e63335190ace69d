#include "base/quantity.hpp"
#include "base/text.hpp"
#include "directives/item.hpp"
#include "directives/reading.hpp"
#include "directives/words.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"
#include "expression/syntax.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

constexpr Milliseconds kLongest = std::chrono::hours(24 * 366);

// A timeout of nothing would end everything at once: surely something else was meant.
NodePtr ask_for_timeout(Reading& reading, const Node& node) {
    Question question;
    question.id = "actions." + std::to_string(reading.position) + ".timeout";
    question.text = "A timeout of 0 would end it at once. How long may it take?";
    question.rule = "a duration, such as 30s or 5m";
    question.fallback = "30s";
    question.group = QuestionGroup::action;
    question.about = node.text;
    const Interview::Place place{node.mark,
                                 "a timeout of 0 would end it at once",
                                 "write a duration, such as 30s, or leave it out"};
    const auto answer = reading.interview.ask(reading.report, place, std::move(question));
    return answer ? make_text(*answer, node.mark) : nullptr;
}

bool is_no_time(const Node& node) {
    if (!node.is_scalar()) {
        return false;
    }
    const auto duration = parse_duration(node.text);
    return duration && duration->count() == 0;
}

Value read_duration_text(Reading& reading, const Key& key, const Node& node) {
    if (key.name == "timeout" && key.type == ValueType::positive_duration && is_no_time(node)) {
        const NodePtr answered = ask_for_timeout(reading, node);
        return answered && !is_no_time(*answered) ? read_duration_text(reading, key, *answered)
                                                  : Value();
    }
    Milliseconds least{0};
    if (key.type == ValueType::positive_duration) {
        least = Milliseconds(1);
    } else if (key.type == ValueType::interval) {
        least = Milliseconds(1'000);
    }
    const auto duration =
        document::read_duration(reading.report, node, key.name, {least, kLongest});
    return duration ? Value(format_duration(*duration)) : Value();
}

Value read_size_text(Reading& reading, const Key& key, const Node& node) {
    constexpr std::uint64_t kMebi = 1 << 20;
    constexpr std::uint64_t kMost = 64 * kMebi;
    const auto size = document::read_size(reading.report, node, key.name, {1, kMost});
    if (!size) {
        return std::nullopt;
    }
    if (*size % kMebi == 0) {
        return json::value(std::to_string(*size / kMebi) + " MiB");
    }
    return json::value(*size % 1024 == 0 ? std::to_string(*size / 1024) + " KiB"
                                         : std::to_string(*size));
}

Value read_choice_text(Reading& reading, const Key& key, const Node& node) {
    const auto choices = words_of(key.choices);
    const auto index = document::read_choice(reading.report, node, key.name, choices);
    return index ? Value(json::string(choices[*index])) : Value();
}

Value read_identifier(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    if (text && (text->size() > 64 || !is_identifier(*text))) {
        reading.report.error(node.mark,
                             quoted(*text) + " is not a name that expressions can use",
                             "write letters, digits and _, beginning with a letter");
        return std::nullopt;
    }
    return text ? Value(json::string(*text)) : Value();
}

Value read_directive_name(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    if (text && (text->empty() || text->size() > 64 ||
                 text->find_first_not_of(kAllowed) != std::string::npos)) {
        reading.report.error(node.mark,
                             quoted(*text) + " cannot be the name of a directive",
                             "write the name: of the directive that is meant");
        return std::nullopt;
    }
    return text ? Value(json::string(*text)) : Value();
}

Value read_event_name(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-";
    if (text->empty() || text->size() > 128 ||
        text->find_first_not_of(kAllowed) != std::string::npos) {
        reading.report.error(node.mark,
                             quoted(*text) + " cannot be the name of an event",
                             "write letters, digits and _ . : / -, at most 128 of them");
        return std::nullopt;
    }
    return json::value(json::string(*text));
}

Value read_nothing(Reading& reading, const Key& key, const Node& node) {
    const bool empty = node.type == Node::Type::null ||
                       (node.is_scalar() && (node.text.empty() || node.text == "true"));
    if (!empty) {
        reading.report.error(node.mark,
                             std::string(key.name) + " takes no value",
                             "write " + std::string(key.name) + ": null");
        return std::nullopt;
    }
    return json::value(nullptr);
}

Value read_shell(Reading& reading, const Key& key, const Node& node) {
    const auto text = document::read_text(reading.report, node, key.name);
    if (!text) {
        return std::nullopt;
    }
    if (expression::has_placeholder(*text)) {
        reading.report.error(
            place_inside(reading.report.source(), node, text->find("{{")),
            "a template in a shell text could run anything",
            R"(hand the value over: env: {LEVEL: "{{ … }}"}, and write "$LEVEL" in the shell)");
        return std::nullopt;
    }
    if (trim(*text).empty()) {
        reading.report.error(node.mark, "shell is empty", "write the line to run");
        return std::nullopt;
    }
    return json::value(json::string(*text));
}

Value read_text_list(Reading& reading, const Key& key, const Node& node) {
    const auto texts = document::read_texts(reading.report, node, key.name);
    if (!texts) {
        return std::nullopt;
    }
    json::array list;
    for (const std::string& text : *texts) {
        list.emplace_back(json::string(text));
    }
    return json::value(std::move(list));
}

Value read_item_list(Reading& reading, Group group, const Key& key, const Node& node) {
    json::array list;
    const std::size_t errors = reading.report.error_count();
    for (const Item& item : read_items(reading, group, node)) {
        list.emplace_back(item.arguments);
    }
    if (reading.report.error_count() > errors) {
        return std::nullopt;
    }
    if (list.empty()) {
        reading.report.error(node.mark,
                             std::string(key.name) + " holds no " + std::string(name_of(group)),
                             "write a list of " + std::string(name_of(group)) + "s");
        return std::nullopt;
    }
    return json::value(std::move(list));
}

template <class Read>
Value wrap(Read&& result) {
    using Text = std::decay_t<decltype(*result)>;
    if constexpr (std::is_same_v<Text, std::string>) {
        return result ? Value(json::string(*result)) : Value();
    } else {
        return result ? Value(json::value(*result)) : Value();
    }
}

Value read_plain(Reading& reading, const Key& key, const Node& node) {
    switch (key.type) {
        case ValueType::nothing:
            return read_nothing(reading, key, node);
        case ValueType::text:
            return wrap(read_item_text(reading, key, node));
        case ValueType::shell_text:
            return read_shell(reading, key, node);
        case ValueType::identifier:
            return read_identifier(reading, key, node);
        case ValueType::boolean:
            return wrap(document::read_boolean(reading.report, node, key.name));
        case ValueType::integer:
            return wrap(
                document::read_integer(reading.report, node, key.name, {key.low, key.high}));
        case ValueType::duration:
        case ValueType::positive_duration:
        case ValueType::interval:
            return read_duration_text(reading, key, node);
        case ValueType::size:
            return read_size_text(reading, key, node);
        case ValueType::choice:
            return read_choice_text(reading, key, node);
        case ValueType::directive_name:
            return read_directive_name(reading, key, node);
        case ValueType::event_name:
            return read_event_name(reading, key, node);
        case ValueType::expression:
            return wrap(read_expression(reading, node));
        case ValueType::text_list:
        case ValueType::trigger_ids:
            return read_text_list(reading, key, node);
        case ValueType::conditions:
            return read_item_list(reading, Group::condition, key, node);
        case ValueType::state_name:
            return read_state_name(reading, key, node);
        case ValueType::state_values:
            return read_state_values(reading, key, node);
        case ValueType::bound:
            return read_bound(reading, key, node);
        case ValueType::watchdog:
            return read_watchdog(reading, node);
        case ValueType::state_window:
        case ValueType::number_window:
            return read_state_window(reading, key, node);
        case ValueType::last_result:
            return read_words(reading, key, node, "success failure timeout");
        case ValueType::file_events:
            return read_words(reading, key, node, "create modify delete move");
        case ValueType::poll_source:
            return read_poll_source(reading, node);
        case ValueType::notice_events:
            return read_notice_events(reading, key, node);
        case ValueType::notices:
            return read_notices(reading, key, node);
        default:
            return read_tree(reading, key, node);
    }
}

// What holds other actions, and the rules of runs.
Value read_rule(Reading& reading, const Key& key, const Node& node) {
    switch (key.type) {
        case ValueType::variables:
            return read_variables(reading, key, node);
        case ValueType::actions:
        case ValueType::triggers:
        case ValueType::options:
        case ValueType::wait_time:
        case ValueType::count:
        case ValueType::items:
        case ValueType::number:
        case ValueType::retry:
        case ValueType::stop_after:
        case ValueType::error_classes:
        case ValueType::error_switch:
            return read_flow(reading, key, node);
        case ValueType::instant:
        case ValueType::run_rate:
        case ValueType::jitter:
        case ValueType::calendars:
        case ValueType::misfire:
            return read_limit(reading, key, node);
        default:
            return read_plain(reading, key, node);
    }
}

}  // namespace

Value read_value(Reading& reading, const Key& key, const Node& node) {
    switch (key.type) {
        case ValueType::instants:
            return read_instants(reading, node);
        case ValueType::time_of_day:
            return read_clock(reading, key, node);
        case ValueType::weekdays:
            return read_weekdays(reading, node);
        case ValueType::time_window:
            return read_time_window(reading, node);
        case ValueType::offset:
            return read_offset(reading, key, node);
        case ValueType::degrees:
            return read_degrees(reading, key, node);
        case ValueType::sun_window:
            return read_sun(reading, node);
        case ValueType::cron:
            return read_cron(reading, node);
        case ValueType::zone:
            return read_zone(reading, key, node);
        case ValueType::webhook_path:
            return read_webhook_path(reading, node);
        case ValueType::methods:
            return read_methods(reading, node);
        case ValueType::auth:
            return read_auth(reading, node);
        case ValueType::rate:
            return read_rate(reading, node);
        case ValueType::request:
            return read_request(reading, node);
        case ValueType::statuses:
            return read_statuses(reading, node);
        case ValueType::command_line:
            return read_command_line(reading, node);
        case ValueType::project_path:
            return read_project_path(reading, node);
        case ValueType::text_map:
            return read_text_map(reading, key, node);
        case ValueType::state_map:
            return read_state_map(reading, key, node);
        default:
            return read_rule(reading, key, node);
    }
}

}  // namespace aifp::directives
