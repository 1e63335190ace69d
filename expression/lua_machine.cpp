#include "expression/lua_machine.hpp"

#include <algorithm>
#include <cstdlib>

#include "expression/functions.hpp"
#include "expression/lua_values.hpp"

namespace aifp::expression {

namespace {

/// The hook looks at the work done every so many instructions.
constexpr int kCountStep = 256;
/// Big texts make single instructions slow (a comparison, a concatenation): each such amount of
/// memory in use makes instructions dearer by their plain price.
constexpr std::size_t kBytesPerSurcharge = std::size_t{16} * 1024;
/// How often an evaluation may turn its memory over.
constexpr std::size_t kTrafficFactor = 16;

/// Its address is the error object of every failure that is noted in the machine.
char noted_marker = 0;

int line_of_caller(lua_State* lua) {
    lua_Debug activation;
    for (int level = 0; lua_getstack(lua, level, &activation) == 1; ++level) {
        lua_getinfo(lua, "l", &activation);
        if (activation.currentline > 0) {
            return activation.currentline;
        }
    }
    return 0;
}

[[noreturn]] void raise(lua_State* lua, Failure failure) {
    failure.line = line_of_caller(lua);
    LuaMachine::of(lua).failure() = std::move(failure);
    lua_pushlightuserdata(lua, &noted_marker);
    lua_error(lua);
    std::abort();  // lua_error does not return, but is not declared so
}

bool is_noted(lua_State* lua) {
    return lua_islightuserdata(lua, -1) && lua_touserdata(lua, -1) == &noted_marker;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Lua's own words, without its internals.
std::string humanise(std::string_view message) {
    if (message.starts_with("e:")) {
        message.remove_prefix(std::min(message.find(": ") + 2, message.size()));
    }
    std::string text(message);
    replace_all(text, "attempt to ", "cannot ");
    replace_all(text, "a nil value", "null");
    replace_all(text, "a userdata value", "an object or list");
    replace_all(text, "a table value", "a list or object");
    replace_all(text, "a string value", "a text");
    replace_all(text, "nil with", "null with");
    replace_all(text, "with nil", "with null");
    replace_all(text, "got nil", "got null");
    replace_all(text, "got no value", "got nothing");
    replace_all(text, "compare string", "compare text");
    replace_all(text, "with string", "with text");
    replace_all(text, "string expected", "text expected");
    replace_all(text, "got string", "got text");
    if (text.find("arithmetic on a text") != std::string::npos) {
        text += "; make a number of it with number()";
    }
    return text;
}

Failure failure_from_lua(std::string_view message) {
    if (message == "not enough memory" ||
        message.find("error in error handling") != std::string_view::npos) {
        return {Failure::Kind::limit, {}, "it needs more memory than it may use", {}, 0};
    }
    if (message.find("stack overflow") != std::string_view::npos) {
        return {Failure::Kind::limit, {}, "a function calls itself too deeply", {}, 0};
    }
    return {Failure::Kind::wrong, {}, humanise(message), {}, 0};
}

}  // namespace

void raise_unknown(lua_State* lua, std::string_view key, std::string hint) {
    raise(lua, {Failure::Kind::undefined, std::string(key), {}, std::move(hint), 0});
}

void raise_undefined(lua_State* lua, std::string key, std::string message) {
    raise(lua, {Failure::Kind::undefined, std::move(key), std::move(message), {}, 0});
}

void raise_wrong(lua_State* lua, std::string message) {
    raise(lua, {Failure::Kind::wrong, {}, std::move(message), {}, 0});
}

void raise_too_much_work(lua_State* lua) {
    raise(lua, {Failure::Kind::limit, {}, "it does more work than it may", {}, 0});
}

bool is_undefined_error(lua_State* lua) {
    return is_noted(lua) && LuaMachine::of(lua).failure().kind == Failure::Kind::undefined;
}

int note_failure(lua_State* lua) {
    if (is_noted(lua)) {
        return 1;  // noted where it happened, or passed on by default()
    }
    std::size_t length = 0;
    const char* text = lua_tolstring(lua, -1, &length);
    Failure failure = failure_from_lua(text != nullptr ? std::string_view(text, length) : "");
    failure.line = line_of_caller(lua);
    LuaMachine::of(lua).failure() = std::move(failure);
    lua_pushlightuserdata(lua, &noted_marker);
    return 1;
}

LuaMachine::LuaMachine(Limits limits) : limits_(limits) {
    lua_ = lua_newstate(&allocate, this);
    if (lua_ == nullptr) {
        std::abort();  // no memory for 3 KiB at start-up
    }
    *static_cast<LuaMachine**>(lua_getextraspace(lua_)) = this;
    install_proxies(lua_);
    install_functions(lua_);
    lua_gc(lua_, LUA_GCCOLLECT);
    baseline_ = used_;
}

LuaMachine::~LuaMachine() {
    lua_close(lua_);
}

void* LuaMachine::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
    auto& machine = *static_cast<LuaMachine*>(self);
    const std::size_t before = block != nullptr ? old_size : 0;
    if (new_size == 0) {
        std::free(block);
        machine.used_ -= before;
        return nullptr;
    }
    if (new_size > before) {
        machine.traffic_ += new_size;
        if (machine.used_ - before + new_size > machine.ceiling_ ||
            machine.traffic_ > machine.max_traffic_) {
            return nullptr;
        }
    }
    void* moved = std::realloc(block, new_size);
    if (moved != nullptr) {
        machine.used_ = machine.used_ - before + new_size;
    }
    return moved;
}

void LuaMachine::count(lua_State* lua, lua_Debug*) {
    LuaMachine& machine = of(lua);
    const std::size_t on_top = machine.used_ - std::min(machine.used_, machine.baseline_);
    const std::size_t price = 1 + on_top / kBytesPerSurcharge;
    charge(lua, kCountStep * price);
}

Parsed<int> LuaMachine::load(const LuaSource& source) {
    const std::size_t before = used_;
    ceiling_ = used_ + limits_.memory_bytes;
    const int status = luaL_loadbufferx(lua_, source.code.data(), source.code.size(), "=e", "t");
    ceiling_ = static_cast<std::size_t>(-1);
    if (status != LUA_OK) {
        std::size_t length = 0;
        const char* text = lua_tolstring(lua_, -1, &length);
        SyntaxProblem found = explain_parser_error(source, std::string_view(text, length));
        lua_pop(lua_, 1);
        return tl::unexpected(std::move(found));
    }
    const int reference = luaL_ref(lua_, LUA_REGISTRYINDEX);
    baseline_ += used_ > before ? used_ - before : 0;
    return reference;
}

void LuaMachine::unload(int reference) noexcept {
    luaL_unref(lua_, LUA_REGISTRYINDEX, reference);
}

void LuaMachine::begin(bool is_counted, const Scope& scope) {
    scope_ = &scope;
    failure_ = Failure();
    budget_ = limits_.instructions;
    if (used_ > baseline_ + limits_.memory_bytes / 2) {  // left over from evaluations before
        lua_gc(lua_, LUA_GCCOLLECT);
        baseline_ = used_;
    }
    ceiling_ = std::max(used_, baseline_) + limits_.memory_bytes;
    traffic_ = 0;
    max_traffic_ = limits_.memory_bytes * kTrafficFactor;
    if (is_counted) {
        lua_sethook(lua_, &count, LUA_MASKCOUNT, kCountStep);
    }
}

void LuaMachine::end() noexcept {
    lua_sethook(lua_, nullptr, 0, 0);
    ceiling_ = max_traffic_ = static_cast<std::size_t>(-1);
    scope_ = nullptr;
    ++generation_;
    if (!kept_.empty()) {
        kept_.clear();
    }
}

bool LuaMachine::start(int reference, bool is_counted, const Scope& scope) {
    begin(is_counted, scope);
    lua_pushcfunction(lua_, &note_failure);
    lua_rawgeti(lua_, LUA_REGISTRYINDEX, reference);
    const int status = lua_pcall(lua_, 0, 1, 1);
    if (status == LUA_OK) {
        return true;
    }
    if (failure_.kind == Failure::Kind::none || !is_noted(lua_)) {
        failure_ = status == LUA_ERRRUN
                       ? Failure{Failure::Kind::wrong, {}, "it cannot be evaluated", {}, 0}
                       : failure_from_lua("not enough memory");
    }
    finish();
    if (failure_.kind == Failure::Kind::limit) {
        lua_gc(lua_, LUA_GCCOLLECT);  // what it had piled up goes at once
    }
    return false;
}

void LuaMachine::finish() noexcept {
    lua_settop(lua_, 0);
    end();
}

}  // namespace aifp::expression
