#include <fmt/format.h>

#include <new>

#include "base/json_text.hpp"
#include "expression/lua_machine.hpp"
#include "expression/lua_values.hpp"
#include "expression/nearest.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

/// What a JSON object or list is in Lua. The generation tells when it has outlived its evaluation.
struct Proxy {
    const json::value* value;
    std::uint64_t generation;
};

[[noreturn]] void raise_no_member(lua_State* lua,
                                  const json::object& object,
                                  std::string_view key) {
    Candidates candidates;
    for (const auto& member : object) {
        candidates.add(member.key());
    }
    charge(lua, 1 + object.size() / 8);
    raise_unknown(lua, key, candidates.hint_for(key));
}

void push_item(lua_State* lua, const json::array& list, int key_index) {
    int is_whole = 0;
    const lua_Integer position = lua_tointegerx(lua, key_index, &is_whole);
    if (lua_type(lua, key_index) != LUA_TNUMBER || is_whole == 0) {
        std::string key =
            lua_type(lua, key_index) == LUA_TSTRING ? lua_tostring(lua, key_index) : "";
        raise_undefined(lua,
                        std::move(key),
                        "a list is read with a number, the first is [1]; # gives its size");
    }
    if (position < 1 || static_cast<std::size_t>(position) > list.size()) {
        raise_undefined(
            lua,
            fmt::format("{}", position),
            fmt::format(
                "there is no [{}] in a list of {}; the first is [1]", position, list.size()));
    }
    push_json(lua, list[static_cast<std::size_t>(position) - 1]);
}

int index_proxy(lua_State* lua) {
    const json::value& value = *proxied(lua, 1);
    if (const json::array* list = value.if_array()) {
        push_item(lua, *list, 2);
        return 1;
    }
    if (lua_type(lua, 2) != LUA_TSTRING) {
        raise_undefined(lua, {}, "an object is read with a name");
    }
    std::size_t length = 0;
    const char* bytes = lua_tolstring(lua, 2, &length);
    const std::string_view key(bytes, length);
    const json::object& object = value.get_object();
    const json::value* member = object.if_contains(key);
    if (member == nullptr) {
        raise_no_member(lua, object, key);
    }
    push_json(lua, *member);
    return 1;
}

std::size_t size_of(const json::value& value) {
    return value.is_array() ? value.get_array().size() : value.get_object().size();
}

int length_of_proxy(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(size_of(*proxied(lua, 1))));
    return 1;
}

/// Equal content, not the same place. The price is that of walking the smaller one.
int proxies_are_equal(lua_State* lua) {
    const json::value& left = *proxied(lua, 1);
    const json::value& right = *proxied(lua, 2);
    charge(lua, price_of_bytes(weight_of(left)));
    lua_pushboolean(lua, left == right ? 1 : 0);
    return 1;
}

int proxy_to_text(lua_State* lua) {
    const json::value& value = *proxied(lua, 1);
    charge(lua, price_of_bytes(weight_of(value)));
    const std::string text = json_text(value);
    lua_pushlstring(lua, text.data(), text.size());
    return 1;
}

int refuse_change(lua_State* lua) {
    raise_wrong(lua, "an expression cannot change what it reads");
}

/// The iterator of pairs(): (value, last key) -> next key, its value.
int next_member(lua_State* lua) {
    charge(lua, 1);
    const json::value& value = *proxied(lua, 1);
    if (const json::array* list = value.if_array()) {
        const auto next = static_cast<std::size_t>(lua_tointeger(lua, 2));
        if (next >= list->size()) {
            lua_pushnil(lua);
            return 1;
        }
        lua_pushinteger(lua, static_cast<lua_Integer>(next) + 1);
        push_json(lua, (*list)[next]);
        return 2;
    }
    const json::object& object = value.get_object();
    auto member = object.begin();
    if (const char* last = lua_tostring(lua, 2)) {
        member = object.find(std::string_view(last, lua_rawlen(lua, 2)));
        member += member == object.end() ? 0 : 1;
    }
    if (member == object.end()) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushlstring(lua, member->key().data(), member->key().size());
    push_json(lua, member->value());
    return 2;
}

}  // namespace

void push_proxy(lua_State* lua, const json::value& value) {
    LuaMachine& machine = LuaMachine::of(lua);
    void* memory = lua_newuserdatauv(lua, sizeof(Proxy), 0);
    new (memory) Proxy{&value, machine.generation()};
    lua_rawgeti(lua, LUA_REGISTRYINDEX, machine.proxy_metatable);
    lua_setmetatable(lua, -2);
}

const json::value* proxied(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TUSERDATA) {
        return nullptr;
    }
    // Every userdata of the machine is a proxy, and none survives its evaluation: an expression has
    // nowhere to put it. The generation is the second lock on that door.
    const auto& proxy = *static_cast<const Proxy*>(lua_touserdata(lua, index));
    if (proxy.generation != LuaMachine::of(lua).generation()) {
        raise_wrong(lua, "a value of an earlier evaluation was used");
    }
    return proxy.value;
}

int push_pairs(lua_State* lua, int index) {
    lua_pushcfunction(lua, &next_member);
    lua_pushvalue(lua, index);
    lua_pushnil(lua);
    return 3;
}

void install_proxies(lua_State* lua) {
    static constexpr luaL_Reg kMethods[] = {{"__index", &index_proxy},
                                            {"__newindex", &refuse_change},
                                            {"__len", &length_of_proxy},
                                            {"__eq", &proxies_are_equal},
                                            {"__tostring", &proxy_to_text},
                                            {nullptr, nullptr}};
    lua_newtable(lua);
    luaL_setfuncs(lua, kMethods, 0);
    LuaMachine::of(lua).proxy_metatable = luaL_ref(lua, LUA_REGISTRYINDEX);
}

}  // namespace aifp::expression
