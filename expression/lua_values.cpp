#include "expression/lua_values.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "expression/lua_machine.hpp"

namespace aifp::expression {

namespace json = boost::json;

namespace {

constexpr int kMaxDepth = 64;

tl::unexpected<Error> too_much_work() {
    return fail(ErrorCode::busy, "it does more work than it may");
}

bool spend_bytes(lua_State* lua, std::size_t bytes) {
    return LuaMachine::of(lua).spend(static_cast<std::int64_t>(price_of_bytes(bytes)));
}

/// A whole number if it is one: JSON does not tell 60 from 60.0, people do.
Result<json::value> number_to_json(double number) {
    constexpr double kWholeUpTo = 9007199254740992.0;  // 2^53
    if (!std::isfinite(number)) {
        return fail(ErrorCode::invalid_input, "the result is not a finite number");
    }
    if (std::trunc(number) == number && std::abs(number) <= kWholeUpTo) {
        return json::value(static_cast<std::int64_t>(number));
    }
    return json::value(number);
}

/// Copies Lua's values. Bounded in depth and, by spending, in size: a table may hold another table
/// many times over.
class Converter {
public:
    explicit Converter(lua_State* lua) : lua_(lua) {}
    Result<json::value> convert(int index, int depth);

private:
    Result<json::value> text(int index);
    Result<json::value> table(int index, int depth);
    Result<json::value> list(int index, int depth, lua_Unsigned size);
    Result<json::value> object(int index, int depth);
    /// What the key on top but one is called.
    Result<std::string> key();

    lua_State* lua_;
};

Result<json::value> Converter::convert(int index, int depth) {
    if (depth > kMaxDepth) {
        return fail(ErrorCode::invalid_input, "the result is nested more than 64 deep");
    }
    if (!spend_bytes(lua_, 0)) {
        return too_much_work();
    }
    switch (lua_type(lua_, index)) {
        case LUA_TNIL:
            return json::value(nullptr);
        case LUA_TBOOLEAN:
            return json::value(lua_toboolean(lua_, index) != 0);
        case LUA_TNUMBER:
            if (lua_isinteger(lua_, index) != 0) {
                return json::value(std::int64_t{lua_tointeger(lua_, index)});
            }
            return number_to_json(lua_tonumber(lua_, index));
        case LUA_TSTRING:
            return text(index);
        case LUA_TTABLE:
            return table(index, depth);
        case LUA_TUSERDATA: {
            const json::value& value = *proxied(lua_, index);
            if (!spend_bytes(lua_, weight_of(value))) {
                return too_much_work();
            }
            return json::value(value);
        }
        default:
            return fail(ErrorCode::invalid_input,
                        "the result is a function; write () behind its name to call it");
    }
}

Result<json::value> Converter::text(int index) {
    std::size_t length = 0;
    const char* bytes = lua_tolstring(lua_, index, &length);
    const std::string_view text(bytes, length);
    if (!spend_bytes(lua_, length)) {
        return too_much_work();
    }
    if (first_invalid_utf8(text)) {
        return fail(ErrorCode::invalid_input, "the result is not UTF-8 text");
    }
    return json::value(text);
}

Result<json::value> Converter::table(int index, int depth) {
    if (lua_checkstack(lua_, 4) == 0) {
        return fail(ErrorCode::busy, "it needs more memory than it may use");
    }
    const int at = lua_absindex(lua_, index);
    const lua_Unsigned size = lua_rawlen(lua_, at);
    return size > 0 ? list(at, depth, size) : object(at, depth);
}

Result<json::value> Converter::list(int index, int depth, lua_Unsigned size) {
    json::array items;
    for (lua_Unsigned at = 1; at <= size; ++at) {
        lua_rawgeti(lua_, index, static_cast<lua_Integer>(at));
        Result<json::value> item = convert(-1, depth + 1);
        lua_pop(lua_, 1);
        if (!item) {
            return item;
        }
        items.push_back(std::move(*item));
    }
    return json::value(std::move(items));
}

Result<json::value> Converter::object(int index, int depth) {
    json::object members;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
        Result<std::string> name = key();
        Result<json::value> value = name ? convert(-1, depth + 1) : fail(name.error());
        if (!value) {
            lua_pop(lua_, 2);
            return value;
        }
        members.insert_or_assign(*name, std::move(*value));
    }
    return json::value(std::move(members));
}

Result<std::string> Converter::key() {
    if (lua_isinteger(lua_, -2) != 0) {
        return fmt::format("{}", lua_tointeger(lua_, -2));
    }
    if (lua_type(lua_, -2) != LUA_TSTRING) {
        return fail(ErrorCode::invalid_input, "a key of the result is not a text");
    }
    const Result<json::value> name = text(-2);
    if (!name) {
        return fail(name.error());
    }
    return std::string(name->get_string());
}

std::optional<std::string_view> text_at(lua_State* lua, int index) {
    if (lua_type(lua, index) != LUA_TSTRING) {
        return std::nullopt;
    }
    std::size_t length = 0;
    const char* bytes = lua_tolstring(lua, index, &length);
    return std::string_view(bytes, length);
}

}  // namespace

