#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"

namespace aifp::document {

std::vector<const Node*> items_of(const Node& node) {
    if (node.type != Node::Type::sequence) {
        return {&node};
    }
    std::vector<const Node*> items;
    for (const auto& item : node.items) {
        items.push_back(item.get());
    }
    return items;
}

void report_unknown(Report& report,
                    Mark mark,
                    std::string_view what,
                    std::string_view word,
                    std::span<const std::string_view> candidates) {
    constexpr std::size_t kMaxListed = 12;
    std::string hint;
    if (const auto nearest = nearest_name(word, candidates)) {
        hint = fmt::format("did you mean {}?", quoted(*nearest));
    } else if (!candidates.empty() && candidates.size() <= kMaxListed) {
        hint = fmt::format("known are: {}", fmt::join(candidates, ", "));
    }
    report.error(mark, fmt::format("unknown {} {}", what, quoted(word)), std::move(hint));
}

Fields::Fields(Report& report, const Node& node, std::string owner)
    : report_(&report), node_(&node), owner_(std::move(owner)) {
    if (node.type != Node::Type::mapping) {
        report.error(node.mark,
                     fmt::format("{} must be a map, not {}", owner_, describe_type(node.type)),
                     "write it as \"key: value\" lines");
    }
}

const Node* Fields::take(std::string_view key) {
    known_.push_back(key);
    return node_->find(key);
}

const Node* Fields::require(std::string_view key) {
    const Node* const found = take(key);
    if (found == nullptr && node_->type == Node::Type::mapping) {
        report_->error(node_->mark, fmt::format("{} needs the key {}", owner_, quoted(key)));
    }
    return found;
}

Mark Fields::mark_of(std::string_view key) const noexcept {
    for (const Node::Member& member : node_->members) {
        if (member.key == key) {
            return member.key_mark;
        }
    }
    return node_->mark;
}

void Fields::finish() {
    for (const Node::Member& member : node_->members) {
        if (std::find(known_.begin(), known_.end(), member.key) == known_.end()) {
            report_unknown(*report_, member.key_mark, "key", member.key, known_);
        }
    }
}

}  // namespace aifp::document
