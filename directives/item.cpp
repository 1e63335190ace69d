#include "directives/item.hpp"

#include <boost/json/parse.hpp>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "directives/sentence.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

using Values = std::map<std::string_view, json::value>;  // by Key::name

std::string owner_of(const Kind& kind) {
    return std::string(name_of(kind.group)) + " " + std::string(kind.name);
}

void tell_unknown_key(Reading& reading, const Kind& kind, const Node::Member& member) {
    std::vector<std::string_view> words = key_words(kind.keys);
    for (const std::string_view word : key_words(common_keys(kind.group))) {
        words.push_back(word);
    }
    document::report_unknown(
        reading.report, member.key_mark, "key of " + owner_of(kind), member.key, words);
}

const Key* key_of(const Kind& kind, std::string_view word) noexcept {
    const Key* key = find_key(kind.keys, word);
    return key != nullptr ? key : find_key(common_keys(kind.group), word);
}

bool read_member(Reading& reading, const Kind& kind, const Node::Member& member, Values& values) {
    const Key* key = key_of(kind, member.key);
    if (key == nullptr) {
        tell_unknown_key(reading, kind, member);
        return false;
    }
    if (!key->built) {
        reading.report.error(member.key_mark,
                             "the key " + quoted(member.key) + " is known, but not built yet",
                             "leave it out for now");
        return false;
    }
    if (values.contains(key->name)) {
        reading.report.error(member.key_mark,
                             quoted(member.key) + " says the same as another key of this item",
                             "write " + std::string(key->name) + " once");
        return false;
    }
    auto value = read_value(reading, *key, *member.value);
    // A wrong value stands as null, so that the key does not count as missing.
    values.emplace(key->name, value.value_or(json::value()));
    return value.has_value();
}

// Who may call is never guessed. "anybody" or "secret NAME" (a bearer token).
std::optional<json::value> ask_for_auth(Reading& reading, const Item& item) {
    const json::value& path = item.arguments.begin()->value();
    const std::string name = path.is_string() ? std::string(path.get_string()) : std::string();
    std::string secret = reading.directive.empty() ? "webhook_token" : reading.directive + "_token";
    for (char& c : secret) {
        c = c == '.' || c == '-' ? '_' : c;
    }
    constexpr std::string_view kSecret = "secret ";
    Question question;
    question.id = "triggers." + std::to_string(reading.position) + ".auth";
    question.text = "Who may call the webhook " + quoted(name) + "?";
    question.kind = QuestionKind::choice;
    question.options = {std::string(kSecret) + secret, "anybody"};
    for (const std::string& known : reading.context.secrets.value_or(std::set<std::string>())) {
        if (known != secret) {
            question.options.push_back(std::string(kSecret) + known);
        }
    }
    question.rule = "anybody, or who sends Authorization: Bearer with a secret of secrets.yaml";
    question.about = name;
    const Interview::Place place{
        item.mark,
        "the webhook " + quoted(name) + " does not say who may call it",
        "write auth: {bearer: !secret " + secret + "}, or auth: none to let everybody in"};
    const auto answer = reading.interview.ask(reading.report, place, std::move(question));
    if (!answer) {
        return std::nullopt;
    }
    if (!answer->starts_with(kSecret)) {
        return json::value("none");
    }
    json::object auth;
    auth["bearer"] = json::object{{"$secret", answer->substr(kSecret.size())}};
    return json::value(std::move(auth));
}

bool check_required(Reading& reading, const Item& item, Values& values) {
    bool right = true;
    for (const Key& key : item.kind->keys) {
        if (!key.required || values.contains(key.name)) {
            continue;
        }
        if (key.type == ValueType::auth) {
            auto auth = ask_for_auth(reading, item);
            right = right && auth.has_value();
            values.emplace(key.name, auth.value_or(json::value()));
        } else {
            right = false;
            reading.report.error(item.mark,
                                 owner_of(*item.kind) + " needs " + std::string(key.name),
                                 "write " + std::string(describe(key.type)));
        }
    }
    return right;
}

// The two ways to name values exclude each other; a range has an end, and holds something.
// (reference/semantics.md 3.2 and 3.3)
bool check_knows(Reading& reading, const Item& item, const Values& values) {
    const auto refuse = [&](const std::string& message, const std::string& hint) {
        reading.report.error(item.mark, message, hint);
        return false;
    };
    if (item.kind->name == "state") {
        for (const std::string key : {"from", "to"}) {
            if (values.contains(key) && values.contains("not_" + key)) {
                return refuse(key + " and not_" + key + " say the same thing twice",
                              "write one of them");
            }
        }
    }
    if (item.kind->name != "numeric_state" || item.kind->group != Group::trigger) {
        return true;
    }
    const auto above = values.find("above");
    const auto below = values.find("below");
    if (above == values.end() && below == values.end()) {
        return refuse("trigger numeric_state has no bound", "write above: NUMBER or below: NUMBER");
    }
    const bool both = above != values.end() && below != values.end() && above->second.is_number() &&
                      below->second.is_number();
    if (both && above->second.to_number<double>() >= below->second.to_number<double>()) {
        return refuse("no number is above and below these", "exchange above and below");
    }
    return true;
}

