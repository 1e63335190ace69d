#include "directives/directive_reader.hpp"

#include <boost/json/parse.hpp>

#include "base/latin_letters.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "directives/directive_checks.hpp"
#include "directives/item.hpp"
#include "directives/limits_reader.hpp"
#include "document/reader.hpp"
#include "expression/syntax.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::DurationRange;
using document::Mark;
using document::Node;
using document::quoted;

namespace {

constexpr DurationRange kSomeDuration{Milliseconds(1), std::chrono::hours(24 * 366)};

/// The members of the directive by canonical key, after unknown and double ones were told of.
class Members {
public:
    Members(Reading& reading, const Node& node) : reading_(reading) {
        for (const Node::Member& member : node.members) {
            sort_in(member);
        }
    }

    [[nodiscard]] const Node* find(std::string_view key) const noexcept {
        for (const auto& [name, value] : found_) {
            if (name == key) {
                return value;
            }
        }
        return nullptr;
    }

private:
    void sort_in(const Node::Member& member) {
        const Key* key = find_key(directive_keys(), member.key);
        if (key == nullptr) {
            tell_unknown(member);
        } else if (!key->built) {
            reading_.report.error(member.key_mark,
                                  "the key " + quoted(member.key) + " is known, but not built yet",
                                  "leave it out for now");
        } else if (find(key->name) != nullptr) {
            reading_.report.error(member.key_mark,
                                  "two keys of this directive mean " + std::string(key->name),
                                  "put everything into one of them");
        } else {
            found_.emplace_back(key->name, member.value.get());
        }
    }

    void tell_unknown(const Node::Member& member) {
        if (find_kind(Group::trigger, member.key) != nullptr) {
            reading_.report.error(
                member.key_mark, quoted(member.key) + " is a trigger", "write it below trigger:");
        } else if (find_kind(Group::action, member.key) != nullptr) {
            reading_.report.error(
                member.key_mark, quoted(member.key) + " is an action", "write it below action:");
        } else {
            document::report_unknown(
                reading_.report, member.key_mark, "key", member.key, key_words(directive_keys()));
        }
    }