std::size_t weight_of(const json::value& value) {
    // Iterative: the payload's depth is not ours to trust.
    std::size_t weight = 0;
    std::vector<const json::value*> open = {&value};
    while (!open.empty()) {
        const json::value& next = *open.back();
        open.pop_back();
        weight += 32;
        if (const auto* text = next.if_string()) {
            weight += text->size();
        } else if (const auto* list = next.if_array()) {
            for (const json::value& item : *list) {
                open.push_back(&item);
            }
        } else if (const auto* object = next.if_object()) {
            for (const auto& member : *object) {
                weight += member.key().size();
                open.push_back(&member.value());
            }
        }
    }
    return weight;
}

void push_json(lua_State* lua, const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            lua_pushnil(lua);
            return;
        case json::kind::bool_:
            lua_pushboolean(lua, value.get_bool() ? 1 : 0);
            return;
        case json::kind::int64:
            lua_pushinteger(lua, value.get_int64());
            return;
        case json::kind::uint64:  // only beyond what an int64 holds
            lua_pushnumber(lua, static_cast<double>(value.get_uint64()));
            return;
        case json::kind::double_:
            lua_pushnumber(lua, value.get_double());
            return;
        case json::kind::string: {
            const json::string& text = value.get_string();
            charge(lua, price_of_bytes(text.size()));
            lua_pushlstring(lua, text.data(), text.size());
            return;
        }
        case json::kind::array:
        case json::kind::object:
            push_proxy(lua, value);
            return;
    }
}

Result<json::value> to_json(lua_State* lua, int index) {
    return Converter(lua).convert(index, 0);
}

json::value json_argument(lua_State* lua, int index) {
    Result<json::value> value = to_json(lua, index);
    if (!value) {
        if (value.error().code() == ErrorCode::busy) {
            raise_too_much_work(lua);
        }
        raise_wrong(lua, value.error().detail());
    }
    return std::move(*value);
}

Status append_text(lua_State* lua, int index, std::string& out) {
    if (const auto text = text_at(lua, index)) {
        if (!spend_bytes(lua, text->size())) {
            return too_much_work();
        }
        if (first_invalid_utf8(*text)) {
            return fail(ErrorCode::invalid_input, "the result is not UTF-8 text");
        }
        out += *text;
        return {};
    }
    const Result<json::value> value = to_json(lua, index);
    if (!value) {
        return fail(value.error());
    }
    if (value->is_null()) {
        return {};
    }
    if (const double* number = value->if_double()) {
        fmt::format_to(std::back_inserter(out), "{:.14g}", *number);
    } else {
        out += json_text(*value);
    }
    return {};
}

std::string_view kind_name(lua_State* lua, int index) {
    switch (lua_type(lua, index)) {
        case LUA_TNONE:
        case LUA_TNIL:
            return "null";
        case LUA_TBOOLEAN:
            return "boolean";
        case LUA_TNUMBER:
            return "number";
        case LUA_TSTRING:
            return "text";
        case LUA_TTABLE:
            return lua_rawlen(lua, index) > 0 ? "list" : "object";
        case LUA_TUSERDATA:
            return proxied(lua, index)->is_array() ? "list" : "object";
        default:
            return "function";
    }
}

}  // namespace aifp::expression
