// The table of the reference (semantics 3.9), column "Adopt", and zones with odd rules.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using testing::cron_schedule;
using testing::instant;
using testing::runs_between;
using testing::zone_named;
using Gap = model::DstRule::Gap;
using Overlap = model::DstRule::Overlap;

struct Night {
    const char* expression;
    const char* zone;
    const char* from;   ///< Exclusive.
    const char* until;  ///< Inclusive.
    std::vector<std::string> runs;
    model::DstRule dst = {};
};

class DaylightSaving : public ::testing::TestWithParam<Night> {};

TEST_P(DaylightSaving, runs_as_adopted) {
    const Night& night = GetParam();
    const TimeZone zone = zone_named(night.zone);
    const Schedule schedule = cron_schedule(night.expression, zone, night.dst);

    EXPECT_EQ(runs_between(schedule, instant(night.from, zone), instant(night.until, zone)),
              night.runs);
}

constexpr const char* kBerlin =
    "Europe/Berlin";  // 2027-03-28 02:00 -> 03:00, 2027-10-31 03:00 -> 02:00
constexpr const char* kSpring = "2027-03-28T00:59";
constexpr const char* kSpringEnd = "2027-03-28T05:00";
constexpr const char* kAutumn = "2027-10-31T00:59";
constexpr const char* kAutumnEnd = "2027-10-31T05:00";

INSTANTIATE_TEST_SUITE_P(
    fixed,
    DaylightSaving,
    ::testing::Values(
        Night{"30 2 * * *", kBerlin, kSpring, kSpringEnd, {"2027-03-28T03:00:00+02:00"}},
        Night{"30 2 * * *", kBerlin, kAutumn, kAutumnEnd, {"2027-10-31T02:30:00+02:00"}},
        Night{"0,30 2 * * *", kBerlin, kSpring, kSpringEnd, {"2027-03-28T03:00:00+02:00"}},
        Night{"0,30 2 * * *",
              kBerlin,
              kAutumn,
              kAutumnEnd,
              {"2027-10-31T02:00:00+02:00", "2027-10-31T02:30:00+02:00"}},
        Night{"30 1-4 * * *",
              kBerlin,
              kSpring,
              kSpringEnd,
              {"2027-03-28T01:30:00+01:00",
               "2027-03-28T03:00:00+02:00",
               "2027-03-28T03:30:00+02:00",
               "2027-03-28T04:30:00+02:00"}},
        Night{"30 1-4 * * *",
              kBerlin,
              kAutumn,
              kAutumnEnd,
              {"2027-10-31T01:30:00+02:00",
               "2027-10-31T02:30:00+02:00",
               "2027-10-31T03:30:00+01:00",
               "2027-10-31T04:30:00+01:00"}},
        // The first instant after the gap is a match of its own: still one run.
        Night{"0,30 2-3 * * *",
              kBerlin,
              kSpring,
              kSpringEnd,
              {"2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"}},
        Night{"30 2 28 3 *",
              kBerlin,
              "2026-12-01T00:00",
              "2027-12-01T00:00",
              {"2027-03-28T03:00:00+02:00"}},
        Night{"30 2 31 10 *",
              kBerlin,
              "2026-12-01T00:00",
              "2027-12-01T00:00",
              {"2027-10-31T02:30:00+02:00"}},
        Night{"* 30 2 * * *", kBerlin, kSpring, kSpringEnd, {"2027-03-28T03:00:00+02:00"}}));

INSTANTIATE_TEST_SUITE_P(real_time,
                         DaylightSaving,
                         ::testing::Values(Night{"*/15 * * * *",
                                                 kBerlin,
                                                 "2027-03-28T01:30",
                                                 "2027-03-28T03:15",
                                                 {"2027-03-28T01:45:00+01:00",
                                                  "2027-03-28T03:00:00+02:00",
                                                  "2027-03-28T03:15:00+02:00"}},
                                           Night{"*/30 * * * *",
                                                 kBerlin,
                                                 "2027-10-31T01:30",
                                                 "2027-10-31T03:00",
                                                 {"2027-10-31T02:00:00+02:00",
                                                  "2027-10-31T02:30:00+02:00",
                                                  "2027-10-31T02:00:00+01:00",
                                                  "2027-10-31T02:30:00+01:00",
                                                  "2027-10-31T03:00:00+01:00"}},
                                           Night{"0 * * * *",
                                                 kBerlin,
                                                 kSpring,
                                                 "2027-03-28T04:00",
                                                 {"2027-03-28T01:00:00+01:00",
                                                  "2027-03-28T03:00:00+02:00",
                                                  "2027-03-28T04:00:00+02:00"}},
                                           Night{"0 * * * *",
                                                 kBerlin,
                                                 kAutumn,
                                                 "2027-10-31T03:00",
                                                 {"2027-10-31T01:00:00+02:00",
                                                  "2027-10-31T02:00:00+02:00",
                                                  "2027-10-31T02:00:00+01:00",
                                                  "2027-10-31T03:00:00+01:00"}},
                                           Night{"*/30 2 * * *", kBerlin, kSpring, kSpringEnd, {}},
                                           Night{"*/30 2 31 10 *",
                                                 kBerlin,
                                                 "2026-12-01T00:00",
                                                 "2027-12-01T00:00",
                                                 {"2027-10-31T02:00:00+02:00",
                                                  "2027-10-31T02:30:00+02:00",
                                                  "2027-10-31T02:00:00+01:00",
                                                  "2027-10-31T02:30:00+01:00"}}));