    Reading& reading_;
    std::vector<std::pair<std::string_view, const Node*>> found_;
};

std::string slug_of(std::string_view text) {
    std::string slug;
    for (const char c : to_lower_ascii(with_plain_letters(trim(text)))) {
        const bool allowed =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        if (allowed) {
            slug += c;
        } else if (!slug.empty() && slug.back() != '_') {
            slug += '_';
        }
    }
    return slug.substr(0, 64);
}

std::string read_name(Reading& reading, const Node& directive, const Node* node) {
    if (node == nullptr) {
        reading.report.error(directive.mark,
                             "the directive has no name",
                             "write name: porch_light, or whatever it is to be called");
        return {};
    }
    const auto text = document::read_text(reading.report, *node, "name");
    if (!text) {
        return {};
    }
    std::string slug = slug_of(*text);
    if (text->empty() || *text != slug) {
        while (slug.ends_with('_')) {
            slug.pop_back();
        }
        reading.report.error(node->mark,
                             quoted(*text) + " cannot be the name of a directive",
                             slug.empty() ? "write a-z, 0-9, _, . and -, at most 64 of them"
                                          : "write name: " + slug + " (only a-z, 0-9, _, . and -)");
        return {};
    }
    return *text;
}

template <class Number>
void take_integer(Reading& reading, const Members& members, std::string_view name, Number& to) {
    if (const Node* node = members.find(name)) {
        const Key& key = *find_key(directive_keys(), name);
        if (const auto value =
                document::read_integer(reading.report, *node, name, {key.low, key.high})) {
            to = static_cast<Number>(*value);
        }
    }
}

void take_text(Reading& reading, const Members& members, std::string_view name, std::string& to) {
    if (const Node* node = members.find(name)) {
        to = document::read_text(reading.report, *node, name).value_or(std::string());
    }
}

std::string take_choice(Reading& reading, const Members& members, std::string_view name) {
    const Node* node = members.find(name);
    const auto value =
        node == nullptr ? Value() : read_value(reading, *find_key(directive_keys(), name), *node);
    return value ? std::string(value->get_string()) : std::string();
}

void take_dst(Reading& reading, const Node* node, model::DstRule& rule) {
    if (node == nullptr) {
        return;
    }
    document::Fields fields(reading.report, *node, "dst");
    for (const Key& key : dst_keys()) {
        const Node* value = fields.take(key.name);
        const auto read = value == nullptr ? Value() : read_value(reading, key, *value);
        if (!read) {
            continue;
        }
        const std::string_view word = read->get_string();
        if (key.name == "gap") {
            rule.gap = word == "skip" ? model::DstRule::Gap::skip : model::DstRule::Gap::run;
        } else {
            using Overlap = model::DstRule::Overlap;
            rule.overlap = word == "second" ? Overlap::second
                           : word == "both" ? Overlap::both
                                            : Overlap::first;
        }
    }
    fields.finish();
}

std::optional<Milliseconds> take_duration(Reading& reading,
                                          const Members& members,
                                          std::string_view name,
                                          DurationRange range) {
    const Node* node = members.find(name);
    return node == nullptr ? std::nullopt
                           : document::read_duration(reading.report, *node, name, range);
}

json::object take_map(Reading& reading, const Members& members, std::string_view name) {
    const Node* node = members.find(name);
    auto value =
        node == nullptr ? Value() : read_value(reading, *find_key(directive_keys(), name), *node);
    return value ? std::move(value->get_object()) : json::object();
}

bool take_flag(Reading& reading, const Members& members, std::string_view name) {
    const Node* node = members.find(name);
    return node != nullptr && document::read_boolean(reading.report, *node, name).value_or(false);
}

// How its runs are kept apart and tried again (docs/flow.md).
void take_run_rules(Reading& reading, const Members& members, model::Flow& flow) {
    flow.key = take_choice(reading, members, "key");
    flow.max_age = take_duration(reading, members, "max_age", kSomeDuration);
    flow.silent_when_busy = take_choice(reading, members, "max_exceeded") == "silent";
    flow.recheck = take_flag(reading, members, "recheck");
    flow.retry = take_map(reading, members, "retry");
    if (const auto limit = take_map(reading, members, "stop_after"); limit.contains("failures")) {
        flow.stop_after_failures = static_cast<int>(limit.at("failures").as_int64());
    }
    if (const Node* key = members.find("key");
        key != nullptr && !flow.key.empty() && !expression::has_placeholder(flow.key)) {
        reading.report.warning(key->mark,
                               "the key is the same for every event, so it keeps nothing apart",
                               "write a template such as \"{{ trigger.data.room }}\"");
    }
}

void take_plain_keys(Reading& reading, const Members& members, model::Directive& directive) {
    take_text(reading, members, "description", directive.description);
    take_text(reading, members, "domain", directive.domain);
    if (const Node* tags = members.find("tags")) {
        directive.tags = document::read_texts(reading.report, *tags, "tags")
                             .value_or(std::vector<std::string>());
    }
    take_integer(reading, members, "priority", directive.priority);
    take_integer(reading, members, "max", directive.max);
    directive.timezone = take_choice(reading, members, "timezone");
    if (const Node* enabled = members.find("enabled")) {
        directive.enabled =
            document::read_boolean(reading.report, *enabled, "enabled").value_or(true);
    }
    if (const auto mode = model::run_mode_from(take_choice(reading, members, "mode"))) {
        directive.mode = *mode;
    }
    if (take_choice(reading, members, "on_edit") == "stop") {
        directive.on_edit = model::OnEdit::stop;
    }
    directive.timeout = take_duration(reading, members, "timeout", kSomeDuration);
    take_run_rules(reading, members, directive.flow);
    directive.variables = take_map(reading, members, "variables");
    take_dst(reading, members.find("dst"), directive.dst);
    if (const Node* notices = members.find("notices")) {
        const Key& key = *find_key(directive_keys(), "notices");
        if (const auto rules = read_value(reading, key, *notices)) {
            directive.notices = model::notice_rules_from_json(rules->get_object());
        }
    }
    const auto find = [&members](std::string_view key) { return members.find(key); };
    read_limits(reading, find, directive);
}

struct Lists {
    std::vector<Item> triggers;
    std::vector<Item> conditions;
    std::vector<Item> actions;
    std::vector<Item> on_error;
    std::vector<Item> finally;

