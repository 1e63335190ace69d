#include "base/text.hpp"
#include "directives/command_line.hpp"
#include "directives/reading.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

Value read_argument_list(Reading& reading, const Node& node) {
    const Key key{.name = "command", .templated = true};
    json::array list;
    bool right = true;
    for (const auto& item : node.items) {
        if (document::secret_name(*item)) {
            reading.report.error(item->mark,
                                 "a secret among the arguments is visible to every user",
                                 "hand it over in env: {NAME: !secret …}");
            right = false;
            continue;
        }
        const auto text = read_item_text(reading, key, *item);
        right = right && text.has_value();
        list.emplace_back(json::string(text.value_or("")));
    }
    return right ? Value(std::move(list)) : Value();
}

Value read_argument_text(Reading& reading, const Node& node) {
    const Key key{.name = "command", .templated = true};
    const auto text = read_item_text(reading, key, node);
    if (!text) {
        return std::nullopt;
    }
    const auto words = split_command_line(*text);
    if (!words) {
        reading.report.error(place_inside(reading.report.source(), node, words.error().offset),
                             words.error().message,
                             words.error().hint);
        return std::nullopt;
    }
    json::array list;
    for (const std::string& word : *words) {
        list.emplace_back(json::string(word));
    }
    return json::value(std::move(list));
}

}  // namespace

Value read_command_line(Reading& reading, const Node& node) {
    Value list = node.type == Node::Type::sequence ? read_argument_list(reading, node)
                                                   : read_argument_text(reading, node);
    if (list && (list->get_array().empty() || list->get_array()[0].get_string().empty())) {
        reading.report.error(node.mark,
                             "the command names no program",
                             "write for example command: [notify-send, hello]");
        return std::nullopt;
    }
    return list;
}

Value read_project_path(Reading& reading, const Node& node) {
    const Key key{.name = "run"};
    const auto text = read_item_text(reading, key, node);
    if (!text) {
        return std::nullopt;
    }
    std::string_view path = trim(*text);
    while (path.starts_with("./")) {
        path.remove_prefix(2);
    }
    bool inside = !path.empty() && !path.starts_with('/') && !path.starts_with('~') &&
                  !path.ends_with('/') && path.size() <= 1'000;
    for (const std::string_view part : split(path, '/')) {
        inside = inside && !part.empty() && part != ".." && part != ".";
    }
    if (!inside) {
        reading.report.error(node.mark,
                             quoted(*text) + " is not a file inside the project",
                             "write a path from the project's folder such as src/lights.py; for "
                             "programs elsewhere use command:");
        return std::nullopt;
    }
    return json::value(json::string(path));
}

}  // namespace aifp::directives
