#pragma once

#include <boost/json/value.hpp>
#include <lua5.4/lua.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aifp::expression {

/// JSON in Lua: null is nil, texts and numbers are copied, objects and lists become a proxy that
/// walks the JSON in place when it is indexed. Lists count from 1, as Lua's do. Internal to this
/// room. All may raise a Lua error unless they return a Result.

/// Sets up the proxies' metatable. Once per machine.
void install_proxies(lua_State* lua);

/// Pushes `value`, which must stay until the evaluation ends.
void push_json(lua_State* lua, const boost::json::value& value);
/// The value behind a proxy, or null if there is none at `index`. Raises for a proxy of an
/// evaluation that has ended.
[[nodiscard]] const boost::json::value* proxied(lua_State* lua, int index);
/// Pushes a proxy of an object or list.
void push_proxy(lua_State* lua, const boost::json::value& value);
/// For the proxy at `index`: pushes what `pairs` returns.
int push_pairs(lua_State* lua, int index);
/// About how many bytes of work copying or comparing it is.
[[nodiscard]] std::size_t weight_of(const boost::json::value& value);

/// What stands at `index`, as JSON. A table with items 1..n is a list, any other an object (an
/// empty one too). Whole floating numbers become integers. Spends work and never raises. Errors:
/// invalid_input for a function, a number that JSON has not, text that is not UTF-8, nesting beyond
/// 64; busy beyond the limits.
[[nodiscard]] Result<boost::json::value> to_json(lua_State* lua, int index);
/// Appends what a template shows for it: text as it is, null as nothing, objects and lists as JSON.
/// Errors as to_json().
[[nodiscard]] Status append_text(lua_State* lua, int index, std::string& out);
/// to_json() or raise.
[[nodiscard]] boost::json::value json_argument(lua_State* lua, int index);

/// "null", "boolean", "number", "text", "list", "object", "function".
[[nodiscard]] std::string_view kind_name(lua_State* lua, int index);

}  // namespace aifp::expression
