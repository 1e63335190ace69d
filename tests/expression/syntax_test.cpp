#include "expression/syntax.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace aifp::expression {
namespace {

struct Case {
    std::string_view text;
    std::size_t offset;
    std::string_view message;
    std::string_view hint;
};

class CheckExpression : public testing::TestWithParam<Case> {};

TEST_P(CheckExpression, points_at_the_place) {
    const auto found = check_expression(GetParam().text);
    ASSERT_TRUE(found) << GetParam().text;
    EXPECT_EQ(found->message, GetParam().message);
    EXPECT_EQ(found->offset, GetParam().offset);
    EXPECT_EQ(found->hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    CheckExpression,
    testing::Values(
        Case{"", 0, "there is no expression here", ""},
        Case{"   ", 0, "there is no expression here", ""},
        Case{"a = 1", 2, "'=' does not compare", "write: =="},
        Case{"f(a = 1)", 4, "'=' does not compare", "write: =="},
        Case{"a && b", 2, "'&&' is not known here", "write: and"},
        Case{"a || b", 2, "'||' is not known here", "write: or"},
        Case{"!a", 0, "'!' is not known here", "write: not"},
        Case{"a ? 1 : 2", 2, "'?' is not known here", "write: condition and value or other_value"},
        Case{"a -- b",
             2,
             "'--' would begin a comment",
             "for minus a negative number write: a - (-b)"},
        Case{"a == 'x", 5, "this text is never closed", "end it with '"},
        Case{"[==[ x ]=]", 0, "this text is never closed", "end it with ]==]"},
        Case{"(a", 0, "'(' is never closed", ""},
        Case{"a)", 1, "unexpected ')'", ""},
        Case{"(a]", 0, "'(' is never closed", ""},
        Case{"a + (function() return 1", 5, "'function' is never closed", ""},
        Case{"a end", 2, "unexpected 'end'", ""},
        Case{"a +", 3, "something is missing at the end", ""},
        Case{"a b", 2, "unexpected 'b'", ""},
        Case{"1 == == 2", 5, "unexpected '=='", ""},
        Case{"a, b", 1, "unexpected ','", ""},
        Case{"a; b", 1, "unexpected ';'", ""},
        Case{"return 1", 0, "unexpected 'return'", ""},
        Case{"08:00", 2, "unexpected ':'", ""},
        Case{"1x", 0, "malformed number", ""},
        Case{"'\\q'", 0, "invalid escape sequence", ""},
        Case{"küche",
             1,
             "a name may hold only a-z, A-Z, 0-9 and _",
             "put other names in brackets: state[\"küche\"]"},
        Case{"a @ b", 2, "'@' is not known here", ""},
        Case{std::string_view("a\0b", 3), 1, "a control character is not allowed here", ""},
        Case{"a\n  ==\n)", 7, "unexpected ')'", ""},
        Case{"default(x)",
             9,
             "default() needs a second value",
             "write: default(value, what_else)"}));

TEST(CheckExpression, takes_what_is_right) {
    for (const char* text : {"a",
                             "a.b.c == 1",
                             "a != 1",
                             "a\n and b",
                             "NOT a",
                             "{a = 1}",
                             "x[1]",
                             "default(a, 1)",
                             "(function() local x = 1 return x end)()",
                             "[[x]]",
                             "0x10 + 1e-5 + .5",
                             "-a",
                             "#a",
                             "repeat.index >= 20 or repeat['first']",
                             "(function() for i = 1, 2 do if i then repeat local x until x else "
                             "break end end end)()"}) {
        const auto found = check_expression(text);
        EXPECT_FALSE(found) << text << ": " << found->message;
    }
}

TEST(CheckTemplate, points_into_the_whole_text) {
    const auto found = check_template("on {{ a }} and {{ b = 1 }}");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->offset, 20U);
    EXPECT_EQ(found->message, "'=' does not compare");
}

TEST(CheckTemplate, points_at_lua_errors_too) {
    const auto found = check_template("on {{ a }} and {{ b c }}");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->offset, 20U);
    EXPECT_EQ(found->message, "unexpected 'c'");
}

TEST(CheckTemplate, misses_closing_braces) {
    const auto found = check_template("x {{ a }");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->message, "unexpected '}'");
    EXPECT_EQ(check_template("x {{ a ")->message, "this '{{' is never closed");
    EXPECT_EQ(check_template("x {{ a ")->offset, 2U);
    EXPECT_EQ(check_template("{{ }}")->message, "there is no expression here");
}

TEST(CheckTemplate, takes_texts_without_braces) {
    EXPECT_FALSE(check_template(""));
    EXPECT_FALSE(check_template("50 % }} { a && b"));
    EXPECT_FALSE(check_template("{{ '}}' }} {{ {a = {b = 1}} }}"));
}

}  // namespace
}  // namespace aifp::expression
