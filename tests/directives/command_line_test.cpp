#include "directives/command_line.hpp"

#include <gtest/gtest.h>

namespace aifp::directives {
namespace {

using Words = std::vector<std::string>;

Words words(std::string_view text) {
    const auto result = split_command_line(text);
    return result ? *result : Words{"error: " + result.error().message};
}

TEST(SplitCommandLine, splits_at_blanks) {
    EXPECT_EQ(words("  ls  -l\t/tmp\n"), (Words{"ls", "-l", "/tmp"}));
    EXPECT_EQ(words(""), Words{});
}

TEST(SplitCommandLine, keeps_quoted_words_whole) {
    EXPECT_EQ(words(R"(say 'a b' "c \" d" "")"), (Words{"say", "a b", "c \" d", ""}));
    EXPECT_EQ(words(R"(a'b c'd e\ f)"), (Words{"ab cd", "e f"}));
}

TEST(SplitCommandLine, keeps_templates_and_environment_whole) {
    EXPECT_EQ(words("set {{ a > 1 and 'x' or \"y\" }} ${HOME}"),
              (Words{"set", "{{ a > 1 and 'x' or \"y\" }}", "${HOME}"}));
    EXPECT_EQ(words(R"("x {{ "a" }} y")"), (Words{R"(x {{ "a" }} y)"}));
    EXPECT_EQ(words("open {{ never"), (Words{"open", "{{ never"}));
}

TEST(SplitCommandLine, refuses_what_only_a_shell_understands) {
    for (const std::string_view text :
         {"a | b", "a > b", "a && b", "a; b", "a $HOME", "a *.txt", "a `b`", "(a)"}) {
        const auto result = split_command_line(text);
        ASSERT_FALSE(result) << text;
        EXPECT_NE(result.error().hint.find("shell:"), std::string::npos);
    }
    EXPECT_EQ(split_command_line("a | b").error().offset, 2U);
}

TEST(SplitCommandLine, refuses_a_quote_that_is_never_closed) {
    const auto result = split_command_line("say 'hello");

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().offset, 4U);
}

}  // namespace
}  // namespace aifp::directives
