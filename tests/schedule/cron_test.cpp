#include "schedule/cron.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace aifp::schedule {
namespace {

CronFields fields_of(std::string_view text, std::string_view name = "lights") {
    const auto fields = parse_cron(text, name);
    EXPECT_TRUE(fields.has_value()) << text << ": " << (fields ? "" : fields.error().message);
    return fields.value_or(CronFields{});
}

constexpr std::uint64_t kAll60 = (std::uint64_t{1} << 60) - 1;

TEST(parse_cron, reads_five_fields) {
    const CronFields fields = fields_of("5,10-12 */6 1 JAN-Mar mon-5");

    EXPECT_EQ(fields.seconds, 1U);
    EXPECT_EQ(fields.minutes, 1U << 5 | 1U << 10 | 1U << 11 | 1U << 12);
    EXPECT_EQ(fields.hours, 1U | 1U << 6 | 1U << 12 | 1U << 18);
    EXPECT_EQ(fields.days, 2U);
    EXPECT_EQ(fields.months, 0b1110);
    EXPECT_EQ(fields.weekdays, 0b0111110);
    EXPECT_FALSE(fields.both_days_must_match);
}

TEST(parse_cron, reads_seconds_first_when_there_are_six_fields) {
    const CronFields fields = fields_of("*/20 30 7 * * *");

    EXPECT_EQ(fields.seconds, 1U | std::uint64_t{1} << 20 | std::uint64_t{1} << 40);
    EXPECT_EQ(fields.minutes, std::uint64_t{1} << 30);
    EXPECT_FALSE(fields.follows_real_time) << "the seconds field does not count";
}

TEST(parse_cron, takes_zero_and_seven_for_sunday) {
    EXPECT_EQ(fields_of("0 0 * * 0").weekdays, 1);
    EXPECT_EQ(fields_of("0 0 * * 7").weekdays, 1);
    EXPECT_EQ(fields_of("0 0 * * 5-7").weekdays, 0b1100001);
    EXPECT_EQ(fields_of("0 0 * * 0-7").weekdays, 0x7f);
    EXPECT_EQ(fields_of("0 0 * * 7/2").weekdays, 0b1010101);
}

TEST(parse_cron, lets_weekday_ranges_pass_the_end_of_the_week) {
    EXPECT_EQ(fields_of("0 0 * * FRI-MON").weekdays, 0b1100011);
    EXPECT_EQ(fields_of("0 0 * * FRI-SUN").weekdays, 0b1100001);
    EXPECT_EQ(fields_of("0 0 * * 7-2").weekdays, 0b0000111);
    EXPECT_EQ(fields_of("0 0 * * SAT-WED/2").weekdays, 0b1000000 | 0b0000010 | 0b0001000);
}

TEST(parse_cron, steps_from_a_value_to_the_end) {
    EXPECT_EQ(fields_of("50/5 * * * *").minutes, std::uint64_t{1} << 50 | std::uint64_t{1} << 55);
}

TEST(parse_cron, reads_the_special_days) {
    const CronFields fields = fields_of("0 0 L,L-3,LW,15W,2 * 5L,MON#2,fril");

    EXPECT_EQ(fields.days_before_last, 0b1001U);
    EXPECT_TRUE(fields.last_working_day);
    EXPECT_EQ(fields.working_days, 1U << 15);
    EXPECT_EQ(fields.days, 1U << 2);
    EXPECT_EQ(fields.last_weekdays, 1 << 5);
    EXPECT_EQ(fields.nth_weekdays, std::uint64_t{1} << (7 + 1));
}

TEST(parse_cron, sets_the_day_rule_by_the_first_sign) {
    EXPECT_TRUE(fields_of("0 0 */2 * 1").both_days_must_match);
    EXPECT_TRUE(fields_of("0 0 1 * ?").both_days_must_match);
    EXPECT_FALSE(fields_of("0 0 1,* * 1").both_days_must_match);
}

TEST(parse_cron, tells_real_time_from_fixed_schedules) {
    EXPECT_TRUE(fields_of("*/15 2 * * *").follows_real_time);
    EXPECT_TRUE(fields_of("0 * * * *").follows_real_time);
    EXPECT_TRUE(fields_of("@hourly").follows_real_time);
    EXPECT_FALSE(fields_of("30 1-4 * * *").follows_real_time);
    EXPECT_FALSE(fields_of("~ ~ * * *").follows_real_time);
}

TEST(parse_cron, knows_the_nicknames) {
    EXPECT_EQ(fields_of("@yearly").months, 1 << 1);
    EXPECT_EQ(fields_of("@annually").days, 1U << 1);
    EXPECT_EQ(fields_of("@monthly").months, 0x1ffe);
    EXPECT_EQ(fields_of("@Weekly").weekdays, 1);
    EXPECT_EQ(fields_of("@daily").hours, 1U);
    EXPECT_EQ(fields_of("@midnight").minutes, 1U);
    EXPECT_EQ(fields_of("  @hourly ").hours, 0xff'ffffU);
}

TEST(parse_cron, chooses_the_same_value_for_the_same_name) {
    const CronFields fields = fields_of("~ ~ ~ * *", "porch");

    EXPECT_EQ(fields.minutes, fields_of("~ ~ ~ * *", "porch").minutes);
    EXPECT_EQ(std::popcount(fields.minutes), 1);
    EXPECT_EQ(std::popcount(fields.hours), 1);
    EXPECT_EQ(std::popcount(fields.days), 1);
    EXPECT_EQ(fields.minutes & ~kAll60, 0U);
}

// The choice is stored nowhere: a change of the hash would move users' schedules.
TEST(parse_cron, never_changes_what_the_hash_chooses) {
    const CronFields fields = fields_of("~ ~ ~ ~ ~", "porch");

    EXPECT_EQ(std::countr_zero(fields.minutes), 45);
    EXPECT_EQ(std::countr_zero(fields.hours), 9);
    EXPECT_EQ(std::countr_zero(fields.days), 3);
}

TEST(parse_cron, spreads_names_over_the_range) {
    std::set<int> minutes;
    for (int i = 0; i < 1000; ++i) {
        minutes.insert(std::countr_zero(fields_of("~ * * * *", std::to_string(i)).minutes));
    }
    EXPECT_EQ(minutes.size(), 60U);
}

TEST(parse_cron, keeps_hashed_values_inside_their_range) {
    for (int i = 0; i < 200; ++i) {
        const std::string name = std::to_string(i);
        const int minute = std::countr_zero(fields_of("10~14 * * * *", name).minutes);
        EXPECT_TRUE(minute >= 10 && minute <= 14) << minute;
        EXPECT_LE(std::countr_zero(fields_of("0 0 ~ * *", name).days), 28);
        EXPECT_GE(std::countr_zero(fields_of("50~ * * * *", name).minutes), 50);
        EXPECT_LE(std::countr_zero(fields_of("~5 * * * *", name).minutes), 5);
        EXPECT_EQ(std::popcount(fields_of("~/10 * * * *", name).minutes), 6);
    }
}

TEST(parse_cron, says_when_a_valid_expression_can_never_fire) {
    EXPECT_FALSE(fields_of("0 0 30 2 *").can_fire);
    EXPECT_FALSE(fields_of("0 0 31W 4 *").can_fire);
    EXPECT_TRUE(fields_of("0 0 29 2 *").can_fire);
    EXPECT_TRUE(fields_of("0 0 29 2 */7").can_fire) << "a Sunday, once in 28 years";
}

struct Mistake {
    const char* text;
    int field;
    std::size_t offset;
    std::size_t size;
    const char* message;
    const char* hint;
};

class CronMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(CronMistake, is_pointed_at) {
    const auto fields = parse_cron(GetParam().text, "lights");

    ASSERT_FALSE(fields.has_value());
    EXPECT_EQ(fields.error().field, GetParam().field);
    EXPECT_EQ(fields.error().offset, GetParam().offset);
    EXPECT_EQ(fields.error().size, GetParam().size);
    EXPECT_EQ(fields.error().message, GetParam().message);
    EXPECT_NE(fields.error().hint.find(GetParam().hint), std::string::npos) << fields.error().hint;
}

INSTANTIATE_TEST_SUITE_P(
    all,
    CronMistake,
    ::testing::Values(
        Mistake{"61 * * * *", 1, 0, 2, "minute 61 is out of range 0-59", "from 0 to 59"},
        Mistake{"0 24 * * *", 2, 2, 2, "hour 24 is out of range 0-23", "write 0"},
        Mistake{"0 0 0 * *", 3, 4, 1, "day 0 is out of range 1-31", "from 1 to 31"},
        Mistake{"0 0 1,32 * *", 3, 6, 2, "day 32 is out of range 1-31", "from 1 to 31"},
        Mistake{"0 0 * 13 *", 4, 6, 2, "month 13 is out of range 1-12", "JAN"},
        Mistake{"0 0 * * 8", 5, 8, 1, "weekday 8 is out of range 0-7", "MON"},
        Mistake{"60 0 0 * * *", 1, 0, 2, "second 60 is out of range 0-59", "write 0"},
        Mistake{"0 0 * * monday", 5, 8, 6, "`monday` is not a weekday", "write MON"},
        Mistake{"0 0 * JNA *", 4, 6, 3, "`JNA` is not a month", "write JAN"},
        Mistake{"x * * * *", 1, 0, 1, "`x` is not a minute", "from 0 to 59"},
        Mistake{"-5 * * * *", 1, 0, 1, "`` is not a minute", "from 0 to 59"},
        Mistake{"99999999999 * * * *", 1, 0, 11, "`99999999999` is not a minute", "from 0"},
        Mistake{"1,,2 * * * *", 1, 2, 1, "an empty item in the minute field", "comma"},
        Mistake{"1,2, * * * *", 1, 3, 1, "an empty item in the minute field", "comma"},
        Mistake{"? * * * *", 1, 0, 1, "`?` is only for the day fields, not for the minute", "`*`"},
        Mistake{"0 22-4 * * *", 2, 2, 4, "the hour range 22-4 runs backwards", "22-23,0-4"},
        Mistake{"9~3 * * * *", 1, 0, 3, "the minute range 9~3 runs backwards", "smaller"},
        Mistake{"*/0 * * * *", 1, 2, 1, "`0` is not a step", "*/5"},
        Mistake{"*/ * * * *", 1, 1, 1, "`` is not a step", "*/5"},
        Mistake{"*/1/2 * * * *", 1, 2, 3, "`1/2` is not a step", "*/5"},
        Mistake{
            "*/90 * * * *", 1, 2, 2, "step 90 is longer than the minute range 0-59", "every: 90m"},
        Mistake{"0 0 W * *", 3, 4, 1, "`W` is not a day", "15W"},
        Mistake{"0 0 L-31 * *", 3, 4, 4, "`L-31` is not a day", "L-3"},
        Mistake{"0 0 32W * *", 3, 4, 2, "day 32 is out of range 1-31", "from 1 to 31"},
        Mistake{"0 0 * * L", 5, 8, 1, "`L` needs a weekday before it", "5L"},
        Mistake{
            "0 0 * * MON#6", 5, 12, 1, "`6` is not the number of a weekday in the month", "1 to 5"},
        Mistake{"0 0 * * 9#1", 5, 8, 1, "weekday 9 is out of range 0-7", "MON"},
        Mistake{"0 0 * * #", 5, 8, 1, "`#` needs a weekday before it", "5L"},
        Mistake{"", 0, 0, 0, "the cron expression is empty", "30 7 * * 1-5"},
        Mistake{"* *", 0, 0, 3, "a cron expression has 5 fields, here are 2", "minute, hour"},
        Mistake{"0 0 12 * * ? 2027",
                7,
                13,
                4,
                "a cron expression has 5 or 6 fields, here are 7",
                "year"},
        Mistake{"* * * * * * * x",
                7,
                12,
                3,
                "a cron expression has 5 or 6 fields, here are 8",
                "second"},
        Mistake{"@reboot", 1, 0, 7, "@reboot is no time that comes again", "engine_start"},
        Mistake{"@every 5m", 1, 0, 6, "@every is not a cron nickname here", "every: 10m"},
        Mistake{" @dayly", 1, 1, 6, "`@dayly` is not a nickname", "write @daily"},
        Mistake{"@x", 1, 0, 2, "`@x` is not a nickname", "@yearly"},
        Mistake{"TZ=UTC 0 0 * * *",
                1,
                0,
                6,
                "`TZ=UTC` does not belong into the expression",
                "timezone"},
        Mistake{"\xc3\xa4 * * * *", 1, 0, 2, "`??` is not a minute", "from 0 to 59"}));

TEST(parse_cron, refuses_a_text_that_is_too_long) {
    const auto fields = parse_cron(std::string(257, '*'), "lights");

    ASSERT_FALSE(fields.has_value());
    EXPECT_EQ(fields.error().message, "the cron expression is longer than 256 bytes");
}

TEST(format_cron_error, draws_a_caret_under_the_wrong_part) {
    const std::string text = "0 0 1,32 * *";

    EXPECT_EQ(
        format_cron_error(text, parse_cron(text, "").error()),
        "day 32 is out of range 1-31\n  0 0 1,32 * *\n        ^^\nwrite a number from 1 to 31");
}

}  // namespace
}  // namespace aifp::schedule
