#include "cli/terminal.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_terminal.hpp"

namespace aifp::cli {
namespace {

TEST(Paint, leaves_text_alone_without_colour) {
    FakeTerminal fake;
    EXPECT_EQ(paint(fake.terminal, Colour::red, "bad"), "bad");
}

TEST(Paint, wraps_text_in_codes) {
    FakeTerminal fake;
    fake.terminal.colour = true;
    EXPECT_EQ(paint(fake.terminal, Colour::red, "bad"), "\033[31mbad\033[0m");
    EXPECT_EQ(paint(fake.terminal, Colour::green, "a"), "\033[32ma\033[0m");
    EXPECT_EQ(paint(fake.terminal, Colour::yellow, "a"), "\033[33ma\033[0m");
    EXPECT_EQ(paint(fake.terminal, Colour::dim, "a"), "\033[2ma\033[0m");
    EXPECT_EQ(paint(fake.terminal, Colour::none, "a"), "a");
}

TEST(OneLine, takes_the_teeth_out_of_escape_sequences) {
    EXPECT_EQ(one_line("a\033[2Jb\nc\td\x7F"), "a?[2Jb c d?");
    EXPECT_EQ(one_line("a\xC2\x9B"
                       "31mb"),
              "a?31mb");
}

TEST(OneLine, keeps_letters_of_all_scripts_and_marks_bad_bytes) {
    EXPECT_EQ(one_line("für 5 €"), "für 5 €");
    EXPECT_EQ(one_line("a\xFF"
                       "b\xC3"),
              "a?b?");
}

TEST(Complain, ends_with_one_line_feed) {
    FakeTerminal fake;
    complain(fake.terminal, "one");
    complain(fake.terminal, "two\n");
    EXPECT_EQ(fake.err.str(), "aifp: one\naifp: two\n");
}

}  // namespace
}  // namespace aifp::cli
