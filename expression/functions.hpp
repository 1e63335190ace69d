#pragma once

#include <lua5.4/lua.hpp>
#include <optional>
#include <string_view>

namespace aifp::expression {

/// The functions that an expression may call. docs/expressions.md lists them for users. Internal to
/// this room.

/// Fills the machine's only globals: names resolve in the functions, then in the Scope, then in
/// `state`; nothing can be assigned. Once per machine.
void install_functions(lua_State* lua);

/// Leave a table of functions on the stack.
void push_text_functions(lua_State* lua);
void push_time_functions(lua_State* lua);
void push_json_functions(lua_State* lua);
void push_math_functions(lua_State* lua);

/// Adds the functions that stand without a prefix to the table on top: default, number, round ...
void add_plain_functions(lua_State* lua);

/// The text at `index`. Raises when it is something else; counts the work of reading it.
[[nodiscard]] std::string_view text_argument(lua_State* lua, int index);
[[nodiscard]] std::optional<std::string_view> optional_text_argument(lua_State* lua, int index);
[[nodiscard]] double number_argument(lua_State* lua, int index);
[[nodiscard]] lua_Integer whole_argument(lua_State* lua, int index);
void push_text(lua_State* lua, std::string_view text);

}  // namespace aifp::expression
