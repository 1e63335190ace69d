#include "directives/nodes.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;

NodePtr make_text(std::string text, Mark mark) {
    auto node = std::make_shared<Node>();
    node->type = Node::Type::string;
    node->mark = mark;
    node->text = std::move(text);
    node->quoted = true;
    return node;
}

NodePtr make_null(Mark mark) {
    auto node = std::make_shared<Node>();
    node->mark = mark;
    return node;
}

std::shared_ptr<Node> make_mapping(Mark mark) {
    auto node = std::make_shared<Node>();
    node->type = Node::Type::mapping;
    node->mark = mark;
    return node;
}

void add(Node& mapping, std::string_view key, Mark mark, NodePtr value) {
    mapping.members.push_back({std::string(key), mark, std::move(value)});
}

NodePtr make_list(std::vector<NodePtr> items, Mark mark) {
    auto list = std::make_shared<Node>();
    list->type = Node::Type::sequence;
    list->mark = mark;
    list->items = std::move(items);
    return list;
}

const Node::Member* member_of(const Node& mapping, std::string_view key) noexcept {
    const auto found = std::find_if(
        mapping.members.begin(), mapping.members.end(), [key](const Node::Member& member) {
            return member.key == key;
        });
    return found == mapping.members.end() ? nullptr : &*found;
}

bool is_text(const Node& node) noexcept {
    return node.type == Node::Type::string;
}

namespace {

std::string_view from_column(std::string_view line, int column) noexcept {
    std::size_t at = 0;
    for (int passed = 1; passed < column && at < line.size(); ++passed) {
        ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U) {
            ++at;
        }
    }
    return line.substr(at);
}

int code_points(std::string_view text) noexcept {
    return static_cast<int>(count_code_points(text));
}

// A block scalar (`|` or `>`) begins on the next line, indented.
Mark place_in_block(const document::SourceText& source,
                    const Node& scalar,
                    std::string_view before) {
    const auto breaks = std::count(before.begin(), before.end(), '\n');
    const std::size_t last_break = before.rfind('\n');
    const std::string_view rest =
        last_break == std::string_view::npos ? before : before.substr(last_break + 1);
    const std::size_t indent = source.line(scalar.mark.line + 1).find_first_not_of(' ');
    const Mark place{scalar.mark.line + 1 + static_cast<int>(breaks),
                     static_cast<int>(indent) + 1 + code_points(rest)};
    const std::string_view line = source.line(place.line);
    const bool holds = indent != std::string_view::npos && line.size() >= indent &&
                       line.substr(indent).starts_with(rest);
    return holds ? place : scalar.mark;
}

}  // namespace

Mark place_inside(const document::SourceText& source, const Node& scalar, std::size_t offset) {
    const std::string_view before = std::string_view(scalar.text).substr(0, offset);
    std::string_view rest = from_column(source.line(scalar.mark.line), scalar.mark.column);
    if (rest.starts_with('|') || rest.starts_with('>')) {
        return place_in_block(source, scalar, before);
    }
    int column = scalar.mark.column;
    if (rest.starts_with('"') || rest.starts_with('\'')) {
        rest.remove_prefix(1);
        ++column;
    }
    if (before.find('\n') != std::string_view::npos || !rest.starts_with(before)) {
        return scalar.mark;
    }
    return {scalar.mark.line, column + code_points(before)};
}

}  // namespace aifp::directives
