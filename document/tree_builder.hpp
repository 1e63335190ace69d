#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "document/node.hpp"
#include "document/report.hpp"

namespace aifp::document {

/// A name for a node that aliases may repeat; 0 is none.
using AnchorId = std::size_t;

/// Makes the tree from a parser's events, for both languages, and keeps the limits: depth, nodes,
/// aliases. In a mapping the values come in pairs: key, value. A key that cannot be one is told and
/// left out together with its value. Functions that return bool return false once a limit is
/// breached (told once): the parser must stop then. Not thread-safe.
class TreeBuilder {
public:
    TreeBuilder(Report& report, const Limits& limits) : report_(&report), limits_(limits) {}

    /// Begins a sequence or mapping.
    [[nodiscard]] bool open(Node node, AnchorId anchor = 0);
    /// Ends the innermost one. Precondition: is_open().
    void close();
    [[nodiscard]] bool scalar(Node node, AnchorId anchor = 0);
    /// The node of `anchor` again, seen at `mark`.
    [[nodiscard]] bool alias(AnchorId anchor, Mark mark);

    [[nodiscard]] bool is_open() const noexcept { return !frames_.empty(); }
    /// Where the innermost open sequence or mapping begins. Precondition: is_open().
    [[nodiscard]] const Node& innermost() const noexcept { return *frames_.back().node; }
    /// The key whose value comes next.
    [[nodiscard]] std::optional<Mark> pending_key_mark() const noexcept;
    /// The finished tree; null if there was no node.
    [[nodiscard]] std::shared_ptr<const Node> take_root() { return std::move(root_); }

private:
    // A finished node and what it costs to walk it with its aliases expanded.
    struct Part {
        std::shared_ptr<const Node> node;
        std::size_t nodes = 1;
        int height = 0;
    };
    struct PendingKey {
        std::string text;
        Mark mark;
        bool left_out = false;
    };
    struct Frame {
        std::shared_ptr<Node> node;
        AnchorId anchor = 0;
        std::size_t nodes = 1;
        int height = 1;
        std::optional<PendingKey> key;
        std::unordered_map<std::string, Mark> keys;
    };

    [[nodiscard]] bool count_nodes(std::size_t nodes, Mark mark);
    [[nodiscard]] bool check_depth(int height, Mark mark);
    void finish(Part part, AnchorId anchor);
    void attach(Part part, Mark mark);
    [[nodiscard]] PendingKey make_key(Frame& frame, const Node& node, Mark mark);

    Report* report_;
    Limits limits_;
    std::vector<Frame> frames_;
    std::unordered_map<AnchorId, Part> anchors_;
    std::shared_ptr<const Node> root_;
    std::size_t nodes_ = 0;
    std::size_t aliases_ = 0;
};

}  // namespace aifp::document
