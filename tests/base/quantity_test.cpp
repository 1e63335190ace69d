#include "base/quantity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace aifp {
namespace {

std::int64_t milliseconds(std::string_view text) {
    return parse_duration(text).value().count();
}

TEST(ParseDuration, reads_every_form) {
    EXPECT_EQ(milliseconds("90s"), 90'000);
    EXPECT_EQ(milliseconds("10m"), 600'000);
    EXPECT_EQ(milliseconds("1h30m"), 5'400'000);
    EXPECT_EQ(milliseconds("250ms"), 250);
    EXPECT_EQ(milliseconds("2d"), 172'800'000);
    EXPECT_EQ(milliseconds("1w"), 604'800'000);
    EXPECT_EQ(milliseconds("1w2d3h4m5s6ms"), 788'645'006);
    EXPECT_EQ(milliseconds("00:05:00"), 300'000);
    EXPECT_EQ(milliseconds("100:00:01"), 360'001'000);
    EXPECT_EQ(milliseconds("45"), 45'000);
    EXPECT_EQ(milliseconds(" 45 "), 45'000);
    EXPECT_EQ(milliseconds("0"), 0);
}

class BadDuration : public ::testing::TestWithParam<const char*> {};

TEST_P(BadDuration, is_refused_with_an_example) {
    const auto duration = parse_duration(GetParam());
    ASSERT_FALSE(duration);
    EXPECT_EQ(duration.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(duration.error().detail().find("\"1h30m\""), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(ParseDuration,
                         BadDuration,
                         ::testing::Values("",
                                           " ",
                                           "-5s",
                                           "5x",
                                           "5 m",
                                           "m",
                                           "1.5h",
                                           "30m1h",
                                           "1h1h",
                                           "1h30",
                                           "05:00",
                                           "0:05:00",
                                           "00:60:00",
                                           "00:00:60",
                                           "00:00:0a",
                                           "aa:00:00",
                                           "00:00:00:00",
                                           "99999999999999999999"));

TEST(ParseDuration, refuses_more_than_a_hundred_years) {
    EXPECT_TRUE(parse_duration("36525d"));
    for (const auto* text :
         {"36525d1ms", "36526d", "9000000000w", "9000000000000", "876601:00:00"}) {
        ASSERT_FALSE(parse_duration(text)) << text;
        EXPECT_NE(parse_duration(text).error().detail().find("hundred years"), std::string::npos);
    }
}

TEST(FormatDuration, writes_the_shortest_form) {
    EXPECT_EQ(format_duration(Milliseconds(0)), "0s");
    EXPECT_EQ(format_duration(Milliseconds(5'400'000)), "1h30m");
    EXPECT_EQ(format_duration(Milliseconds(250)), "250ms");
    EXPECT_EQ(format_duration(Milliseconds(604'800'000)), "1w");
    EXPECT_EQ(format_duration(Milliseconds(8 * 86'400'000)), "8d");
}

RC_GTEST_PROP(FormatDuration, is_read_back, ()) {
    const auto count = *rc::gen::inRange<std::int64_t>(0, 36'525LL * 86'400'000);
    const Milliseconds duration(count);
    RC_ASSERT(parse_duration(format_duration(duration)).value() == duration);
}

TEST(ParseSizeBytes, reads_every_unit) {
    EXPECT_EQ(parse_size_bytes("512").value(), 512U);
    EXPECT_EQ(parse_size_bytes("512 B").value(), 512U);
    EXPECT_EQ(parse_size_bytes("10 KiB").value(), 10'240U);
    EXPECT_EQ(parse_size_bytes("10 MiB").value(), 10'485'760U);
    EXPECT_EQ(parse_size_bytes("1GiB").value(), 1'073'741'824U);
    EXPECT_EQ(parse_size_bytes("1TiB").value(), 1'099'511'627'776U);
    EXPECT_EQ(parse_size_bytes("10 kB").value(), 10'000U);
    EXPECT_EQ(parse_size_bytes("10 MB").value(), 10'000'000U);
    EXPECT_EQ(parse_size_bytes("2 gb").value(), 2'000'000'000U);
    EXPECT_EQ(parse_size_bytes("1 TB").value(), 1'000'000'000'000U);
}

TEST(ParseSizeBytes, refuses_what_is_not_a_size) {
    for (const auto* text : {"", "MiB", "-1", "1.5 MiB", "1 M", "1 MiB x", "99999999 TiB"}) {
        ASSERT_FALSE(parse_size_bytes(text)) << text;
        EXPECT_EQ(parse_size_bytes(text).error().code(), ErrorCode::invalid_input);
    }
}

TEST(ParseTimeOfDay, gives_seconds_after_midnight) {
    EXPECT_EQ(parse_time_of_day("00:00").value(), 0);
    EXPECT_EQ(parse_time_of_day("17:00").value(), 61'200);
    EXPECT_EQ(parse_time_of_day("23:59:59").value(), 86'399);
}

TEST(ParseTimeOfDay, refuses_what_is_not_one_and_says_how_to_write_it) {
    for (const auto* text :
         {"", "7:00", "24:00", "12:60", "12:00:60", "12", "12:00:00:00", "1a:00"}) {
        ASSERT_FALSE(parse_time_of_day(text)) << text;
        EXPECT_NE(parse_time_of_day(text).error().detail().find("\"07:00\""), std::string::npos);
    }
}

}  // namespace
}  // namespace aifp
