#include "config/respelled.hpp"

#include <gtest/gtest.h>

namespace aifp::config {
namespace {

TEST(Respelled, reads_percents) {
    const auto read = without_percents("a%41%2f%zz%4");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), "aA/%zz%4");
    EXPECT_EQ(without_percents("100 %, %zz"), std::nullopt);
}

TEST(Respelled, reads_escapes_and_keeps_those_that_json_needs) {
    const auto read = without_escapes(R"(\u0071\u00E9\ud83d\ude00 \/ \u0022\u005C\u000a\u001F)");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), "qé😀 / \\\"\\\\\\n\\u001f");
}

TEST(Respelled, reads_escapes_of_json_within_json) {
    const auto read = without_escapes(R"(\\u0071 \\\\u0071 \\\u0071 \\u0022 \\ud83d\\ude00)");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), R"(q \\\\u0071 \\q \\\" 😀)");
}

TEST(Respelled, leaves_what_is_no_escape) {
    for (const char* text :
         {"", "plain", R"(\n \" \\)", R"(\u12 \ud83d \udc00\u)", "\\", R"(\\\\/)"}) {
        EXPECT_EQ(without_escapes(text), std::nullopt) << text;
    }
}

TEST(Respelled, tells_where_each_letter_stood) {
    const auto read = without_escapes(R"(a\u0071b\/c)");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->text(), "aqb/c");
    EXPECT_EQ(read->source_begin(0), 0U);
    EXPECT_EQ(read->source_begin(1), 1U);
    EXPECT_EQ(read->source_end(2), 7U);
    EXPECT_EQ(read->source_begin(2), 7U);
    EXPECT_EQ(read->source_begin(3), 8U);
    EXPECT_EQ(read->source_end(4), 10U);
    EXPECT_EQ(read->source_end(5), 11U);
}

/// The text with "|" for each line break, joined.
std::optional<std::string> joined(std::string text, const std::string& line_break) {
    for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at)) {
        text.replace(at, 1, line_break);
    }
    const auto read = without_line_breaks(text);
    return read ? std::optional(read->text()) : std::nullopt;
}

TEST(Respelled, joins_lines_of_base64) {
    for (const std::size_t width : {64U, 76U}) {
        const std::string line(width, 'n');
        for (const char* line_break : {"\n", "\r\n", R"(\n)", R"(\r\n)", R"(\\n)", R"(\\r\\n)"}) {
            EXPECT_EQ(joined("k: " + line + "|" + line + "|rn==", line_break),
                      "k: " + line + line + "rn==")
                << width << line_break;
        }
    }
}

TEST(Respelled, leaves_other_line_breaks) {
    const std::string line(64, '+');
    for (const char* line_break : {"\n", "\r\n", R"(\n)", R"(\r\n)"}) {
        for (const auto& text : {std::string("a|b"),
                                 line + "a|b",
                                 line.substr(1) + "|b",
                                 line + "|",
                                 line + "| b",
                                 line + "=|b",
                                 std::string("|b")}) {
            EXPECT_EQ(joined(text, line_break), std::nullopt) << text << line_break;
        }
    }
    EXPECT_EQ(without_line_breaks(line + R"(\\\\n)" + line), std::nullopt)
        << "a backslash, written";
    EXPECT_EQ(without_line_breaks(line + "\\"), std::nullopt);
    EXPECT_EQ(without_line_breaks(line + R"(\r)" + line), std::nullopt);
}

TEST(Respelled, tells_where_the_letters_of_joined_lines_stood) {
    const std::string line(64, 'k');
    const auto read = without_line_breaks("a\n" + line + "\r\nbc\n");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->text(), "a\n" + line + "bc\n");
    EXPECT_EQ(read->source_begin(66), 68U) << "b";
    EXPECT_EQ(read->source_end(66), 66U) << "before the break";
    EXPECT_EQ(read->source_end(67), 69U);
}

}  // namespace
}  // namespace aifp::config