    [[nodiscard]] ItemLists refer() const {
        return {triggers, conditions, actions, on_error, finally};
    }
};

bool is_missing(const Node* node) noexcept {
    return node == nullptr || node->type == Node::Type::null ||
           (node->type == Node::Type::sequence && node->items.empty());
}

// What a person answered stands where the list is missing.
void ask_for_items(Reading& reading, Mark mark, Group group, std::vector<Item>& items) {
    const auto part = group == Group::trigger ? QuestionGroup::trigger : QuestionGroup::action;
    if (reading.interview.is_open(part)) {
        return;
    }
    const bool is_trigger = group == Group::trigger;
    Question question;
    question.id = is_trigger ? "triggers" : "actions";
    question.group = part;
    question.text = is_trigger ? "When is it to run?" : "What is it to do?";
    question.rule = is_trigger
                        ? "a trigger, such as every night at 2am, at: 17:00, cron: 0 7 * * 1-5, "
                          "webhook: doorbell or manual"
                        : "an action, such as http_request: POST http://lamp.local/on, "
                          "command: uptime or run: src/backup.sh";
    const Interview::Place place{
        mark,
        is_trigger ? "when is it to run? It has no trigger" : "what is it to do? It has no action",
        is_trigger
            ? R"(write trigger: {at: "17:00"}, cron, every, webhook, event or manual)"
            : "write action: {http_request: POST http://lamp.local/on}, command, run or log"};
    if (const auto answer = reading.interview.ask(reading.report, place, std::move(question))) {
        items = read_answered_items(reading, group, *answer, mark);
    }
}

Lists take_lists(Reading& reading, const Node& directive, const Members& members) {
    Lists lists;
    for (const auto& [key, group, list] : {std::tuple{"triggers", Group::trigger, &lists.triggers},
                                           {"conditions", Group::condition, &lists.conditions},
                                           {"actions", Group::action, &lists.actions},
                                           {"on_error", Group::action, &lists.on_error},
                                           {"finally", Group::action, &lists.finally}}) {
        const Node* node = members.find(key);
        if (!is_missing(node)) {
            *list = read_items(reading, group, *node);
        } else if (list == &lists.triggers || list == &lists.actions) {
            ask_for_items(reading, node == nullptr ? directive.mark : node->mark, group, *list);
        }
    }
    return lists;
}

std::optional<model::DirectiveStatus> take_status(Reading& reading, const Members& members) {
    std::string word = take_choice(reading, members, "status");
    if (word.empty()) {
        return std::nullopt;
    }
    for (const auto& [older, newer] : {std::pair{"pending_validation", "draft"},
                                       {"implementing", "validated"},
                                       {"deprecated", "archived"}}) {
        word = word == older ? newer : word;
    }
    reading.report.note(members.find("status")->mark,
                        "the engine keeps the status itself; the one in the file is not used",
                        "leave status out");
    return model::directive_status_from(word);
}

int last_line_of(const Node& node) noexcept {
    int last = node.mark.line;
    for (const auto& item : node.items) {
        last = std::max(last, last_line_of(*item));
    }
    for (const Node::Member& member : node.members) {
        last = std::max({last, member.key_mark.line, last_line_of(*member.value)});
    }
    const bool is_block = node.is_scalar() && node.quoted;
    const auto breaks =
        is_block ? std::count(node.text.begin(), node.text.end(), '\n') : std::ptrdiff_t{0};
    return last + static_cast<int>(breaks);
}

}  // namespace

const std::vector<Answer>* answers_for(const ParseContext& context, const std::string& name) {
    const auto found = context.answers.find(name);
    return found == context.answers.end() ? nullptr : &found->second;
}

ReadDirective read_directive(Reading& reading, const Node& node, std::size_t errors) {
    ReadDirective result{{}, node.mark, std::nullopt};
    document::Report& report = reading.report;
    if (node.type != Node::Type::mapping) {
        report.error(node.mark,
                     "a directive has to be a map",
                     "write name:, trigger: and action: below one another");
        return result;
    }
    const Members members(reading, node);
    ParsedDirective parsed;
    parsed.mark = node.mark;
    parsed.last_line = last_line_of(node);
    model::Directive& directive = parsed.directive;
    directive.name = read_name(reading, node, members.find("name"));
    result.name = directive.name;
    reading.directive = directive.name;
    if (!reading.interview.has_answers()) {
        reading.interview.use(answers_for(reading.context, directive.name));
    }
    take_plain_keys(reading, members, directive);
    parsed.written_status = take_status(reading, members);
    const Lists lists = take_lists(reading, node, members);
    fill_items(directive, lists.refer());
    check_directive(reading, lists.refer(), directive);
    parsed.questions = reading.interview.take_open();
    parsed.answered = reading.interview.answered();
    result.is_draft = reading.interview.critical() > 0;
    if (report.error_count() == errors + reading.interview.critical()) {
        result.parsed = std::move(parsed);
    }
    return result;
}

}  // namespace aifp::directives
