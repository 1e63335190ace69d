#include <gtest/gtest.h>

#include "expression/glob.hpp"
#include "tests/expression/fixture.hpp"

namespace aifp::expression {
namespace {

struct Case {
    std::string_view text;
    std::string_view result;
};

class Functions : public testing::TestWithParam<Case> {};

TEST_P(Functions, give_the_result) {
    Household household;
    EXPECT_EQ(household.evaluate(GetParam().text), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Plain,
    Functions,
    testing::Values(Case{"number('12')", "12"},
                    Case{"number(' 1.5 ')", "1.5E0"},
                    Case{"number('abc', 3)", "3"},
                    Case{"number(null, 4)", "4"},
                    Case{"number('inf', 5)", "5"},
                    Case{"number('abc')",
                         "this text is not a number; write: number(value, what_else) (column 1)"},
                    Case{"tonumber('x')", "null"},
                    Case{"number(trigger.payload.text) + 1", "8"},
                    Case{"round(2.5)", "3"},
                    Case{"round(-2.5)", "-3"},
                    Case{"round(3.14159, 2)", "3.14E0"},
                    Case{"round(1, 99)", "round() takes 0 to 15 digits (column 1)"},
                    Case{"round('1')", "argument 1 must be a number, not text (column 1)"},
                    Case{"tostring(1.0) .. tostring(null)", R"("1null")"},
                    Case{"tostring(trigger.payload.n)", R"("[1,2,3]")"},
                    Case{"type(trigger.payload.n) .. type({}) .. type(1)", R"("listobjectnumber")"},
                    Case{"math.floor(2.7) + math.max(1, 2)", "4"},
                    Case{"math.random()", "math.random is not known (column 6)"},
                    Case{"env('HOME_NAME')", R"("Villa")"},
                    Case{"env('PATH')", "the environment variable PATH is not declared (column 1)"},
                    Case{"json.encode({a = {1, 'x'}})", R"("{\"a\":[1,\"x\"]}")"},
                    Case{"json.decode('{\"a\": [1, null]}').a[1]", "1"},
                    Case{"json.decode('[1, null]')", "[1,null]"},
                    Case{"json.decode('{')", "this text is not JSON (column 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Texts,
    Functions,
    testing::Values(
        Case{"text.upper('aé')", "\"A\u00e9\""},
        Case{"text.lower('AB')", R"("ab")"},
        Case{"text.trim('  x ')", R"("x")"},
        Case{"text.len('küche')", "5"},
        Case{"text.starts_with('abc', 'ab')", "true"},
        Case{"text.ends_with('abc', 'bc')", "true"},
        Case{"text.contains('abc', 'd')", "false"},
        Case{"text.contains(state.doors, 'back')", "true"},
        Case{"text.contains({1, 2}, 3)", "false"},
        Case{"text.contains(trigger.payload.user, 'name')", "true"},
        Case{"text.replace('aXbX', 'X', '--')", R"("a--b--")"},
        Case{"text.replace('a', '', 'b')", "replace() needs to know what to replace (column 1)"},
        Case{"text.split('a,b,', ',')", R"(["a","b",""])"},
        Case{"text.split('a', '')", "split() needs a separator (column 1)"},
        Case{"text.join(state.doors, '+')", R"("front+back")"},
        Case{"text.sub('küche', 2, 3)", "\"\u00fcc\""},
        Case{"text.sub('abc', -2)", R"("bc")"},
        Case{"text.sub('abc', 3, 1)", R"("")"},
        Case{"text.find('küche', 'c')", "3"},
        Case{"text.find('abc', 'x')", "null"},
        Case{"text.matches('porch_light', 'porch_*')", "true"},
        Case{"text.format('%.1f %s', 1.25, 'x')", R"("1.2 x")"},
        Case{"text.upper(null)", "argument 1 must be a text, not null (column 1)"},
        Case{"text.sub('a', 1.5)", "argument 2 must be a whole number, not number (column 1)"},
        Case{"('x'):rep(10)", "rep is not known (column 7)"}));

INSTANTIATE_TEST_SUITE_P(
    Times,
    Functions,
    testing::Values(Case{"time.now()", R"("2026-11-22T18:30:15+01:00")"},
                    Case{"time.unix()", "1795368615"},
                    Case{"time.hour() * 10000 + time.minute() * 100 + time.second()", "183015"},
                    Case{"time.year() * 10000 + time.month() * 100 + time.day()", "20261122"},
                    Case{"time.hour('2026-07-01T10:00:00Z')", "12"},
                    Case{"time.weekday()", R"("sunday")"},
                    Case{"time.date(0)", R"("1970-01-01")"},
                    Case{"time.since('2026-11-22T18:30:00+01:00')", "15"},
                    Case{"time.until(time.unix() + 1.5)", "1.5E0"},
                    Case{"time.between('18:00', '19:00')", "true"},
                    Case{"time.between('22:00', '06:00')", "false"},
                    Case{"time.between('18:30:15', '06:00')", "true"},
                    Case{"time.format('%A %d %B %Y %H:%M:%S %z %a %b %m %%')",
                         R"("Sunday 22 November 2026 18:30:15 +0100 Sun Nov 11 %")"},
                    Case{"time.format('%Q')",
                         "time.format knows %Y %m %d %H %M %S %A %a %B %b %z and %% (column 1)"},
                    Case{"time.date(1e300)", "this number of seconds is not a time (column 1)"}));

TEST(Functions, bad_instants_and_times_of_day_are_errors) {
    Household household;
    EXPECT_EQ(household.error_of("time.since('yesterday')"), ErrorCode::invalid_input);
    EXPECT_EQ(household.error_of("time.between('25:00', '1:00')"), ErrorCode::invalid_input);
    EXPECT_EQ(household.error_of("time.since()"), ErrorCode::invalid_input);
}

TEST(Glob, matches_whole_texts) {
    EXPECT_TRUE(matches_glob("", ""));
    EXPECT_TRUE(matches_glob("", "**"));
    EXPECT_TRUE(matches_glob("abcabd", "*abd"));
    EXPECT_TRUE(matches_glob("küche", "k?che"));
    EXPECT_TRUE(matches_glob("a*b", "a\\*b"));
    EXPECT_FALSE(matches_glob("axb", "a\\*b"));
    EXPECT_FALSE(matches_glob("abc", "ab"));
    EXPECT_FALSE(matches_glob("ab", "ab?"));
}

}  // namespace
}  // namespace aifp::expression
