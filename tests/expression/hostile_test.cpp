#include <gtest/gtest.h>

#include "expression/syntax.hpp"
#include "tests/expression/fixture.hpp"

namespace aifp::expression {
namespace {

class Hostile : public testing::TestWithParam<std::string_view> {};

TEST_P(Hostile, is_stopped_and_leaves_the_sandbox_usable) {
    Limits limits;
    limits.instructions = 100'000;
    limits.memory_bytes = 1024 * 1024;
    Household household(limits);
    const std::size_t before = household.sandbox.memory_in_use();

    EXPECT_EQ(household.error_of(GetParam()), ErrorCode::busy) << household.evaluate(GetParam());

    EXPECT_EQ(household.evaluate("state.lux + 1"), "36");
    EXPECT_LT(household.sandbox.memory_in_use(), before + 128 * 1024);
}

INSTANTIATE_TEST_SUITE_P(
    Expressions,
    Hostile,
    testing::Values(
        "(function() while true do end end)()",
        "(function() repeat until false end)()",
        "(function() ::a:: goto a end)()",
        "(function() local f f = function() return f() end return f() end)()",
        "(function() local f f = function() return 1 + f() end return f() end)()",
        "(function() local f f = function() return default(f(), 1) end return f() end)()",
        "(function() local s = 'x' while true do s = s .. s end end)()",
        "(function() local t = {} while true do t[#t + 1] = {} end end)()",
        "(function() local s = ('x'):format() for i = 1, 18 do s = s .. s end "
        "local n = 0 while true do if s .. 'a' == s .. 'b' then n = n + 1 end end end)()",
        "(function() local s = 'xxxxxxxx' while true do s = text.replace(s, 'x', 'xx') end end)()",
        "(function() local s = 'ab' for i = 1, 17 do s = s .. s end "
        "while true do text.find(s, s .. 'c') end end)()",
        "(function() local s = 'a' for i = 1, 17 do s = s .. s end "
        "while true do text.matches(s, '*' .. s .. 'b*' ) end end)()",
        "(function() local t = {} for i = 1, 50 do t = {t, t} end return t end)()",
        "(function() local t = {1} for i = 1, 50 do t = {t, t} end return json.encode(t) end)()",
        "(function() local s = '1' for i = 1, 12 do s = s .. ',1' .. s end "
        "while true do local x = json.decode('[' .. s .. ']') end end)()",
        "(function() while true do default(state.a, 1) end end)()",
        "(function() local t = {} for i = 1, 1e9 do t[i] = tostring(i) end end)()",
        "default((function() while true do end end)(), 1)",
        "(function() while true do time.format('%A %B') end end)()"));

TEST(Sandbox, names_the_limit) {
    Household household;
    EXPECT_EQ(household.evaluate("(function() while true do end end)()"),
              "the expression was stopped: it does more work than it may (column 24)");
    EXPECT_EQ(household.evaluate("(function() local s = 'x' while true do s = s .. s end end)()"),
              "the expression was stopped: it needs more memory than it may use");
}

TEST(Sandbox, has_nothing_that_reaches_outside) {
    Household household;
    for (const char* name :
         {"os",      "io",          "require",     "load",           "loadstring",   "dofile",
          "package", "debug",       "coroutine",   "getmetatable",   "setmetatable", "rawset",
          "rawget",  "pcall",       "error",       "collectgarbage", "print",        "string.rep",
          "_G",      "string.gsub", "string.dump", "utf8",           "table"}) {
        EXPECT_EQ(household.error_of(name), ErrorCode::not_found) << name;
    }
}

TEST(Sandbox, environment_table_cannot_be_changed) {
    Household household;
    EXPECT_EQ(household.error_of("(function() time = 1 end)()"), ErrorCode::invalid_input);
    EXPECT_EQ(household.error_of("(function() ('x').y = 1 end)()"), ErrorCode::invalid_input);
    EXPECT_EQ(household.evaluate("time.hour()"), "18");
}

TEST(Sandbox, nothing_is_kept_in_an_environment_of_its_own) {
    Household household;
    for (const char* text : {"(function() _ENV = {n = 1} return true end)()",
                             "(function() local _ENV = {} return true end)()",
                             "(function(_ENV) return n end)({n = 1})",
                             "(function() _ENV.x = 1 end)()",
                             "_ENV.os"}) {
        EXPECT_EQ(household.error_of(text), ErrorCode::invalid_input) << text;
    }
}

TEST(Sandbox, binary_chunks_are_not_read) {
    Household household;
    EXPECT_EQ(household.error_of("\x1bLua"), ErrorCode::invalid_input);
}

TEST(Sandbox, deep_nesting_is_refused) {
    Household household;
    const std::string deep = std::string(5000, '(') + "1" + std::string(5000, ')');
    EXPECT_EQ(household.sandbox.compile(deep).error().detail(),
              "this expression is too deeply nested (column 1)");
}

TEST(Sandbox, long_texts_are_refused) {
    Household household;
    EXPECT_EQ(household.error_of(std::string(kMaxExpressionBytes, ' ') + "1"),
              ErrorCode::invalid_input);
}

TEST(Sandbox, deep_results_are_refused) {
    Household household;
    EXPECT_EQ(household.evaluate("(function() local t = {1} for i = 1, 70 do t = {t} end "
                                 "return t end)()"),
              "the result is nested more than 64 deep");
}

TEST(Sandbox, large_payload_is_read_in_place) {
    Household household;
    boost::json::array items;
    for (int at = 0; at < 100'000; ++at) {
        items.emplace_back(std::to_string(at) + " is a text of some length");
    }
    household.scope.values()["payload"] = std::move(items);
    const std::size_t before = household.sandbox.memory_in_use();

    EXPECT_EQ(household.evaluate("#payload"), "100000");
    EXPECT_EQ(household.evaluate("payload[100000]"), "\"99999 is a text of some length\"");

    EXPECT_LT(household.sandbox.memory_in_use(), before + 16 * 1024);
}

}  // namespace
}  // namespace aifp::expression
