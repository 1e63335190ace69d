#include <gtest/gtest.h>

#include "document/locator.hpp"
#include "document/node.hpp"

namespace aifp::document {
namespace {

constexpr auto kError = model::Severity::error;

TEST(SourceText, gives_lines_without_their_ends) {
    const SourceText source("f", "a\r\nbb\n\nc");

    EXPECT_EQ(source.line(1), "a");
    EXPECT_EQ(source.line(2), "bb");
    EXPECT_EQ(source.line(3), "");
    EXPECT_EQ(source.line(4), "c");
    EXPECT_EQ(source.line(0), "");
    EXPECT_EQ(source.line(5), "");
}

TEST(SourceText, drops_a_byte_order_mark) {
    EXPECT_EQ(SourceText("f", "\xEF\xBB\xBFname").text(), "name");
}

TEST(SourceText, counts_columns_in_code_points) {
    const SourceText source("f", "x\näö😀z");

    const Mark mark = source.mark_at(source.text().find('z'));

    EXPECT_EQ(mark.line, 2);
    EXPECT_EQ(mark.column, 4);
}

TEST(SourceText, puts_the_mark_behind_the_text_at_its_end) {
    const Mark mark = SourceText("f", "ab\n").mark_at(99);

    EXPECT_EQ(mark.line, 2);
    EXPECT_EQ(mark.column, 1);
}

TEST(SourceText, makes_the_source_line_printable) {
    const SourceText source("f", "a\x1b[31m\xff\tb");

    const auto diagnostic = source.diagnostic(Mark{1, 1}, kError, "m");

    EXPECT_EQ(diagnostic.source, "a\xEF\xBF\xBD[31m\xEF\xBF\xBD\tb");
}

TEST(SourceText, bounds_the_source_line) {
    const SourceText source("f", std::string(100'000, 'x'));

    EXPECT_EQ(source.diagnostic(Mark{1, 10}, kError, "m").source.size(), 400U);
    EXPECT_EQ(source.diagnostic(Mark{1, 90'000}, kError, "m").source, "");
}

TEST(Locator, agrees_with_the_source_text_in_any_order) {
    const SourceText source("f", "ä\nbcd\n\nefghä😀ij\nk");
    Locator locator(source.text());
    const std::size_t size = source.text().size();

    for (std::size_t i = 0; i < 500; ++i) {
        const std::size_t offset = (i * 7'919) % (size + 1);
        const Mark expected = source.mark_at(offset);
        const Mark found = locator.at(offset);
        ASSERT_EQ(found.line, expected.line) << offset;
        ASSERT_EQ(found.column, expected.column) << offset;
    }
}

}  // namespace
}  // namespace aifp::document
