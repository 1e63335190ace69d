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

}  // namespace
}  // namespace aifp::config
