#include "document/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace aifp::document {
namespace {

constexpr std::size_t kTextPerNode = 256;

}  // namespace

bool TreeBuilder::open(Node node, AnchorId anchor) {
    const Mark mark = node.mark;
    if (!check_depth(1, mark) || !count_nodes(1, mark)) {
        return false;
    }
    Frame frame;
    frame.node = std::make_shared<Node>(std::move(node));
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
    return true;
}

void TreeBuilder::close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    Part part{std::move(frame.node), frame.nodes, frame.height};
    finish(std::move(part), frame.anchor);
}

bool TreeBuilder::scalar(Node node, AnchorId anchor) {
    // A long text counts for more, or a hundred aliases of a huge one would expand without bound.
    const std::size_t nodes = 1 + node.text.size() / kTextPerNode;
    if (!count_nodes(nodes, node.mark)) {
        return false;
    }
    finish(Part{std::make_shared<const Node>(std::move(node)), nodes, 0}, anchor);
    return true;
}

bool TreeBuilder::alias(AnchorId anchor, Mark mark) {
    if (++aliases_ > limits_.max_aliases) {
        report_->error(
            mark, fmt::format("more than {} aliases", limits_.max_aliases), "write the values out");
        return false;
    }
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
        report_->error(mark, "this alias stands inside the very value that it names");
        Node nothing;
        nothing.mark = mark;
        return scalar(std::move(nothing));
    }
    const Part part = found->second;
    if (!check_depth(part.height, mark) || !count_nodes(part.nodes, mark)) {
        return false;
    }
    attach(part, mark);
    return true;
}

std::optional<Mark> TreeBuilder::pending_key_mark() const noexcept {
    if (frames_.empty() || !frames_.back().key) {
        return std::nullopt;
    }
    return frames_.back().key->mark;
}

bool TreeBuilder::count_nodes(std::size_t nodes, Mark mark) {
    nodes_ += nodes;
    if (nodes_ <= limits_.max_nodes) {
        return true;
    }
    report_->error(mark,
                   fmt::format("more than {} values, aliases written out", limits_.max_nodes),
                   "split the file, or use fewer aliases");
    return false;
}

bool TreeBuilder::check_depth(int height, Mark mark) {
    if (static_cast<int>(frames_.size()) + height <= limits_.max_depth) {
        return true;
    }
    report_->error(mark,
                   fmt::format("nested deeper than {} levels", limits_.max_depth),
                   "is a bracket not closed?");
    return false;
}

void TreeBuilder::finish(Part part, AnchorId anchor) {
    if (anchor != 0) {
        anchors_.insert_or_assign(anchor, part);
    }
    const Mark mark = part.node->mark;
    attach(std::move(part), mark);
}

void TreeBuilder::attach(Part part, Mark mark) {
    if (frames_.empty()) {
        root_ = std::move(part.node);
        return;
    }
    Frame& frame = frames_.back();
    frame.nodes += part.nodes;
    frame.height = std::max(frame.height, part.height + 1);
    if (frame.node->type == Node::Type::sequence) {
        frame.node->items.push_back(std::move(part.node));
    } else if (!frame.key) {
        frame.key = make_key(frame, *part.node, mark);
    } else {
        PendingKey key = std::move(*frame.key);
        frame.key.reset();
        if (!key.left_out) {
            frame.node->members.push_back(
                Node::Member{std::move(key.text), key.mark, std::move(part.node)});
        }
    }
}

TreeBuilder::PendingKey TreeBuilder::make_key(Frame& frame, const Node& node, Mark mark) {
    PendingKey key{node.text, mark, true};
    if (node.type == Node::Type::mapping) {
        report_->error(mark,
                       "a key must be a text, not a map",
                       "a value that begins with {{ needs quotes: \"{{ ... }}\"");
    } else if (!node.is_scalar() || !node.tag.empty()) {
        report_->error(mark, "a key must be a plain text", "write it without brackets and tags");
    } else if (node.type == Node::Type::null) {
        report_->error(mark, "a key must be a text, not nothing", "put the key in quotes");
    } else if (node.text == "<<" && !node.quoted) {
        report_->error(mark,
                       "merge keys (<<) are not supported",
                       "write the keys out, or use an alias for a whole value: key: *name");
    } else if (const auto [found, fresh] = frame.keys.try_emplace(node.text, mark); !fresh) {
        report_->error(mark,
                       fmt::format("duplicate key {}", quoted(node.text)),
                       fmt::format("it stands on line {} already; keep one", found->second.line));
    } else {
        key.left_out = false;
    }
    return key;
}

}  // namespace aifp::document
