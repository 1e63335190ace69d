#include "model/directive.hpp"

namespace aifp::model {
namespace {

namespace json = boost::json;

std::vector<Action> list_at(const json::object& object, json::string_view key) {
    const auto* list = object.if_contains(key);
    return list != nullptr ? read_actions(*list) : std::vector<Action>();
}

std::vector<std::vector<Action>> options_of(const Action& action) {
    std::vector<std::vector<Action>> lists;
    const auto* options = action.arguments.if_contains("choose");
    for (const auto& option :
         options != nullptr && options->is_array() ? options->get_array() : json::array()) {
        lists.push_back(option.is_object() ? list_at(option.get_object(), "then")
                                           : std::vector<Action>());
    }
    lists.push_back(list_at(action.arguments, "default"));
    return lists;
}

void collect(const std::vector<Action>& actions, std::vector<Action>& all) {
    for (const auto& action : actions) {
        all.push_back(action);
        for (const auto& list : nested_actions(action)) {
            collect(list, all);
        }
    }
}

}  // namespace

std::vector<std::vector<Action>> nested_actions(const Action& action) {
    if (action.kind == "sequence" || action.kind == "repeat") {
        return {list_at(action.arguments, action.kind)};
    }
    if (action.kind == "if") {
        return {list_at(action.arguments, "then"), list_at(action.arguments, "else")};
    }
    if (action.kind == "choose") {
        return options_of(action);
    }
    std::vector<std::vector<Action>> lists;
    if (action.kind == "parallel") {
        for (auto& branch : list_at(action.arguments, "parallel")) {
            lists.push_back({std::move(branch)});
        }
    }
    return lists;
}

std::vector<Action> all_actions(const Directive& directive) {
    std::vector<Action> all;
    collect(directive.actions, all);
    collect(directive.on_error, all);
    collect(directive.finally, all);
    return all;
}

}  // namespace aifp::model