// Rules between keys of one kind.
bool check_together(Reading& reading, const Item& item, const Values& values) {
    if (!check_knows(reading, item, values)) {
        return false;
    }
    const std::size_t bodies = values.count("json") + values.count("form") + values.count("body");
    if (item.kind->name == "http_request" && bodies > 1) {
        reading.report.error(
            item.mark, "a request has one body", "write only one of json, form and body");
        return false;
    }
    if (item.kind->name == "every" && values.contains("anchor") &&
        values.contains("after_previous")) {
        reading.report.error(item.mark,
                             "anchor and after_previous both say what every is counted from",
                             "write one of them");
        return false;
    }
    if (item.kind->name == "repeat") {
        const std::size_t ways = values.count("count") + values.count("for_each") +
                                 values.count("while") + values.count("until");
        if (ways != 1) {
            reading.report.error(item.mark,
                                 ways == 0 ? "how often? repeat does not say when it ends"
                                           : "repeat says twice when it ends",
                                 "write exactly one of count, for_each, while and until");
            return false;
        }
    }
    if (item.kind->name == "run") {
        const json::string& path = item.arguments.begin()->value().get_string();
        if (values.contains("entry") && !std::string_view(path).ends_with(".py")) {
            reading.report.error(
                item.mark, "entry: names a function of a .py file", "leave entry out");
            return false;
        }
    }
    return true;
}

// Keys that are about the directive, though older forms write them into the item, and one that all
// actions have, though a wait reads it in its own way.
bool moves_up(const Kind& kind, const Key& key) noexcept {
    return key.name == "timezone" || key.name == "daylight_savings" ||
           (kind.group == Group::action && key.name == "timeout") ||
           (kind.name == "webhook" && key.name == "filter");
}

// What is not switched off says nothing of it; an action keeps it beside its arguments.
void keep_switch(Item& item) {
    const auto* enabled = item.modifiers.if_contains("enabled");
    if (item.kind->group == Group::condition && enabled != nullptr && *enabled == false) {
        item.arguments.emplace("enabled", false);
    }
}

void store(Item& item, Values values) {
    for (const Key& key : item.kind->keys) {
        const auto value = values.find(key.name);
        if (value == values.end() ||
            (!key.fallback.empty() && value->second == json::parse(key.fallback))) {
            continue;
        }
        auto& target = moves_up(*item.kind, key) ? item.modifiers : item.arguments;
        target.emplace(key.name, std::move(value->second));
    }
    for (const Key& key : common_keys(item.kind->group)) {
        if (const auto value = values.find(key.name); value != values.end()) {
            item.modifiers.emplace(key.name, std::move(value->second));
        }
    }
    keep_switch(item);
}

// The only kind key of a native mapping; tells of none and of several.
const Node::Member* kind_member(Reading& reading, Group group, const Node& native) {
    const Node::Member* found = nullptr;
    for (const Node::Member& member : native.members) {
        const Kind* kind = find_kind(group, member.key);
        if (kind == nullptr ||
            (found != nullptr && key_of(*find_kind(group, found->key), member.key) != nullptr)) {
            continue;
        }
        if (found != nullptr) {
            reading.report.error(member.key_mark,
                                 "this " + std::string(name_of(group)) +
                                     " has two kinds: " + found->key + " and " + member.key,
                                 "write one list item for each");
            return nullptr;
        }
        found = &member;
    }
    return found;
}

}  // namespace

std::optional<Item> read_item(Reading& reading, Group group, const NodePtr& node) {
    const NodePtr native = native_form(reading, group, node);
    const Node::Member* main = native ? kind_member(reading, group, *native) : nullptr;
    if (main == nullptr) {
        return std::nullopt;
    }
    Item item;
    item.kind = find_kind(group, main->key);
    item.mark = main->key_mark;
    const Kind& kind = *item.kind;
    if (!kind.built) {
        reading.report.error(main->key_mark,
                             "the " + owner_of(kind) + " is known, but not built yet",
                             "this version cannot run it");
        return std::nullopt;
    }
    auto argument = read_value(reading, kind.argument, *main->value);
    bool right = argument.has_value();
    item.arguments.emplace(kind.name, argument.value_or(json::value("")));
    Values values;
    for (const Node::Member& member : native->members) {
        if (&member != main) {
            right = read_member(reading, kind, member, values) && right;
        }
    }
    right = check_required(reading, item, values) && right;
    if (!right || !check_together(reading, item, values)) {
        return std::nullopt;
    }
    store(item, std::move(values));
    return item;
}

std::vector<Item> read_items(Reading& reading, Group group, const Node& node) {
    std::vector<Item> items;
    const std::size_t outer = std::exchange(reading.position, 0);  // lists of conditions nest
    const auto read_one = [&](const NodePtr& item) {
        ++reading.position;
        if (auto read = read_item(reading, group, item)) {
            items.push_back(std::move(*read));
        }
    };
    if (node.type == Node::Type::sequence) {
        for (const NodePtr& item : node.items) {
            read_one(item);
        }
    } else {
        read_one(NodePtr(NodePtr(), &node));  // not owned: the tree outlives the reading
    }
    reading.position = outer;
    return items;
}

std::vector<Item> read_answered_items(Reading& reading,
                                      Group group,
                                      const std::string& answer,
                                      document::Mark mark) {
    Sentence sentence{answer, {}, reading};
    take_answer(sentence, group, answer, mark);
    if (!sentence.parts.conditions.empty() || !sentence.parts.timezone.empty()) {
        reading.report.error(mark,
                             "the answer " + quoted(answer) + " says more than was asked",
                             "answer only when, and write conditions and timezone into the file");
    }
    const auto& nodes = group == Group::trigger ? sentence.parts.triggers : sentence.parts.actions;
    return nodes.empty() ? std::vector<Item>()
                         : read_items(reading, group, *make_list(nodes, mark));
}

}  // namespace aifp::directives
