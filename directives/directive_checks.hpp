#pragma once

#include <vector>

#include "directives/item.hpp"

// What only shows when all lists of a directive are there. Inner part of the room.

namespace aifp::directives {

/// The items of one directive, in order.
struct ItemLists {
    const std::vector<Item>& triggers;
    const std::vector<Item>& conditions;
    const std::vector<Item>& actions;
    const std::vector<Item>& on_error;
    const std::vector<Item>& finally;
};

/// The action that an item stands for.
[[nodiscard]] model::Action action_of(const Item& item);
/// Tells of actions of one list that do not fit together or into the settings; `list` names it.
void check_actions(Reading& reading,
                   const std::vector<Item>& items,
                   std::string_view list,
                   std::vector<model::Action>& actions);

/// Turns the items into the model's structs.
void fill_items(model::Directive& directive, const ItemLists& lists);

/// Moves what older forms write into a trigger up to the directive: timezone, daylight_savings,
/// filter of a webhook.
void move_up(Reading& reading, const ItemLists& lists, model::Directive& directive);

/// move_up(), then tells of what does not fit together.
void check_directive(Reading& reading, const ItemLists& lists, model::Directive& directive);

/// Tells of `sun` items that lack the project's place, or a key, or name a height that the sun
/// never has there.
void check_sun(Reading& reading, const ItemLists& lists);

/// The text or flag at a key of canonical arguments; empty or `fallback` when it is not there.
[[nodiscard]] std::string text_at(const boost::json::object& object, std::string_view key);
[[nodiscard]] bool flag_at(const boost::json::object& object, std::string_view key, bool fallback);

}  // namespace aifp::directives
