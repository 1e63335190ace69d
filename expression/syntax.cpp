#include "expression/syntax.hpp"

#include <lua5.4/lua.hpp>
#include <memory>

#include "expression/lua_source.hpp"
#include "expression/template_parts.hpp"

namespace aifp::expression {

namespace {

struct CloseLua {
    void operator()(lua_State* lua) const noexcept { lua_close(lua); }
};
using LuaPointer = std::unique_ptr<lua_State, CloseLua>;

std::optional<SyntaxProblem> parse(lua_State* lua, const LuaSource& source) {
    if (luaL_loadbufferx(lua, source.code.data(), source.code.size(), "=e", "t") == LUA_OK) {
        lua_settop(lua, 0);
        return std::nullopt;
    }
    std::size_t length = 0;
    const char* message = lua_tolstring(lua, -1, &length);
    SyntaxProblem found = explain_parser_error(source, std::string_view(message, length));
    lua_settop(lua, 0);
    return found;
}

}  // namespace

std::optional<SyntaxProblem> check_expression(std::string_view text) {
    const Parsed<LuaSource> source = to_lua(text, 0, Ending::end_of_text);
    if (!source) {
        return source.error();
    }
    const LuaPointer lua(luaL_newstate());
    return parse(lua.get(), *source);
}

std::optional<SyntaxProblem> check_template(std::string_view text) {
    if (!has_placeholder(text)) {
        return std::nullopt;
    }
    const auto parts = split_template(text);
    if (!parts) {
        return parts.error();
    }
    const LuaPointer lua(luaL_newstate());
    for (const TemplatePart& part : *parts) {
        if (!part.is_expression) {
            continue;
        }
        if (auto found = parse(lua.get(), part.source)) {
            return found;
        }
    }
    return std::nullopt;
}

bool has_placeholder(std::string_view text) noexcept {
    return text.find("{{") != std::string_view::npos;
}

}  // namespace aifp::expression
