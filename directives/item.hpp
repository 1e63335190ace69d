#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "directives/reading.hpp"

// One item of triggers, conditions or actions: from any form to its canonical arguments. Inner part
// of the room.

namespace aifp::directives {

struct Item {
    const Kind* kind = nullptr;
    document::Mark mark;
    boost::json::object arguments;  ///< Canonical; the kind key first, then in the table's order.
    boost::json::object modifiers;  ///< What the directive or the model's own members take:
                                    ///< common keys, timezone, daylight_savings, filter (webhook).
};

/// Reads one item. Nothing when it has an error; then the report has it too.
[[nodiscard]] std::optional<Item> read_item(Reading& reading, Group group, const NodePtr& node);
/// Reads a list of items, or a single one. Those with errors are left out.
[[nodiscard]] std::vector<Item> read_items(Reading& reading,
                                           Group group,
                                           const document::Node& node);

/// Reads an answer that stands for whole items: a sentence's words ("every night at 2am"), a short
/// form ("at: 17:00") or YAML in flow form. What is wrong with it is told at `mark`.
[[nodiscard]] std::vector<Item> read_answered_items(Reading& reading,
                                                    Group group,
                                                    const std::string& answer,
                                                    document::Mark mark);

/// Rewrites any form of an item into a mapping with exactly one kind key of the table. Null when
/// that cannot be done; then the report says why. (reference/directive_forms.md, both halves)
[[nodiscard]] NodePtr native_form(Reading& reading, Group group, const NodePtr& node);

}  // namespace aifp::directives