INSTANTIATE_TEST_SUITE_P(
    overridden,
    DaylightSaving,
    ::testing::Values(
        Night{"30 2 * * *", kBerlin, kSpring, kSpringEnd, {}, {Gap::skip, Overlap::first}},
        Night{"0,30 2-3 * * *",
              kBerlin,
              kSpring,
              kSpringEnd,
              {"2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"},
              {Gap::skip, Overlap::first}},
        Night{"30 2 * * *",
              kBerlin,
              kAutumn,
              kAutumnEnd,
              {"2027-10-31T02:30:00+01:00"},
              {Gap::run, Overlap::second}},
        Night{"30 2 * * *",
              kBerlin,
              kAutumn,
              kAutumnEnd,
              {"2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"},
              {Gap::run, Overlap::both}},
        Night{"30 2 31 10 *",
              kBerlin,
              "2026-12-01T00:00",
              "2027-12-01T00:00",
              {"2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"},
              {Gap::run, Overlap::both}}));

INSTANTIATE_TEST_SUITE_P(odd_zones,
                         DaylightSaving,
                         ::testing::Values(
                             // Half an hour: 2026-10-04 02:00 -> 02:30, 2027-04-04 02:00 -> 01:30.
                             Night{"15,45 2 * * *",
                                   "Australia/Lord_Howe",
                                   "2026-10-04T00:00",
                                   "2026-10-04T12:00",
                                   {"2026-10-04T02:30:00+11:00", "2026-10-04T02:45:00+11:00"}},
                             Night{"15,45 1 * * *",
                                   "Australia/Lord_Howe",
                                   "2027-04-04T00:00",
                                   "2027-04-04T12:00",
                                   {"2027-04-04T01:15:00+11:00", "2027-04-04T01:45:00+11:00"}},
                             // An offset of quarters, and no changes.
                             Night{"30 7 * * *",
                                   "Asia/Kathmandu",
                                   "2027-03-28T00:00",
                                   "2027-03-29T00:00",
                                   {"2027-03-28T07:30:00+05:45"}},
                             // The day that never was.
                             Night{"0 12 * * *",
                                   "Pacific/Apia",
                                   "2011-12-29T00:00",
                                   "2011-12-31T23:00",
                                   {"2011-12-29T12:00:00-10:00",
                                    "2011-12-31T00:00:00+14:00",
                                    "2011-12-31T12:00:00+14:00"}},
                             Night{"0 * * * *",
                                   "Pacific/Apia",
                                   "2011-12-29T21:30",
                                   "2011-12-31T01:00",
                                   {"2011-12-29T22:00:00-10:00",
                                    "2011-12-29T23:00:00-10:00",
                                    "2011-12-31T00:00:00+14:00",
                                    "2011-12-31T01:00:00+14:00"}},
                             // Midnight is missing.
                             Night{"0 0 * * *",
                                   "America/Sao_Paulo",
                                   "2018-11-03T12:00",
                                   "2018-11-05T00:00",
                                   {"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"}},
                             Night{"0 0 * * *",
                                   "Africa/Cairo",
                                   "2027-04-29T12:00",
                                   "2027-05-01T00:00",
                                   {"2027-04-30T01:00:00+03:00", "2027-05-01T00:00:00+03:00"}},
                             // Midnight comes twice.
                             Night{"0 0 * * *",
                                   "America/Havana",
                                   "2027-11-06T12:00",
                                   "2027-11-08T00:00",
                                   {"2027-11-07T00:00:00-04:00", "2027-11-08T00:00:00-05:00"}}));

TEST(next_after, names_a_time_that_the_gap_removed_when_it_is_not_run) {
    const TimeZone zone = zone_named(kBerlin);
    const Schedule schedule = cron_schedule("0,30 2 * * *", zone, {Gap::skip, Overlap::first});

    const auto next = schedule.next_after(instant(kSpring, zone));

    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->at, instant("2027-03-28T03:00", zone));
    EXPECT_EQ(next->suppressed, model::Reason::dst_gap);
    EXPECT_EQ(next->removed, 2U);
}

TEST(next_after, keeps_a_match_right_after_the_gap_whatever_the_rule) {
    const TimeZone zone = zone_named(kBerlin);
    const Schedule schedule = cron_schedule("0 2,3 * * *", zone, {Gap::skip, Overlap::first});

    const auto next = schedule.next_after(instant(kSpring, zone));

    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->suppressed, model::Reason::none);
    EXPECT_EQ(next->note, DstNote::gap_skip);
}

TEST(next_after, names_the_second_of_two_local_times) {
    const TimeZone zone = zone_named(kBerlin);
    const Schedule schedule = cron_schedule("30 2 * * *", zone);

    const auto first = schedule.next_after(instant(kAutumn, zone));
    const auto second = schedule.next_after(first->at);

    EXPECT_EQ(first->note, DstNote::overlap_first);
    EXPECT_EQ(first->suppressed, model::Reason::none);
    EXPECT_EQ(second->at - first->at, std::chrono::hours(1));
    EXPECT_EQ(second->suppressed, model::Reason::dst_overlap);
}

TEST(next_after, answers_the_same_whatever_was_asked_before) {
    const TimeZone zone = zone_named(kBerlin);
    const Schedule used = cron_schedule("30 2 * * *", zone);

    for (const char* text : {"2027-10-31T02:45:00+02:00",
                             "2027-01-01T00:00",
                             "2027-10-31T02:59:59+02:00",
                             "2027-10-31T02:00:00+01:00",
                             "2027-03-28T00:00",
                             "2050-07-01T00:00"}) {
        const WallTime at = instant(text, zone);
        const Schedule fresh = cron_schedule("30 2 * * *", zone);
        EXPECT_EQ(used.next_after(at)->at, fresh.next_after(at)->at) << text;
    }
}

}  // namespace
}  // namespace aifp::schedule
