#include "base/time_zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace aifp {
namespace {

TimeZone berlin() {
    return TimeZone::load("Europe/Berlin").value();
}

WallTime at(std::string_view text) {
    return parse_instant(text, TimeZone::utc()).value();
}

/// Sets $TZ for one test.
class TzVariable {
public:
    explicit TzVariable(const char* value) {
        if (const char* old = std::getenv("TZ"); old != nullptr) {
            old_ = old;
        }
        ::setenv("TZ", value, 1);
    }
    TzVariable(const TzVariable&) = delete;
    TzVariable& operator=(const TzVariable&) = delete;
    ~TzVariable() { old_ ? ::setenv("TZ", old_->c_str(), 1) : ::unsetenv("TZ"); }

private:
    std::optional<std::string> old_;
};

TEST(TimeZone, knows_its_name) {
    EXPECT_EQ(berlin().name(), "Europe/Berlin");
    EXPECT_EQ(TimeZone::utc().name(), "UTC");
}

TEST(TimeZone, refuses_names_that_are_not_in_the_database) {
    for (const auto* name :
         {"", "Europe/Berln", "/etc/hostname", "../../etc/hostname", "Europe/", "a b"}) {
        const auto zone = TimeZone::load(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().code(), ErrorCode::invalid_input);
        EXPECT_NE(zone.error().detail().find("Europe/Berlin"), std::string::npos);
    }
}

TEST(TimeZone, system_follows_the_environment) {
    const TzVariable variable(":America/New_York");
    EXPECT_EQ(TimeZone::system().name(), "America/New_York");
}

TEST(TimeZone, system_is_utc_when_the_variable_cannot_be_read) {
    const TzVariable variable("No/Such_Zone");
    EXPECT_EQ(TimeZone::system().to_local(at("2026-07-01T00:00:00Z")).offset_seconds, 0);
}

TEST(ToLocal, shows_summer_and_winter) {
    const LocalTime summer = berlin().to_local(at("2026-07-01T22:30:15.999Z"));
    EXPECT_EQ(summer.offset_seconds, 7'200);
    EXPECT_EQ(summer.civil, (CivilTime{2026, 7, 2, 0, 30, 15}));
    EXPECT_EQ(berlin().to_local(at("2026-12-01T00:00:00Z")).offset_seconds, 3'600);
}

TEST(ToLocal, floors_before_the_epoch) {
    const LocalTime local = TimeZone::utc().to_local(from_unix_ms(-1));
    EXPECT_EQ(local.civil, (CivilTime{1969, 12, 31, 23, 59, 59}));
}

TEST(ToLocal, knows_the_rule_of_a_far_year) {
    EXPECT_EQ(berlin().to_local(at("2100-07-01T00:00:00Z")).offset_seconds, 7'200);
}

TEST(ToInstants, gives_one_instant_on_a_plain_day) {
    const auto mapping = berlin().to_instants(CivilTime{2026, 7, 2, 0, 30, 15});
    EXPECT_EQ(mapping.kind, CivilMapping::Kind::unique);
    EXPECT_EQ(mapping.first, at("2026-07-01T22:30:15Z"));
    EXPECT_EQ(mapping.second, mapping.first);
}

TEST(ToInstants, gives_the_end_of_a_gap) {
    const auto mapping = berlin().to_instants(CivilTime{2026, 3, 29, 2, 30, 0});
    EXPECT_EQ(mapping.kind, CivilMapping::Kind::skipped);
    EXPECT_EQ(mapping.transition, at("2026-03-29T01:00:00Z"));
    EXPECT_EQ(mapping.first, mapping.transition);
}

TEST(ToInstants, gives_both_instants_of_an_overlap) {
    const auto mapping = berlin().to_instants(CivilTime{2026, 10, 25, 2, 30, 0});
    EXPECT_EQ(mapping.kind, CivilMapping::Kind::repeated);
    EXPECT_EQ(mapping.first, at("2026-10-25T00:30:00Z"));
    EXPECT_EQ(mapping.second, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(mapping.transition, at("2026-10-25T01:00:00Z"));
}

TEST(ToInstants, normalises_fields_out_of_range) {
    const auto mapping = TimeZone::utc().to_instants(CivilTime{2026, 12, 32, 24, 0, 0});
    EXPECT_EQ(mapping.first, at("2027-01-02T00:00:00Z"));
}

TEST(NextTransition, is_strictly_after_its_input) {
    const auto spring = at("2026-03-29T01:00:00Z");
    const auto before = berlin().next_transition(spring - Milliseconds(1));
    ASSERT_TRUE(before);
    EXPECT_EQ(before->at, spring);
    EXPECT_EQ(before->offset_before_seconds, 3'600);
    EXPECT_EQ(before->offset_after_seconds, 7'200);
    const auto after = berlin().next_transition(spring);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->at, at("2026-10-25T01:00:00Z"));
    EXPECT_EQ(after->offset_after_seconds, 3'600);
}

TEST(NextTransition, passes_over_changes_that_move_no_clock) {
    // Every change reported by any of these zones has two different offsets.
    for (const auto* name : {"Europe/London", "America/Anchorage", "Asia/Kolkata"}) {
        const TimeZone zone = TimeZone::load(name).value();
        WallTime now = at("1960-01-01T00:00:00Z");
        while (const auto change = zone.next_transition(now)) {
            if (change->at > at("2030-01-01T00:00:00Z")) {
                break;
            }
            ASSERT_GT(change->at, now) << name;
            ASSERT_NE(change->offset_before_seconds, change->offset_after_seconds) << name;
            now = change->at;
        }
    }
}

TEST(NextTransition, is_nothing_where_the_clock_never_changes) {
    EXPECT_EQ(TimeZone::utc().next_transition(at("2026-01-01T00:00:00Z")), std::nullopt);
}

}  // namespace
}  // namespace aifp
