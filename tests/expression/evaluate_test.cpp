#include <gtest/gtest.h>

#include "tests/expression/fixture.hpp"

namespace aifp::expression {
namespace {

struct Case {
    std::string_view text;
    std::string_view result;
};

class Evaluate : public testing::TestWithParam<Case> {};

TEST_P(Evaluate, gives_the_result) {
    Household household;
    EXPECT_EQ(household.evaluate(GetParam().text), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    Evaluate,
    testing::Values(
        Case{R"(state.presence == "home")", "true"},
        Case{R"(state.presence != "home")", "false"},
        Case{R"(state.presence ~= "away" AND NOT (state.lux > 40 OR false))", "true"},
        Case{R"("AND OR != = && {{ }}")", R"("AND OR != = && {{ }}")"},
        Case{"presence", R"("home")"},
        Case{"stove.state", R"("off")"},
        Case{R"(state["living-room"].t)", "2.15E1"},
        Case{R"(state["küche"])", R"("warm")"},
        Case{"trigger.id == 'dusk' and 60 or 0", "60"},
        Case{"state.lux < vars.limit", "true"},
        Case{R"(repeat.item .. repeat["index"])", R"("porch2")"},
        Case{"1 + 2 * 3", "7"},
        Case{"120 / 2", "60"},
        Case{"7 // 2", "3"},
        Case{"0.5 + 0.25", "7.5E-1"},
        Case{"2 ^ 10", "1024"},
        Case{"9223372036854775807", "9223372036854775807"},
        Case{"state.big > 1", "true"},
        Case{"null", "null"},
        Case{"state.nothing", "null"},
        Case{"state.nothing == nil", "true"},
        Case{"trigger.payload.n", "[1,2,3]"},
        Case{"trigger.payload.n[1]", "1"},
        Case{"#trigger.payload.n", "3"},
        Case{"trigger.payload.user", R"({"name":"Ada"})"},
        Case{"trigger.payload.user == trigger.payload.same", "true"},
        Case{"trigger.payload.user == trigger.payload.n", "false"},
        Case{"{1, 2, {a = true}}", R"([1,2,{"a":true}])"},
        Case{"{AND = 1}", "unexpected 'AND' (column 2)"},
        Case{"({name = state.presence}).name", R"("home")"},
        Case{"[[a\nb\\]]", R"("a\nb\\")"},
        Case{R"("a\z
                b\
c")",
             R"("ab\nc")"},
        Case{R"("\u{e9}" .. 'x')", "\"\u00e9x\""},
        Case{R"("a" .. 1 .. true)", R"("a1true")"},
        Case{R"(true .. "x")", R"("truex")"},
        Case{R"("u=" .. trigger.payload.user)", R"("u={\"name\":\"Ada\"}")"},
        Case{"state.presence:upper()", R"("HOME")"},
        Case{"(function(x) local y = x + 1 return y end)(4)", "5"},
        Case{"(function() local s = 0 for _, v in ipairs(trigger.payload.n) do s = s + v end "
             "return s end)()",
             "6"},
        Case{"(function() local s = '' for k, v in pairs(trigger.payload.user) do "
             "s = s .. k .. '=' .. v end return s end)()",
             R"("name=Ada")"},
        Case{"(function() local c = 0 for _ in pairs(trigger.payload.n) do c = c + 1 end "
             "return c end)()",
             "3"},
        Case{"(function() local c = 0 for _ in pairs(trigger.payload.empty) do c = 1 end "
             "return c end)()",
             "0"}));

INSTANTIATE_TEST_SUITE_P(
    Defaults,
    Evaluate,
    testing::Values(Case{R"(default(state.presense, "away"))", R"("away")"},
                    Case{"default(state.a.b.c, 1)", "1"},
                    Case{"default(state.nothing, 2)", "2"},
                    Case{"default(state.nothing.deep, 3)", "3"},
                    Case{"default(state.lux.deep, 4)", "4"},
                    Case{"default(state.presence.deep, 5)", "5"},
                    Case{"default(trigger.payload.n[9], 6)", "6"},
                    Case{"default(unheard, 7)", "7"},
                    Case{"default(state.wet, false)", "true"},
                    Case{"default(trigger.payload.end, 1) + default(vars.nil.x, 2)", "3"},
                    Case{"default(default(state.a, state.nothing), 8)", "8"},
                    Case{"default({1, 2}[1], 9)", "unexpected '[' (column 15)"},
                    Case{"default(({1, 2})[2], 9)", "2"},
                    Case{"default(math.max(1, state.a), 10)", "10"},
                    Case{"default(function() local a, b = 1, 2 return b end, 1)()", "2"},
                    Case{"default(1)",
                         "default() needs a second value; write: default(value, what_else) "
                         "(column 10)"},
                    Case{"default(1 + true, 2)",
                         "cannot perform arithmetic on a boolean value (column 11)"}));

INSTANTIATE_TEST_SUITE_P(
    Errors,
    Evaluate,
    testing::Values(
        Case{"state.presense == 1",
             "state.presense is not known; did you mean presence? (column 7)"},
        Case{"1 + trigger.payload.usr.name",
             "trigger.payload.usr is not known; did you mean user? (column 21)"},
        Case{"sate.lux", "sate is not known; did you mean state? (column 1)"},
        Case{"stoove.state", "stoove is not known; did you mean stove? (column 1)"},
        Case{"True", "True is not known; did you mean true? (column 1)"},
        Case{"text.uper('a')", "text.uper is not known; did you mean upper? (column 6)"},
        Case{"state.living-room",
             "state.living is not known; did you mean [\"living-room\"]? (column 7)"},
        Case{R"(state["x" .. "y"])", "\"xy\" is not known"},
        Case{R"(state["wett"])", "\"wett\" is not known; did you mean wet? (column 7)"},
        Case{"os.time()", "os is not known (column 1)"},
        Case{"trigger.payload.n[0]",
             "there is no [0] in a list of 3; the first is [1] (column 19)"},
        Case{"trigger.payload.n.length",
             "a list is read with a number, the first is [1]; # gives its size (column 19)"},
        Case{R"(('{"a":1}').a)",
             "a is not known; it is asked of a text that looks like JSON: write json.decode(…), "
             "or, for the body of a webhook, send it with Content-Type: application/json "
             "(column 13)"},
        Case{"state.nothing.x", "'x' cannot be read of null (column 15)"},
        Case{"state.presence + 1",
             "cannot perform arithmetic on a text (field 'presence'); make a number of it with "
             "number() (column 16)"},
        Case{R"("10" + 1)",
             "cannot perform arithmetic on a text (constant '10'); make a number of it with "
             "number() (column 6)"},
        Case{R"("10" < 9)", "cannot compare text with number (column 8)"},
        Case{R"("a" .. state.nothing)",
             "null cannot be joined to a text; write: default(value, \"\") (column 5)"},
        Case{"state.nothing > 1", "cannot compare number with null (column 17)"},
        Case{"text.upper", "the result is a function; write () behind its name to call it"},
        Case{"1 / 0", "the result is not a finite number"},
        Case{R"("\xff")", "the result is not UTF-8 text"},
        Case{"{[{}] = 1}", "a key of the result is not a text"},
        Case{"(function() x = 1 end)()",
             "an expression cannot set names; inside a function write: local name = value "
             "(column 17)"},
        Case{"(function() state.lux = 1 end)()",
             "an expression cannot change what it reads (column 25)"},
        Case{"(function() text.upper = 1 end)()",
             "an expression cannot set names; inside a function write: local name = value "
             "(column 26)"}));

TEST(Sandbox, holds_needs_a_boolean) {
    Household household;
    const auto text = household.sandbox.compile("state.presence").value();
    const auto nothing = household.sandbox.compile("state.nothing").value();
    const auto wet = household.sandbox.compile("state.wet").value();

    EXPECT_EQ(household.sandbox.holds(text, household.scope).error().detail(),
              "a condition must be true or false, this one is a text");
    EXPECT_EQ(household.sandbox.holds(nothing, household.scope).error().detail(),
              "a condition must be true or false, this one is null");
    EXPECT_TRUE(household.sandbox.holds(wet, household.scope).value());
}

TEST(Sandbox, tells_unknown_names_from_other_mistakes) {
    Household household;
    EXPECT_EQ(household.error_of("state.presense"), ErrorCode::not_found);
    EXPECT_EQ(household.error_of("1 + true"), ErrorCode::invalid_input);
    EXPECT_EQ(household.error_of("1 +"), ErrorCode::invalid_input);
}

TEST(Sandbox, compiled_expression_outlives_it) {
    auto household = std::make_unique<Household>();
    auto expression =
        std::make_unique<CompiledExpression>(household->sandbox.compile("state.lux").value());
    household.reset();
    EXPECT_EQ(expression->text(), "state.lux");
    expression.reset();
}

TEST(Sandbox, gives_back_the_memory_of_dropped_expressions) {
    Household household;
    std::size_t after_first = 0;
    for (int round = 0; round < 5; ++round) {
        std::vector<CompiledExpression> expressions;
        for (int at = 0; at < 2000; ++at) {
            expressions.push_back(
                household.sandbox.compile("state.lux > " + std::to_string(at)).value());
        }
        EXPECT_EQ(household.sandbox.holds(expressions[7], household.scope), true);
        after_first = round == 0 ? household.sandbox.memory_in_use() : after_first;
    }
    EXPECT_LT(household.sandbox.memory_in_use(), after_first * 3);
}

TEST(Sandbox, assigning_a_compiled_expression_swaps_it) {
    Household household;
    auto first = household.sandbox.compile("1").value();
    first = household.sandbox.compile("2").value();
    EXPECT_EQ(household.sandbox.evaluate(first, household.scope).value(), 2);
}

}  // namespace
}  // namespace aifp::expression
