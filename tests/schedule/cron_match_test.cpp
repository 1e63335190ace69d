#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "schedule/cron.hpp"
#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using testing::cron_schedule;
using testing::instant;
using testing::runs_between;

struct Expectation {
    const char* expression;
    const char* from;
    std::vector<std::string> next;  ///< In UTC, without the offset.
};

class CronMatch : public ::testing::TestWithParam<Expectation> {};

TEST_P(CronMatch, names_the_instants) {
    const Schedule schedule = cron_schedule(GetParam().expression, TimeZone::utc());
    WallTime at = instant(GetParam().from, TimeZone::utc());

    for (const std::string& expected : GetParam().next) {
        const auto next = schedule.next_after(at);
        ASSERT_TRUE(next.has_value());
        EXPECT_EQ(format_utc_seconds(next->at), expected);
        at = next->at;
    }
}

INSTANTIATE_TEST_SUITE_P(
    all,
    CronMatch,
    ::testing::Values(
        Expectation{
            "* * * * *", "2027-12-31T23:59", {"2028-01-01T00:00:00", "2028-01-01T00:01:00"}},
        Expectation{
            "30 7 * * 1-5", "2026-11-20T07:30", {"2026-11-23T07:30:00", "2026-11-24T07:30:00"}},
        Expectation{"*/20 59 23 * * *",
                    "2026-12-31T23:59:20",
                    {"2026-12-31T23:59:40", "2027-01-01T23:59:00"}},
        Expectation{
            "0 12 29 2 *", "2096-02-29T12:00", {"2104-02-29T12:00:00", "2108-02-29T12:00:00"}},
        Expectation{
            "0 12 29 2 *", "2026-01-01T00:00", {"2028-02-29T12:00:00", "2032-02-29T12:00:00"}},
        Expectation{
            "0 0 L * *", "2028-01-31T00:00", {"2028-02-29T00:00:00", "2028-03-31T00:00:00"}},
        Expectation{
            "0 0 L-2 * *", "2027-02-01T00:00", {"2027-02-26T00:00:00", "2027-03-29T00:00:00"}},
        Expectation{
            "0 0 L-30 * *", "2027-01-02T00:00", {"2027-03-01T00:00:00", "2027-05-01T00:00:00"}},
        Expectation{
            "0 0 LW * *", "2027-01-01T00:00", {"2027-01-29T00:00:00", "2027-02-26T00:00:00"}},
        // 15 May 2027 is a Saturday, 15 August 2027 a Sunday.
        Expectation{
            "0 0 15W * *", "2027-05-01T00:00", {"2027-05-14T00:00:00", "2027-06-15T00:00:00"}},
        Expectation{"0 0 15W * *", "2027-08-01T00:00", {"2027-08-16T00:00:00"}},
        // 1 May 2027 is a Saturday, 31 October 2027 a Sunday: the month is not left.
        Expectation{"0 0 1W 5 *", "2027-01-01T00:00", {"2027-05-03T00:00:00"}},
        Expectation{"0 0 31W 10 *", "2027-01-01T00:00", {"2027-10-29T00:00:00"}},
        Expectation{
            "0 0 * * 5L", "2027-01-01T00:00", {"2027-01-29T00:00:00", "2027-02-26T00:00:00"}},
        Expectation{
            "0 0 * * MON#2", "2027-01-01T00:00", {"2027-01-11T00:00:00", "2027-02-08T00:00:00"}},
        Expectation{
            "0 0 * * SUN#5", "2027-01-01T00:00", {"2027-01-31T00:00:00", "2027-05-30T00:00:00"}},
        // vixie: neither day field begins with `*`, so either will do.
        Expectation{"0 0 13 * 5",
                    "2027-08-05T00:00",
                    {"2027-08-06T00:00:00", "2027-08-13T00:00:00", "2027-08-20T00:00:00"}},
        // One begins with `*`, so both must match: Fridays of odd days.
        Expectation{
            "0 0 */2 * 5", "2027-08-01T00:00", {"2027-08-13T00:00:00", "2027-08-27T00:00:00"}},
        Expectation{"0 0 1-7 * */7", "2027-08-02T00:00", {"2027-09-05T00:00:00"}},
        Expectation{
            "0 0 29 2 */7", "2027-01-01T00:00", {"2032-02-29T00:00:00", "2060-02-29T00:00:00"}}));

TEST(next_match, finds_nothing_for_dates_that_never_come) {
    EXPECT_EQ(next_match(*parse_cron("0 0 30 2 *", ""), LocalSeconds{}), std::nullopt);
}

TEST(next_match, is_strictly_after_its_input) {
    const CronFields fields = *parse_cron("0 0 1 1 *", "");
    const auto first = next_match(fields, LocalSeconds{});

    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->time_since_epoch(), std::chrono::days(365));
    EXPECT_EQ(next_match(fields, *first - std::chrono::seconds(1)), first);
}

}  // namespace
}  // namespace aifp::schedule
