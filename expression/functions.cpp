#include "expression/functions.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "expression/lua_machine.hpp"
#include "expression/lua_values.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

/// default(function() return value end, otherwise): the rewriter made the first argument a
/// function. Gives `otherwise` when the value is not known or null; other errors pass through.
int default_value(lua_State* lua) {
    if (lua_gettop(lua) < 2 || !lua_isfunction(lua, 1)) {
        raise_wrong(lua, "default() is written: default(value, what_else)");
    }
    lua_pushcfunction(lua, &note_failure);
    lua_pushvalue(lua, 1);
    const int handler = lua_gettop(lua) - 1;
    if (lua_pcall(lua, 0, 1, handler) == LUA_OK) {
        if (lua_isnil(lua, -1)) {
            lua_pushvalue(lua, 2);
        }
        return 1;
    }
    if (!is_undefined_error(lua)) {
        return lua_error(lua);
    }
    LuaMachine::of(lua).failure() = Failure();
    lua_pushvalue(lua, 2);
    return 1;
}

/// Pushes the number that a text spells, or says that it spells none.
bool push_spelled_number(lua_State* lua, std::string_view text) {
    const std::string_view trimmed = trim(text);
    const char* const end = trimmed.data() + trimmed.size();
    std::int64_t whole = 0;
    const auto as_whole = std::from_chars(trimmed.data(), end, whole);
    if (as_whole.ec == std::errc() && as_whole.ptr == end) {
        lua_pushinteger(lua, whole);
        return true;
    }
    double number = 0;
    const auto as_number = std::from_chars(trimmed.data(), end, number);
    if (as_number.ec == std::errc() && as_number.ptr == end && std::isfinite(number)) {
        lua_pushnumber(lua, number);
        return true;
    }
    return false;
}

/// number(x[, otherwise])
int to_number(lua_State* lua) {
    if (lua_type(lua, 1) == LUA_TNUMBER) {
        lua_settop(lua, 1);
        return 1;
    }
    if (lua_type(lua, 1) == LUA_TSTRING && push_spelled_number(lua, text_argument(lua, 1))) {
        return 1;
    }
    if (lua_gettop(lua) < 2) {
        raise_wrong(lua,
                    fmt::format("this {} is not a number; write: number(value, what_else)",
                                kind_name(lua, 1)));
    }
    lua_settop(lua, 2);
    return 1;
}

/// tonumber(x): null when it is none.
int to_number_or_null(lua_State* lua) {
    lua_settop(lua, 1);
    lua_pushnil(lua);
    return to_number(lua);
}

int to_text(lua_State* lua) {
    if (lua_isnoneornil(lua, 1)) {
        push_text(lua, "null");
        return 1;
    }
    if (lua_isfunction(lua, 1)) {
        push_text(lua, "function");
        return 1;
    }
    std::string text;
    if (const Status appended = append_text(lua, 1, text); !appended) {
        raise_wrong(lua, appended.error().detail());
    }
    push_text(lua, text);
    return 1;
}

/// round(x[, digits]): half away from zero; a whole number unless digits are asked for.
int round_number(lua_State* lua) {
    constexpr lua_Integer kMostDigits = 15;
    const double number = number_argument(lua, 1);
    const lua_Integer digits = lua_isnoneornil(lua, 2) ? 0 : whole_argument(lua, 2);
    if (digits < 0 || digits > kMostDigits) {
        raise_wrong(lua, "round() takes 0 to 15 digits");
    }
    const double scale = std::pow(10.0, static_cast<double>(digits));
    const double rounded = std::round(number * scale) / scale;
    if (digits == 0 && std::abs(rounded) < 9e18) {
        lua_pushinteger(lua, static_cast<lua_Integer>(rounded));
    } else {
        lua_pushnumber(lua, std::isfinite(rounded) ? rounded : number);
    }
    return 1;
}

int type_of(lua_State* lua) {
    push_text(lua, kind_name(lua, 1));
    return 1;
}

int environment(lua_State* lua) {
    const std::string_view name = text_argument(lua, 1);
    const Result<std::string> value = LuaMachine::of(lua).scope().environment(name);
    if (value) {
        push_text(lua, *value);
        return 1;
    }
    if (value.error().code() == ErrorCode::not_found) {
        raise_undefined(lua, {}, value.error().detail());
    }
    raise_wrong(lua, value.error().detail());
}

int next_of_table(lua_State* lua) {
    charge(lua, 1);
    lua_settop(lua, 2);
    if (lua_next(lua, 1) == 0) {
        lua_pushnil(lua);
        return 1;
    }
    return 2;
}

