#include "cli/table.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_terminal.hpp"

namespace aifp::cli {
namespace {

using Widths = std::vector<std::size_t>;

TEST(FitColumns, keeps_what_fits) {
    EXPECT_EQ(fit_columns({10, 20}, 32), (Widths{10, 20}));
    EXPECT_EQ(fit_columns({10, 20}, 0), (Widths{10, 20}));
    EXPECT_EQ(fit_columns({}, 10), Widths{});
}

TEST(FitColumns, takes_from_the_widest) {
    EXPECT_EQ(fit_columns({10, 50, 30}, 64), (Widths{10, 25, 25}));
}

TEST(FitColumns, stops_at_the_least_width) {
    EXPECT_EQ(fit_columns({100, 100, 4}, 10), (Widths{8, 8, 4}));
}

TEST(PrintTable, aligns_by_code_points) {
    FakeTerminal fake;
    print_table(fake.terminal, {"NAME", "SAYS"}, {{Cell("tür"), Cell("a")}, {Cell("x"), Cell("")}});
    EXPECT_EQ(fake.out.str(), "NAME  SAYS\ntür   a\nx\n");
}

TEST(PrintTable, cuts_to_the_width_of_the_terminal) {
    FakeTerminal fake;
    fake.terminal.width = 20;
    print_table(fake.terminal, {"A", "B"}, {{Cell("lamp"), Cell("ääääääääääääääääääää")}});
    EXPECT_EQ(fake.out.str(), "A     B\nlamp  äääääääääääää…\n");
}

TEST(PrintTable, lets_no_control_character_through) {
    FakeTerminal fake;
    print_table(fake.terminal, {"A"}, {{Cell("a\033]0;b\na")}});
    EXPECT_EQ(fake.out.str(), "A\na?]0;b a\n");
}

TEST(PrintTable, paints_without_counting_the_paint) {
    FakeTerminal fake;
    fake.terminal.colour = true;
    print_table(fake.terminal, {"A", "B"}, {{Cell("ab", Colour::red), Cell("c")}});
    EXPECT_EQ(fake.out.str(),
              "\033[2mA\033[0m   \033[2mB\033[0m\n"
              "\033[31mab\033[0m  c\n");
}

}  // namespace
}  // namespace aifp::cli
