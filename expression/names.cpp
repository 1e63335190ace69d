#include <fmt/format.h>

#include <array>

#include "expression/functions.hpp"
#include "expression/lua_machine.hpp"
#include "expression/lua_values.hpp"
#include "expression/nearest.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 3> kWords = {"true", "false", "nil"};

void add_keys(lua_State* lua, int table, Candidates& candidates) {
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1)) {
        if (lua_type(lua, -2) == LUA_TSTRING) {
            std::size_t length = 0;
            const char* key = lua_tolstring(lua, -2, &length);
            candidates.add(std::string_view(key, length));
        }
    }
}

std::string_view key_at(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TSTRING) {
        raise_undefined(lua, {}, fmt::format("a {} is not a name", kind_name(lua, index)));
    }
    std::size_t length = 0;
    const char* key = lua_tolstring(lua, index, &length);
    return {key, length};
}

[[noreturn]] void raise_unknown_name(lua_State* lua, std::string_view key) {
    std::string hint;
    {
        const Scope& scope = LuaMachine::of(lua).scope();
        Candidates candidates;
        for (const std::string_view name : scope.names()) {
            candidates.add(name);
        }
        for (const std::string_view word : kWords) {
            candidates.add(word);
        }
        add_keys(lua, lua_upvalueindex(1), candidates);
        const json::value* state = scope.find("state");
        if (const auto* members = state != nullptr ? state->if_object() : nullptr) {
            for (const auto& member : *members) {
                candidates.add(member.key());
            }
        }
        hint = candidates.hint_for(key);
    }
    raise_unknown(lua, key, std::move(hint));
}

/// (environment, name): a function of ours, a name of the scope, a member of `state`.
int find_name(lua_State* lua) {
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) {
        return 1;
    }
    const std::string_view key = key_at(lua, 2);
    const Scope& scope = LuaMachine::of(lua).scope();
    const json::value* found = scope.find(key);
    if (found == nullptr) {
        const json::value* state = scope.find("state");
        const json::object* members = state != nullptr ? state->if_object() : nullptr;
        found = members != nullptr ? members->if_contains(key) : nullptr;
    }
    if (found == nullptr) {
        raise_unknown_name(lua, key);
    }
    push_json(lua, *found);
    return 1;
}

int refuse_assignment(lua_State* lua) {
    raise_wrong(lua, "an expression cannot set names; inside a function write: local name = value");
}

/// What to write when a member of a text is asked for that looks like JSON; of others nothing.
std::string hint_for_text(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    return is_json ? "; it is asked of a text that looks like JSON: write json.decode(…), or, for "
                     "the body of a webhook, send it with Content-Type: application/json"
                   : "";
}

/// (library or text, name): upvalue 1 is the library's table.
int find_function(lua_State* lua) {
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) {
        return 1;
    }
    const std::string_view key = key_at(lua, 2);
    std::string hint;
    {
        Candidates candidates;
        add_keys(lua, lua_upvalueindex(1), candidates);
        hint = candidates.hint_for(key);
    }
    if (hint.empty() && lua_type(lua, 1) == LUA_TSTRING) {
        hint = hint_for_text(key_at(lua, 1));
    }
    raise_unknown(lua, key, std::move(hint));
}

int refuse_member(lua_State* lua) {
    const std::string_view kind = kind_name(lua, 1);
    if (lua_type(lua, 2) != LUA_TSTRING) {
        raise_undefined(lua, {}, fmt::format("this is no list but {}", kind));
    }
    const std::string_view key = key_at(lua, 2);
    raise_undefined(
        lua, std::string(key), fmt::format("'{}' cannot be read of {}", key.substr(0, 64), kind));
}

/// `..` for what Lua itself does not join: true and false, objects and lists.
int join(lua_State* lua) {
    std::string joined;
    for (const int index : {1, 2}) {
        if (lua_isnil(lua, index)) {
            raise_wrong(lua, "null cannot be joined to a text; write: default(value, \"\")");
        }
        const Status appended = append_text(lua, index, joined);
        if (!appended) {
            raise_wrong(lua, appended.error().detail());
        }
    }
    push_text(lua, joined);
    return 1;
}

/// Replaces the table on top by an empty one that reads through to it and cannot be written.
void lock_library(lua_State* lua) {
    lua_newtable(lua);                           // library face
    lua_newtable(lua);                           // library face metatable
    lua_pushvalue(lua, -3);                      // library face metatable library
    lua_pushcclosure(lua, &find_function, 1);    // ... find_function
    lua_setfield(lua, -2, "__index");            // library face metatable
    lua_pushcfunction(lua, &refuse_assignment);  //
    lua_setfield(lua, -2, "__newindex");         //
    lua_setmetatable(lua, -2);                   // library face
    lua_remove(lua, -2);                         // face
}

/// With the functions on top: what null, numbers, true and false, and texts answer when indexed or
/// joined.
void install_basic_metatables(lua_State* lua) {
    const auto set = [lua](int sample) {
        lua_newtable(lua);
        lua_pushcfunction(lua, &refuse_member);
        lua_setfield(lua, -2, "__index");
        lua_pushcfunction(lua, &join);
        lua_setfield(lua, -2, "__concat");
        lua_setmetatable(lua, sample - 1);
        lua_pop(lua, 1);
    };
    lua_pushnil(lua);
    set(-1);
    lua_pushboolean(lua, 0);
    set(-1);
    lua_pushinteger(lua, 0);
    set(-1);
    lua_pushliteral(lua, "");
    lua_newtable(lua);
    push_text_functions(lua);
    lua_pushcclosure(lua, &find_function, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, &join);
    lua_setfield(lua, -2, "__concat");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, LuaMachine::of(lua).proxy_metatable);
    lua_pushcfunction(lua, &join);
    lua_setfield(lua, -2, "__concat");
    lua_pop(lua, 1);
}

void add_library(lua_State* lua, const char* name, void (*push)(lua_State*)) {
    push(lua);
    lock_library(lua);
    lua_setfield(lua, -2, name);
}

}  // namespace

void install_functions(lua_State* lua) {
    lua_newtable(lua);  // the face: always empty
    lua_newtable(lua);  // its metatable
    lua_newtable(lua);  // the functions
    add_plain_functions(lua);
    add_library(lua, "text", &push_text_functions);
    lua_getfield(lua, -1, "text");
    lua_setfield(lua, -2, "string");
    add_library(lua, "time", &push_time_functions);
    add_library(lua, "json", &push_json_functions);
    add_library(lua, "math", &push_math_functions);
    lua_pushcclosure(lua, &find_name, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, &refuse_assignment);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);  // what a loaded chunk gets as _ENV
    install_basic_metatables(lua);
}

}  // namespace aifp::expression
