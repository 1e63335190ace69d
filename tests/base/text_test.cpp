#include "base/text.hpp"
#include "base/well_formed.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace aifp {
namespace {

TEST(Trim, takes_blanks_from_both_ends_only) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Split, keeps_empty_parts) {
    EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Join, puts_the_separator_between) {
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(ToLowerAscii, leaves_other_bytes_alone) {
    EXPECT_EQ(to_lower_ascii("AbZ-1Ä"), "abz-1Ä");
}

TEST(FirstInvalidUtf8, accepts_every_length_and_the_edges) {
    for (const std::string_view text : {"",
                                        "a",
                                        "\x7f",
                                        "\u0080",
                                        "\u07ff",
                                        "\u0800",
                                        "\ud7ff",
                                        "\ue000",
                                        "\uffff",
                                        "\U00010000",
                                        "\U0010ffff",
                                        "a\u00e4\u20ac\U0001f600z"}) {
        EXPECT_EQ(first_invalid_utf8(text), std::nullopt) << text;
    }
}

TEST(FirstInvalidUtf8, finds_where_it_stops) {
    EXPECT_EQ(first_invalid_utf8("ab\xff"), 2U);
    EXPECT_EQ(first_invalid_utf8("\x80"), 0U);          // no lead byte
    EXPECT_EQ(first_invalid_utf8("a\xc0\x80"), 1U);     // overlong NUL
    EXPECT_EQ(first_invalid_utf8("\xe0\x80\x80"), 0U);  // overlong
    EXPECT_EQ(first_invalid_utf8("\xf0\x80\x80\x80"), 0U);
    EXPECT_EQ(first_invalid_utf8("\xed\xa0\x80"), 0U);      // surrogate
    EXPECT_EQ(first_invalid_utf8("\xf4\x90\x80\x80"), 0U);  // beyond U+10FFFF
    EXPECT_EQ(first_invalid_utf8("abc\xe2\x82"), 3U);       // cut off
    EXPECT_EQ(first_invalid_utf8("\xe2\x82z"), 0U);
}

TEST(WellFormedUtf8, puts_a_replacement_for_each_bad_byte) {
    EXPECT_EQ(well_formed_utf8("Gr\u00fc\u00df"), "Gr\u00fc\u00df");
    EXPECT_EQ(well_formed_utf8("Gr\xfc\xdf!"), "Gr\ufffd\ufffd!");
    EXPECT_EQ(well_formed_utf8("\xe2\x82"), "\ufffd\ufffd");
    EXPECT_EQ(well_formed_utf8(""), "");
}

RC_GTEST_PROP(WellFormedUtf8, holds_for_any_bytes, (const std::string& bytes)) {
    RC_ASSERT(first_invalid_utf8(well_formed_utf8(bytes)) == std::nullopt);
}

TEST(CountCodePoints, counts_characters_not_bytes) {
    EXPECT_EQ(count_code_points("a\u00e4\u20ac\U0001f600"), 4U);
    EXPECT_EQ(count_code_points(""), 0U);
}

TEST(TruncateUtf8, never_cuts_a_code_point) {
    EXPECT_EQ(truncate_utf8("a\u20acb", 3), "a");
    EXPECT_EQ(truncate_utf8("a\u20acb", 4), "a\u20ac");
    EXPECT_EQ(truncate_utf8("a\u20acb", 5), "a\u20acb");
    EXPECT_EQ(truncate_utf8("\u20ac", 0), "");
}

constexpr std::array<std::string_view, 4> kKinds = {"cron", "every", "webhook", "event"};

TEST(NearestName, finds_a_likely_slip) {
    EXPECT_EQ(nearest_name("crom", kKinds), "cron");
    EXPECT_EQ(nearest_name("corn", kKinds), "cron");  // transposed
    EXPECT_EQ(nearest_name("webhok", kKinds), "webhook");
    EXPECT_EQ(nearest_name("evry", kKinds), "every");
}

TEST(NearestName, finds_nothing_when_none_is_near) {
    EXPECT_EQ(nearest_name("sunset", kKinds), std::nullopt);
    EXPECT_EQ(nearest_name("", kKinds), std::nullopt);
    EXPECT_EQ(nearest_name(std::string(65, 'c'), kKinds), std::nullopt);
    EXPECT_EQ(nearest_name("cron", {}), std::nullopt);
}

TEST(NearestName, skips_candidates_that_are_too_long_to_compare) {
    const std::string huge(100, 'a');
    const std::array<std::string_view, 2> names = {huge, "ab"};
    EXPECT_EQ(nearest_name("aab", names), "ab");
}

TEST(ToHex, writes_two_lower_case_digits_a_byte) {
    const std::array<unsigned char, 3> bytes = {0x00, 0x9f, 0xff};
    EXPECT_EQ(to_hex(bytes), "009fff");
}

TEST(EqualConstantTime, says_whether_the_bytes_are_equal) {
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_constant_time("xbc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "ab"));
}

RC_GTEST_PROP(TruncateUtf8, of_valid_text_is_valid, (const std::vector<std::uint16_t>& units)) {
    std::string text;
    for (const std::uint16_t unit : units) {  // any two-byte character
        const unsigned code = 0x80U + unit % 0x780U;
        text += static_cast<char>(0xC0U | (code >> 6U));
        text += static_cast<char>(0x80U | (code & 0x3FU));
    }
    const auto size = *rc::gen::inRange<std::size_t>(0, text.size() + 2);
    const auto cut = truncate_utf8(text, size);
    RC_ASSERT(cut.size() <= size);
    RC_ASSERT(first_invalid_utf8(cut) == std::nullopt);
}

}  // namespace
}  // namespace aifp
