#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/older.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;
using document::quoted;

namespace {

NodePtr rewritten(const Node& node,
                  std::string_view kind,
                  const Node::Member& main,
                  std::initializer_list<std::string_view> without) {
    auto native = make_mapping(node.mark);
    add(*native, kind, main.key_mark, main.value);
    for (const Node::Member& member : node.members) {
        const bool is_used = &member == &main || member.key == "type" ||
                             std::find(without.begin(), without.end(), member.key) != without.end();
        if (!is_used) {
            add(*native, member.key, member.key_mark, member.value);
        }
    }
    return native;
}

// A description alone says what is wanted, not what to do.
NodePtr ask_for(Reading& reading, const Node& node, std::string_view what, std::string_view key) {
    const Node::Member* described = member_of(node, "description");
    const bool is_described = described != nullptr && described->value->is_scalar();
    const std::string about = is_described ? described->value->text : std::string();
    const Interview::Place place =
        is_described
            ? Interview::Place{described->value->mark,
                               "which " + std::string(what) + " does " + quoted(about) + "?",
                               "write " + std::string(key) + ": beside it"}
            : Interview::Place{node.mark,
                               "this action lacks its " + std::string(key),
                               "write " + std::string(key) + ": …"};
    const std::string_view kind = key == "command"   ? "command"
                                  : key == "script"  ? "run"
                                  : key == "message" ? "notify"
                                                     : "";
    if (kind.empty()) {
        reading.report.error(place.mark, place.message, place.hint);
        return nullptr;
    }
    Question question;
    question.id = "actions." + std::to_string(reading.position) + "." + std::string(key);
    question.text = is_described ? "Which " + std::string(what) + " does " + quoted(about) + "?"
                                 : "What is the " + std::string(what) + " of this action?";
    question.rule = key == "message"  ? "a text"
                    : key == "script" ? "a file of the project: src/lights.py"
                                      : "a program and its arguments";
    question.group = QuestionGroup::action;
    question.about = about;
    const auto answer = reading.interview.ask(reading.report, place, std::move(question));
    if (!answer) {
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native, kind, place.mark, make_text(*answer, place.mark));
    add_others(*native, node, {"type", "description"});
    return native;
}

NodePtr script_from(Reading& reading, const Node& node) {
    const Node::Member* script = any_of(node, {"script", "path", "file"});
    if (script == nullptr) {
        return ask_for(reading, node, "script", "script");
    }
    // A script outside the project is a program like any other.
    const bool is_absolute = is_text(*script->value) && script->value->text.starts_with('/');
    if (!is_absolute) {
        return rewritten(node, "run", *script, {});
    }
    auto list = std::make_shared<Node>();
    list->type = Node::Type::sequence;
    list->mark = script->value->mark;
    list->items.push_back(script->value);
    return rewritten(node, "command", {script->key, script->key_mark, list}, {script->key});
}

std::string path_of_module(std::string_view module) {
    std::string path(trim(module));
    if (path.ends_with(".py") || path.find('/') != std::string::npos) {
        return path;
    }
    std::replace(path.begin(), path.end(), '.', '/');
    return (path.starts_with("src/") ? path : "src/" + path) + ".py";
}

NodePtr function_from(Reading& reading, const Node& node) {
    const Node::Member* module = member_of(node, "module");
    const Node::Member* function = member_of(node, "function");
    if (module == nullptr || function == nullptr) {
        return ask_for(reading, node, "function", module == nullptr ? "module" : "function");
    }
    const auto name = document::read_text(reading.report, *module->value, "module");
    if (!name) {
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    add(*native, "run", module->key_mark, make_text(path_of_module(*name), module->value->mark));
    add(*native, "entry", function->key_mark, function->value);
    auto with = make_mapping(node.mark);
    const Node::Member* named = any_of(node, {"kwargs", "with", "params"});
    if (named != nullptr && named->value->type != Node::Type::mapping) {
        reading.report.error(
            named->value->mark, named->key + " has to be a map", "write {NAME: value}");
        return nullptr;
    }
    if (named != nullptr) {
        with->members = named->value->members;
    }
    if (const Node::Member* args = member_of(node, "args")) {
        add(*with, "args", args->key_mark, args->value);
    }
    if (!with->members.empty()) {
        add(*native, "with", node.mark, with);
    }
    add_others(*native,
               node,
               {"type", "module", "function", "args", "kwargs", "with", "params", "description"});
    return native;
}

NodePtr state_change_from(Reading& reading, const Node& node) {
    const Node::Member* entity = member_of(node, "entity");
    const Node::Member* state = member_of(node, "state");
    if (entity == nullptr || state == nullptr) {
        return ask_for(reading, node, "state", entity == nullptr ? "entity" : "state");
    }
    const auto name = document::read_text(reading.report, *entity->value, "entity");
    if (!name) {
        return nullptr;
    }
    auto values = make_mapping(entity->value->mark);
    add(*values, *name, entity->value->mark, state->value);
    return rewritten(
        node, "set", {"set", entity->key_mark, values}, {"entity", "state", "description"});
}

NodePtr command_from(Reading& reading, const Node& node) {
    const Node::Member* command = any_of(node, {"command", "argv"});
    return command != nullptr ? rewritten(node, "command", *command, {"description"})
                              : ask_for(reading, node, "command", "command");
}

NodePtr notification_from(Reading& reading, const Node& node) {
    const Node::Member* message = any_of(node, {"message", "notify"});
    return message != nullptr ? rewritten(node, "notify", *message, {"description"})
                              : ask_for(reading, node, "message", "message");
}

}  // namespace

NodePtr action_from_type(Reading& reading, std::string_view word, const Node& node) {
    if (word == "api_call") {
        return http_request_from(reading, node, true);
    }
    if (word == "script_execution" || word == "script") {
        return script_from(reading, node);
    }
    if (word == "function_call" || word == "function") {
        return function_from(reading, node);
    }
    if (word == "command") {
        return command_from(reading, node);
    }
    if (word == "notification" || word == "notify") {
        return notification_from(reading, node);
    }
    if (word == "state_change") {
        return state_change_from(reading, node);
    }
    const Kind* kind = find_kind(Group::action, word);
    if (kind == nullptr) {
        const Node::Member* type = member_of(node, "type");
        const Mark mark = type != nullptr ? type->value->mark : node.mark;
        tell_unknown_kind(reading, Group::action, mark, word);
        return nullptr;
    }
    return from_long_form(reading, *kind, node);
}

NodePtr action_from_shape(Reading& reading, const Node& node) {
    if (any_of(node, {"api", "endpoint", "url"}) != nullptr) {
        return http_request_from(reading, node, true);
    }
    if (member_of(node, "script") != nullptr) {
        return script_from(reading, node);
    }
    if (any_of(node, {"module", "function"}) != nullptr) {
        return function_from(reading, node);
    }
    if (member_of(node, "entity") != nullptr) {
        return state_change_from(reading, node);
    }
    if (member_of(node, "description") != nullptr && node.members.size() == 1) {
        return ask_for(reading, node, "command", "command");
    }
    return nullptr;
}

}  // namespace aifp::directives
