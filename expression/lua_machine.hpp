#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <lua5.4/lua.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "expression/lua_source.hpp"
#include "expression/sandbox.hpp"

namespace aifp::expression {

/// Why an evaluation stopped, as noted at the place where it did.
struct Failure {
    enum class Kind {
        none,
        undefined,  ///< A name or key is not known. The only kind that default() swallows.
        wrong,      ///< The expression does something that cannot be.
        limit,      ///< Too much work or memory.
    };
    Kind kind = Kind::none;
    std::string key;      ///< Of undefined: the word that was looked up; may be empty.
    std::string message;  ///< What is wrong; empty for "KEY is not known".
    std::string hint;     ///< Goes behind "KEY is not known"; may be empty.
    int line = 0;         ///< Of the code, 0 if it is not known.
};

/// One Lua state with nothing in it but our functions, its memory and its work counted. Internal to
/// this room; loop thread only.
class LuaMachine {
public:
    explicit LuaMachine(Limits limits);
    ~LuaMachine();
    LuaMachine(const LuaMachine&) = delete;
    LuaMachine& operator=(const LuaMachine&) = delete;

    /// The machine a function was called in.
    [[nodiscard]] static LuaMachine& of(lua_State* lua) noexcept {
        return **static_cast<LuaMachine**>(lua_getextraspace(lua));
    }

    /// Compiles and keeps a function until unload(). Errors: a SyntaxProblem.
    [[nodiscard]] Parsed<int> load(const LuaSource& source);
    void unload(int reference) noexcept;

    /// Runs a function; its one result is left on top of the stack for the caller to read and then
    /// finish(). False: it stopped, failure() says why, and nothing is on the stack.
    [[nodiscard]] bool start(int reference, bool is_counted, const Scope& scope);
    /// Pops the result and ends the evaluation: proxies of its values are dead from here on.
    void finish() noexcept;

    [[nodiscard]] lua_State* lua() const noexcept { return lua_; }
    [[nodiscard]] const Scope& scope() const noexcept { return *scope_; }
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
    [[nodiscard]] std::size_t memory_in_use() const noexcept { return used_; }
    [[nodiscard]] Failure& failure() noexcept { return failure_; }

    /// Counts work that Lua's own counting does not see. False when the limit is reached.
    [[nodiscard]] bool spend(std::int64_t instructions) noexcept {
        budget_ -= instructions;
        return budget_ >= 0;
    }
    /// Keeps a value alive until the evaluation ends.
    [[nodiscard]] const boost::json::value& keep(boost::json::value value) {
        return kept_.emplace_back(std::move(value));
    }
    /// Registry reference of the proxies' metatable; set once by install_proxies().
    int proxy_metatable = LUA_NOREF;

private:
    static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);
    static void count(lua_State* lua, lua_Debug* activation);
    void begin(bool is_counted, const Scope& scope);
    void end() noexcept;

    Limits limits_;
    lua_State* lua_ = nullptr;
    const Scope* scope_ = nullptr;
    std::deque<boost::json::value> kept_;
    Failure failure_;
    std::int64_t budget_ = 0;
    std::uint64_t generation_ = 0;
    std::size_t used_ = 0;      ///< Bytes that Lua holds.
    std::size_t baseline_ = 0;  ///< Of these, what is not from evaluations.
    std::size_t ceiling_ = static_cast<std::size_t>(-1);
    std::size_t traffic_ = 0;  ///< Bytes handed out in this evaluation, whether given back or not.
    std::size_t max_traffic_ = static_cast<std::size_t>(-1);
};

/// End the running function with a Failure. Only inside functions that Lua calls.
[[noreturn]] void raise_unknown(lua_State* lua, std::string_view key, std::string hint);
[[noreturn]] void raise_undefined(lua_State* lua, std::string key, std::string message);
[[noreturn]] void raise_wrong(lua_State* lua, std::string message);
[[noreturn]] void raise_too_much_work(lua_State* lua);
/// spend() or raise.
inline void charge(lua_State* lua, std::size_t instructions) {
    if (!LuaMachine::of(lua).spend(static_cast<std::int64_t>(instructions))) {
        raise_too_much_work(lua);
    }
}
/// The price of touching `bytes` of text.
[[nodiscard]] constexpr std::size_t price_of_bytes(std::size_t bytes) noexcept {
    return 1 + bytes / 32;
}
/// Notes what a foreign error (Lua's own, a text on top of the stack) says and where; the message
/// handler of every protected call.
int note_failure(lua_State* lua);
/// Whether the error object on top of the stack is a noted "not known".
[[nodiscard]] bool is_undefined_error(lua_State* lua);

}  // namespace aifp::expression
