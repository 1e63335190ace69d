#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "expression/functions.hpp"
#include "expression/glob.hpp"
#include "expression/lua_machine.hpp"
#include "expression/lua_values.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

char to_upper_ascii(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

int upper(lua_State* lua) {
    std::string text(text_argument(lua, 1));
    std::transform(text.begin(), text.end(), text.begin(), &to_upper_ascii);
    push_text(lua, text);
    return 1;
}

int lower(lua_State* lua) {
    push_text(lua, to_lower_ascii(text_argument(lua, 1)));
    return 1;
}

int trim_text(lua_State* lua) {
    push_text(lua, trim(text_argument(lua, 1)));
    return 1;
}

int length(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(count_code_points(text_argument(lua, 1))));
    return 1;
}

int starts_with(lua_State* lua) {
    lua_pushboolean(lua, text_argument(lua, 1).starts_with(text_argument(lua, 2)) ? 1 : 0);
    return 1;
}

int ends_with(lua_State* lua) {
    lua_pushboolean(lua, text_argument(lua, 1).ends_with(text_argument(lua, 2)) ? 1 : 0);
    return 1;
}

/// Looking for a text in a text may cost their product.
void charge_search(lua_State* lua, std::string_view text, std::string_view wanted) {
    charge(lua, price_of_bytes(text.size() * std::min<std::size_t>(wanted.size(), 4096)));
}

bool list_contains(lua_State* lua, int list, int wanted) {
    const lua_Integer size = luaL_len(lua, list);
    for (lua_Integer at = 1; at <= size; ++at) {
        charge(lua, 1);
        lua_geti(lua, list, at);
        const bool is_equal = lua_compare(lua, -1, wanted, LUA_OPEQ) == 1;
        lua_pop(lua, 1);
        if (is_equal) {
            return true;
        }
    }
    return false;
}

/// contains(text, part), contains(list, item), contains(object, key)
int contains(lua_State* lua) {
    bool found = false;
    if (const json::value* value = proxied(lua, 1); value != nullptr && value->is_object()) {
        found = value->get_object().contains(text_argument(lua, 2));
    } else if (value != nullptr || lua_istable(lua, 1)) {
        luaL_checkany(lua, 2);
        found = list_contains(lua, 1, 2);
    } else {
        const std::string_view text = text_argument(lua, 1);
        const std::string_view wanted = text_argument(lua, 2);
        charge_search(lua, text, wanted);
        found = text.find(wanted) != std::string_view::npos;
    }
    lua_pushboolean(lua, found ? 1 : 0);
    return 1;
}

/// replace(text, from, to): every one, from left to right; no patterns.
int replace(lua_State* lua) {
    const std::string_view text = text_argument(lua, 1);
    const std::string_view from = text_argument(lua, 2);
    const std::string_view to = text_argument(lua, 3);
    if (from.empty()) {
        raise_wrong(lua, "replace() needs to know what to replace");
    }
    charge_search(lua, text, from);
    const std::size_t most = LuaMachine::of(lua).limits().memory_bytes;
    std::string out;
    std::size_t position = 0;
    for (std::size_t at = text.find(from); at != std::string_view::npos;
         at = text.find(from, position)) {
        out.append(text, position, at - position);
        out += to;
        position = at + from.size();
        charge(lua, price_of_bytes(to.size()));
        if (out.size() > most) {
            raise_too_much_work(lua);
        }
    }
    out.append(text, position);
    push_text(lua, out);
    return 1;
}

/// split(text[, separator]): a list; white space separates when nothing else is named.
int split_text(lua_State* lua) {
    const std::string_view text = text_argument(lua, 1);
    const std::string_view separator = optional_text_argument(lua, 2).value_or(" ");
    if (separator.empty()) {
        raise_wrong(lua, "split() needs a separator");
    }
    charge_search(lua, text, separator);
    lua_newtable(lua);
    lua_Integer count = 0;
    std::size_t position = 0;
    while (position <= text.size()) {
        const std::size_t at = std::min(text.find(separator, position), text.size());
        push_text(lua, text.substr(position, at - position));
        lua_rawseti(lua, -2, ++count);
        position = at + separator.size();
    }
    return 1;
}

