#include "base/time_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/time_zone.hpp"

namespace aifp {
namespace {

const TimeZone kUtc = TimeZone::utc();

std::int64_t milliseconds(std::string_view text) {
    return to_unix_ms(parse_instant(text, kUtc).value());
}

TEST(FormatUtc, writes_milliseconds_and_seconds) {
    const WallTime instant = from_unix_ms(1'795'366'800'123);
    EXPECT_EQ(format_utc_ms(instant), "2026-11-22T17:00:00.123Z");
    EXPECT_EQ(format_utc_seconds(instant), "2026-11-22T17:00:00");
}

TEST(FormatUtc, writes_instants_before_the_epoch) {
    EXPECT_EQ(format_utc_ms(from_unix_ms(-1)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_utc_ms(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
}

TEST(FormatUtc, writes_far_years_in_full) {
    EXPECT_EQ(format_utc_seconds(from_unix_ms(253'402'300'800'000)), "10000-01-01T00:00:00");
    EXPECT_EQ(format_utc_seconds(from_unix_ms(-62'198'755'200'000)), "-0001-01-01T00:00:00");
}

TEST(FormatRfc3339, shows_the_offset_of_the_zone) {
    const WallTime instant = from_unix_ms(1'795'366'800'123);
    const auto zone = [](const char* name) { return TimeZone::load(name).value(); };
    EXPECT_EQ(format_rfc3339(instant, zone("Europe/Berlin")), "2026-11-22T18:00:00+01:00");
    EXPECT_EQ(format_rfc3339(instant, zone("America/St_Johns")), "2026-11-22T13:30:00-03:30");
    EXPECT_EQ(format_rfc3339(instant, kUtc), "2026-11-22T17:00:00+00:00");
}

TEST(ParseInstant, reads_every_form) {
    constexpr std::int64_t kExpected = 1'795'366'800'000;
    EXPECT_EQ(milliseconds("2026-11-22T17:00:00Z"), kExpected);
    EXPECT_EQ(milliseconds("2026-11-22t17:00:00z"), kExpected);
    EXPECT_EQ(milliseconds("2026-11-22 17:00:00"), kExpected);
    EXPECT_EQ(milliseconds("2026-11-22T18:00:00+01:00"), kExpected);
    EXPECT_EQ(milliseconds("2026-11-22T13:30:00-03:30"), kExpected);
    EXPECT_EQ(milliseconds("2026-11-22T16:59:60Z"), kExpected);  // a leap second
}

TEST(ParseInstant, keeps_three_digits_of_a_fraction) {
    EXPECT_EQ(milliseconds("1970-01-01T00:00:00.5Z"), 500);
    EXPECT_EQ(milliseconds("1970-01-01T00:00:00.123999Z"), 123);
    EXPECT_EQ(milliseconds("1970-01-01T00:00:00.007"), 7);
}

TEST(ParseInstant, reads_a_missing_offset_in_the_zone) {
    const TimeZone berlin = TimeZone::load("Europe/Berlin").value();
    const auto read = [&berlin](std::string_view text) {
        return format_utc_seconds(parse_instant(text, berlin).value());
    };
    EXPECT_EQ(read("2026-11-22T18:00:00"), "2026-11-22T17:00:00");
    EXPECT_EQ(read("2027-01-31T08:00"), "2027-01-31T07:00:00");
    EXPECT_EQ(read("2027-01-31T08:00Z"), "2027-01-31T08:00:00");
    EXPECT_EQ(read("2027-01-31T08:00+02:00"), "2027-01-31T06:00:00");
    EXPECT_EQ(read("2026-03-29T02:30:00"), "2026-03-29T01:00:00");  // in a gap: its end
    EXPECT_EQ(read("2026-10-25T02:30:00"), "2026-10-25T00:30:00");  // twice: the first
}

class BadInstant : public ::testing::TestWithParam<const char*> {};

TEST_P(BadInstant, is_refused_with_an_example) {
    const auto instant = parse_instant(GetParam(), kUtc);
    ASSERT_FALSE(instant);
    EXPECT_EQ(instant.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(instant.error().detail().find("2026-11-22T18:00:00+01:00"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(ParseInstant,
                         BadInstant,
                         ::testing::Values("",
                                           "2026",
                                           "2026-11-22",
                                           "2026-11-22T17",
                                           "2026-11-22T17:00:",
                                           "2026-13-01T00:00:00Z",
                                           "2026-00-01T00:00:00Z",
                                           "2026-02-29T00:00:00Z",
                                           "2026-11-22T24:00:00Z",
                                           "2026-11-22T17:60:00Z",
                                           "2026-11-22T17:00:61Z",
                                           "2026-11-22T17:00:00.Z",
                                           "2026-11-22T17:00:00+0100",
                                           "2026-11-22T17:00:00+24:00",
                                           "2026-11-22T17:00:00X",
                                           "2026-11-22T17:00:00Zz",
                                           "2026-11-22_17:00:00Z",
                                           "+026-11-22T17:00:00Z",
                                           "tomorrow"));

RC_GTEST_PROP(ParseInstant, reads_back_what_format_utc_ms_wrote, ()) {
    const auto ms = *rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'799'999);
    const WallTime instant = from_unix_ms(ms);
    RC_ASSERT(parse_instant(format_utc_ms(instant), kUtc).value() == instant);
}

RC_GTEST_PROP(ParseInstant, reads_back_what_format_rfc3339_wrote, ()) {
    const auto seconds = *rc::gen::inRange<std::int64_t>(0, 4'102'444'800);
    const WallTime instant = from_unix_ms(seconds * 1'000);
    const TimeZone zone = TimeZone::load("Australia/Lord_Howe").value();
    RC_ASSERT(parse_instant(format_rfc3339(instant, zone), kUtc).value() == instant);
}

TEST(AppendUtcMs, gives_what_format_utc_ms_gives) {
    for (const std::int64_t ms : {0LL, 1LL, -1LL, 1'795'366'800'123LL, 1'795'366'800'999LL}) {
        std::string text = "at ";
        append_utc_ms(text, from_unix_ms(ms));
        EXPECT_EQ(text, "at " + format_utc_ms(from_unix_ms(ms)));
    }
}

}  // namespace
}  // namespace aifp