int pairs(lua_State* lua) {
    if (proxied(lua, 1) != nullptr) {
        return push_pairs(lua, 1);
    }
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_pushcfunction(lua, &next_of_table);
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
}

/// (list, position) -> next position, item; ends behind the last one.
int next_item(lua_State* lua) {
    charge(lua, 1);
    const lua_Integer next = lua_tointeger(lua, 2) + 1;
    if (next > luaL_len(lua, 1)) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushinteger(lua, next);
    lua_geti(lua, 1, next);
    return 2;
}

int ipairs(lua_State* lua) {
    if (const json::value* value = proxied(lua, 1); value == nullptr || !value->is_array()) {
        luaL_checktype(lua, 1, LUA_TTABLE);
    }
    lua_pushcfunction(lua, &next_item);
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, 0);
    return 3;
}

int encode_json(lua_State* lua) {
    push_text(lua, json_text(json_argument(lua, 1)));
    return 1;
}

int decode_json(lua_State* lua) {
    constexpr std::size_t kBytesAValuePerByte = 16;  // "[1,1,1" becomes 24 bytes for every two
    const std::string_view text = text_argument(lua, 1);
    charge(lua, price_of_bytes(text.size() * kBytesAValuePerByte));
    if (text.size() * kBytesAValuePerByte > LuaMachine::of(lua).limits().memory_bytes) {
        raise_wrong(lua, "this text is too long to be read as JSON");
    }
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error) {
        raise_wrong(lua, "this text is not JSON");
    }
    push_json(lua, LuaMachine::of(lua).keep(std::move(value)));
    return 1;
}

[[noreturn]] void raise_argument(lua_State* lua, int index, std::string_view wanted) {
    raise_wrong(
        lua, fmt::format("argument {} must be a {}, not {}", index, wanted, kind_name(lua, index)));
}

}  // namespace

std::string_view text_argument(lua_State* lua, int index) {
    const int type = lua_type(lua, index);
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        raise_argument(lua, index, "text");
    }
    std::size_t length = 0;
    const char* text = lua_tolstring(lua, index, &length);
    charge(lua, price_of_bytes(length));
    return {text, length};
}

std::optional<std::string_view> optional_text_argument(lua_State* lua, int index) {
    if (lua_isnoneornil(lua, index)) {
        return std::nullopt;
    }
    return text_argument(lua, index);
}

double number_argument(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TNUMBER) {
        raise_argument(lua, index, "number");
    }
    return lua_tonumber(lua, index);
}

lua_Integer whole_argument(lua_State* lua, int index) {
    int is_whole = 0;
    const lua_Integer value = lua_tointegerx(lua, index, &is_whole);
    if (is_whole == 0 || lua_type(lua, index) != LUA_TNUMBER) {
        raise_argument(lua, index, "whole number");
    }
    return value;
}

void push_text(lua_State* lua, std::string_view text) {
    charge(lua, price_of_bytes(text.size()));
    lua_pushlstring(lua, text.data(), text.size());
}

void add_plain_functions(lua_State* lua) {
    static constexpr luaL_Reg kFunctions[] = {{"default", &default_value},
                                              {"number", &to_number},
                                              {"tonumber", &to_number_or_null},
                                              {"tostring", &to_text},
                                              {"round", &round_number},
                                              {"type", &type_of},
                                              {"env", &environment},
                                              {"pairs", &pairs},
                                              {"ipairs", &ipairs},
                                              {nullptr, nullptr}};
    luaL_setfuncs(lua, kFunctions, 0);
}

void push_json_functions(lua_State* lua) {
    static constexpr luaL_Reg kFunctions[] = {
        {"encode", &encode_json}, {"decode", &decode_json}, {nullptr, nullptr}};
    luaL_newlib(lua, kFunctions);
}

void push_math_functions(lua_State* lua) {
    // Pure, constant in time and memory; no random numbers, so that a run can be repeated.
    static constexpr const char* kTaken[] = {
        "abs",  "ceil", "floor", "max",       "min",        "fmod",      "sqrt",
        "exp",  "log",  "sin",   "cos",       "tan",        "asin",      "acos",
        "atan", "pi",   "huge",  "tointeger", "maxinteger", "mininteger"};
    lua_newtable(lua);
    lua_pushcfunction(lua, &luaopen_math);
    lua_call(lua, 0, 1);
    for (const char* name : kTaken) {
        lua_getfield(lua, -1, name);
        lua_setfield(lua, -3, name);
    }
    lua_pop(lua, 1);
    lua_pushcfunction(lua, &round_number);
    lua_setfield(lua, -2, "round");
}

}  // namespace aifp::expression
