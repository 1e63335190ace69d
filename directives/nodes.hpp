#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.hpp"

// Small helpers to look at trees and to build the ones that older forms are rewritten into. Pure.

namespace aifp::directives {

using NodePtr = std::shared_ptr<const document::Node>;

/// A text that stands at `mark`; counts as quoted, so no YAML trap is seen in it.
[[nodiscard]] NodePtr make_text(std::string text, document::Mark mark);
[[nodiscard]] NodePtr make_null(document::Mark mark);
/// An empty mapping, to be filled with add().
[[nodiscard]] std::shared_ptr<document::Node> make_mapping(document::Mark mark);
[[nodiscard]] NodePtr make_list(std::vector<NodePtr> items, document::Mark mark);
void add(document::Node& mapping, std::string_view key, document::Mark mark, NodePtr value);

/// The member with this key, or nullptr.
[[nodiscard]] const document::Node::Member* member_of(const document::Node& mapping,
                                                      std::string_view key) noexcept;
/// Whether the scalar is a text (not a list, map, null, number or boolean).
[[nodiscard]] bool is_text(const document::Node& node) noexcept;

/// Where byte `offset` of the scalar's text stands in the file; the scalar's own place when what
/// is written there is not what the text holds (escapes, folded lines).
[[nodiscard]] document::Mark place_inside(const document::SourceText& source,
                                          const document::Node& scalar,
                                          std::size_t offset);

}  // namespace aifp::directives