/// join(list[, separator])
int join_list(lua_State* lua) {
    const std::string separator(optional_text_argument(lua, 2).value_or(""));
    const lua_Integer size = luaL_len(lua, 1);
    const std::size_t most = LuaMachine::of(lua).limits().memory_bytes;
    std::string out;
    for (lua_Integer at = 1; at <= size; ++at) {
        charge(lua, price_of_bytes(separator.size()));
        lua_geti(lua, 1, at);
        const Status appended = append_text(lua, -1, out);
        lua_pop(lua, 1);
        if (!appended || out.size() > most) {
            raise_too_much_work(lua);
        }
        if (at < size) {
            out += separator;
        }
    }
    push_text(lua, out);
    return 1;
}

/// The byte where code point `position` (from 0) begins.
std::size_t byte_of(std::string_view text, std::size_t position) {
    std::size_t at = 0;
    for (; position > 0 && at < text.size(); --position) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
            ++at;
        }
    }
    return at;
}

/// sub(text, first[, last]): by code points from 1; negative ones count from the end.
int sub(lua_State* lua) {
    const std::string_view text = text_argument(lua, 1);
    const auto size = static_cast<lua_Integer>(count_code_points(text));
    const auto resolve = [size](lua_Integer position) {
        return position < 0 ? std::max<lua_Integer>(size + position + 1, 0) : position;
    };
    const lua_Integer first = std::max<lua_Integer>(resolve(whole_argument(lua, 2)), 1);
    const lua_Integer last =
        std::min(size, lua_isnoneornil(lua, 3) ? size : resolve(whole_argument(lua, 3)));
    if (first > last) {
        push_text(lua, "");
        return 1;
    }
    const std::size_t begin = byte_of(text, static_cast<std::size_t>(first - 1));
    const std::size_t end = byte_of(text, static_cast<std::size_t>(last));
    push_text(lua, text.substr(begin, end - begin));
    return 1;
}

/// find(text, part): the code point where it begins, from 1, or null.
int find(lua_State* lua) {
    const std::string_view text = text_argument(lua, 1);
    const std::string_view wanted = text_argument(lua, 2);
    charge_search(lua, text, wanted);
    const std::size_t at = text.find(wanted);
    if (at == std::string_view::npos) {
        lua_pushnil(lua);
    } else {
        lua_pushinteger(lua, static_cast<lua_Integer>(count_code_points(text.substr(0, at))) + 1);
    }
    return 1;
}

/// matches(text, pattern): * stands for anything, ? for one character.
int matches(lua_State* lua) {
    const std::string_view text = text_argument(lua, 1);
    const std::string_view pattern = text_argument(lua, 2);
    charge(lua, price_of_bytes(text.size() * std::min<std::size_t>(pattern.size(), 4096)));
    lua_pushboolean(lua, matches_glob(text, pattern) ? 1 : 0);
    return 1;
}

}  // namespace

void push_text_functions(lua_State* lua) {
    static constexpr luaL_Reg kFunctions[] = {{"upper", &upper},
                                              {"lower", &lower},
                                              {"trim", &trim_text},
                                              {"len", &length},
                                              {"starts_with", &starts_with},
                                              {"ends_with", &ends_with},
                                              {"contains", &contains},
                                              {"replace", &replace},
                                              {"split", &split_text},
                                              {"join", &join_list},
                                              {"sub", &sub},
                                              {"find", &find},
                                              {"matches", &matches},
                                              {nullptr, nullptr}};
    luaL_newlib(lua, kFunctions);
    // Lua's own format: its widths are bounded and it knows no patterns.
    lua_pushcfunction(lua, &luaopen_string);
    lua_call(lua, 0, 1);
    lua_getfield(lua, -1, "format");
    lua_setfield(lua, -3, "format");
    lua_pop(lua, 1);
}

}  // namespace aifp::expression
