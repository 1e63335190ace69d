#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "document/node.hpp"

namespace aifp::document {

/// The tree as JSON. `!secret NAME` becomes {"$secret": "NAME"}; another local tag is dropped (its
/// reader has to look at Node::tag first). Integers beyond 64 bits become doubles, numbers that are
/// not finite become text. Cost: expanded nodes, which parse() bounds.
[[nodiscard]] boost::json::value to_json(const Node& node);

/// The NAME of `!secret NAME` or, as JSON has no tags, of {"$secret": "NAME"}.
[[nodiscard]] std::optional<std::string> secret_name(const Node& node);

}  // namespace aifp::document
