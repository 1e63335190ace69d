#include "base/calendar.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace aifp {
namespace {

const TimeZone kBerlin = *TimeZone::load("Europe/Berlin");

WallTime at(const std::string& local) {
    return *parse_instant(local, kBerlin);
}

Calendar calendar_of(std::initializer_list<std::string_view> entries) {
    Calendar calendar;
    for (const auto entry : entries) {
        const auto added = calendar.add(entry);
        EXPECT_TRUE(added) << entry;
    }
    return calendar;
}

bool holds(std::string_view entry, const std::string& local) {
    return calendar_of({entry}).holds(at(local), kBerlin);
}

struct Case {
    std::string_view entry;
    std::string local;
    bool holds;
};

class CalendarTable : public testing::TestWithParam<Case> {};

TEST_P(CalendarTable, holds_when_all_parts_of_an_entry_do) {
    EXPECT_EQ(holds(GetParam().entry, GetParam().local), GetParam().holds)
        << GetParam().entry << " at " << GetParam().local;
}

INSTANTIATE_TEST_SUITE_P(
    dates,
    CalendarTable,
    testing::Values(Case{"2026-12-24", "2026-12-24T00:00:00", true},
                    Case{"2026-12-24", "2026-12-24T23:59:59", true},
                    Case{"2026-12-24", "2026-12-25T00:00:00", false},
                    Case{"2026-12-24", "2027-12-24T12:00:00", false},
                    Case{"2026-12-24..2027-01-02", "2027-01-01T12:00:00", true},
                    Case{"2026-12-24..2027-01-02", "2027-01-03T00:00:00", false},
                    Case{"12-25", "2031-12-25T12:00:00", true},
                    Case{"12-24..01-02", "2026-12-31T12:00:00", true},
                    Case{"12-24..01-02", "2027-01-02T23:59:59", true},
                    Case{"12-24..01-02", "2027-01-03T00:00:00", false},
                    Case{"02-29", "2028-02-29T12:00:00", true}));

INSTANTIATE_TEST_SUITE_P(weekdays_and_times,
                         CalendarTable,
                         testing::Values(Case{"weekend", "2026-11-28T12:00:00", true},
                                         Case{"weekend", "2026-11-27T12:00:00", false},
                                         Case{"fri-mon", "2026-11-30T12:00:00", true},
                                         Case{"mon,wed", "2026-12-02T12:00:00", true},
                                         Case{"08:00-17:00", "2026-11-30T08:00:00", true},
                                         Case{"08:00-17:00", "2026-11-30T17:00:00", false},
                                         Case{"22:00-06:00", "2026-11-30T23:00:00", true},
                                         Case{"22:00-06:00", "2026-11-30T05:59:59", true},
                                         Case{"22:00-06:00", "2026-11-30T06:00:00", false},
                                         Case{"22:00-24:00", "2026-11-30T23:59:59", true},
                                         Case{"Sat 22:00-06:00", "2026-11-29T05:00:00", true},
                                         Case{"sat 22:00-06:00", "2026-11-28T05:00:00", false},
                                         Case{"12-31 20:00-04:00", "2027-01-01T03:00:00", true}));

TEST(Calendar, holds_while_one_of_its_entries_does) {
    const auto calendar = calendar_of({"sat", "12-25"});
    EXPECT_TRUE(calendar.holds(at("2026-11-28T12:00:00"), kBerlin));
    EXPECT_TRUE(calendar.holds(at("2026-12-25T12:00:00"), kBerlin));
    EXPECT_FALSE(calendar.holds(at("2026-11-30T12:00:00"), kBerlin));
}

TEST(Calendar, refuses_what_it_does_not_understand) {
    for (const std::string_view entry : {"",
                                         "2026-02-30",
                                         "13-01",
                                         "2026-12-24..12-26",
                                         "2027-01-02..2026-12-24",
                                         "25:00-26:00",
                                         "08:00-08:00",
                                         "08:00",
                                         "someday",
                                         "mon tue",
                                         "2026-12-24 2026-12-25"}) {
        Calendar calendar;
        const auto added = calendar.add(entry);
        ASSERT_FALSE(added) << entry;
        EXPECT_EQ(added.error().code(), ErrorCode::invalid_input);
        EXPECT_EQ(calendar.size(), 0U);
    }
}

TEST(Calendar, says_which_part_is_wrong) {
    Calendar calendar;
    const auto added = calendar.add("mon 2026-13-01");
    ASSERT_FALSE(added);
    EXPECT_NE(added.error().detail().find("\"2026-13-01\" is no date"), std::string::npos);
}

TEST(Calendar, finds_the_next_edge) {
    const auto nights = calendar_of({"22:00-06:00"});
    EXPECT_EQ(nights.next_edge(at("2026-11-30T12:00:00"), kBerlin), at("2026-11-30T22:00:00"));
    EXPECT_EQ(nights.next_edge(at("2026-11-30T22:00:00"), kBerlin), at("2026-12-01T00:00:00"));
    EXPECT_EQ(nights.next_edge(at("2026-12-01T00:00:00"), kBerlin), at("2026-12-01T06:00:00"));
}

TEST(Calendar, has_an_edge_twice_where_the_clock_is_set_back_over_it) {
    const auto calendar = calendar_of({"02:30-03:30"});
    const WallTime second_two_oclock = at("2026-10-25T00:00:00") + std::chrono::hours(3);

    EXPECT_EQ(calendar.next_edge(second_two_oclock, kBerlin),
              second_two_oclock + std::chrono::minutes(30));
}

// A day in Berlin on which the clock is set, or a plain one.
RC_GTEST_PROP(CalendarProperty, changes_at_its_edges_only, ()) {
    const auto calendar = calendar_of({"02:30-03:30", "sun 23:00-01:00", "10-25 12:00-12:01"});
    const auto day = *rc::gen::element(std::string("2026-10-25T00:00:00"),
                                       std::string("2027-03-28T00:00:00"),
                                       std::string("2026-11-28T00:00:00"));
    const auto seconds = *rc::gen::inRange(0, 2 * 24 * 3600);
    const WallTime from = at(day) + Seconds(seconds);
    const WallTime edge = calendar.next_edge(from, kBerlin);
    RC_ASSERT(edge > from);
    const auto inside = *rc::gen::inRange<std::int64_t>(0, (edge - from).count());
    RC_ASSERT(calendar.holds(from + Milliseconds(inside), kBerlin) ==
              calendar.holds(from, kBerlin));
}

}  // namespace
}  // namespace aifp
