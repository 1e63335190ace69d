#include "schedule/occurrence.hpp"

#include <gtest/gtest.h>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using testing::cron_schedule;
using testing::instant;
using testing::zone_named;

std::string described(const char* expression, const char* from, model::DstRule dst = {}) {
    const TimeZone zone = zone_named("Europe/Berlin");
    const auto next = cron_schedule(expression, zone, dst).next_after(instant(from, zone));
    return next ? describe(*next) : "none";
}

constexpr const char* kSpring = "2027-03-28T01:59";
constexpr const char* kAutumn = "2027-10-31T02:00:00+02:00";

TEST(describe, is_empty_for_an_ordinary_instant) {
    EXPECT_EQ(described("30 7 * * *", kSpring), "");
}

TEST(describe, names_what_the_gap_removed) {
    EXPECT_EQ(described("30 2 * * *", kSpring),
              "02:30 does not exist on 2027-03-28 (clock set forward); run once instead");
    EXPECT_EQ(described("0,30 2 * * *", kSpring),
              "02:00 and 02:30 do not exist on 2027-03-28 (clock set forward); run once instead");
    EXPECT_EQ(described("0-45/15 2 * * *", kSpring),
              "02:00 to 02:45 (4 times) do not exist on 2027-03-28 (clock set forward); run once "
              "instead");
    EXPECT_EQ(described("10 30 2 * * *", kSpring),
              "02:30:10 does not exist on 2027-03-28 (clock set forward); run once instead");
}

TEST(describe, says_when_the_gap_is_skipped) {
    EXPECT_EQ(
        described("30 2 * * *", kSpring, {model::DstRule::Gap::skip, {}}),
        "02:30 does not exist on 2027-03-28 (clock set forward); not run, as `gap: skip` says");
}

TEST(describe, tells_the_first_from_the_second) {
    using Overlap = model::DstRule::Overlap;
    EXPECT_EQ(described("30 2 * * *", kAutumn),
              "the first of two such local times (clock set back)");
    EXPECT_EQ(described("30 2 * * *", kAutumn, {{}, Overlap::second}),
              "the first of two such local times (clock set back); only the second is run");
    EXPECT_EQ(described("30 2 * * *", "2027-10-31T02:30:00+02:00"),
              "the second of two such local times (clock set back); only the first is run");
    EXPECT_EQ(described("30 2 * * *", "2027-10-31T02:30:00+02:00", {{}, Overlap::both}),
              "the second of two such local times (clock set back)");
}

}  // namespace
}  // namespace aifp::schedule
