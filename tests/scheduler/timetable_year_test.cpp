// A whole year of mixed schedules, against a slow reference that knows nothing of masks or windows:
// it looks at every minute of the year.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "scheduler_helpers.hpp"

namespace aifp::scheduler {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::cron;
using testing::zone_named;

constexpr WallTime kBegin = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
constexpr WallTime kEnd = std::chrono::sys_days(std::chrono::year(2028) / 1 / 1);

struct Instant {
    WallTime at;
    model::Reason reason;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};
using Instants = std::set<Instant>;
using Matches = std::function<bool(const CivilTime&, unsigned weekday)>;

CivilTime civil_of(std::chrono::local_seconds local) {
    const auto day = std::chrono::floor<days>(local);
    const std::chrono::year_month_day date(day);
    const auto second = static_cast<int>((local - day).count());
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    civil.hour = second / 3600;
    civil.minute = second / 60 % 60;
    return civil;
}

unsigned weekday_of(const CivilTime& civil) {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(civil.year)),
                                           std::chrono::month(static_cast<unsigned>(civil.month)),
                                           std::chrono::day(static_cast<unsigned>(civil.day)));
    return std::chrono::weekday(std::chrono::sys_days(date)).c_encoding();
}

void keep(Instants& instants, WallTime at, model::Reason reason) {
    if (at > kBegin && at <= kEnd) {
        instants.insert({at, reason});
    }
}

Instants real_time_reference(const TimeZone& zone, const Matches& matches) {
    Instants instants;
    for (WallTime at = kBegin + minutes(1); at <= kEnd; at += minutes(1)) {
        const CivilTime civil = zone.to_local(at).civil;
        if (matches(civil, weekday_of(civil))) {
            keep(instants, at, model::Reason::none);
        }
    }
    return instants;
}

Instants fixed_reference(const TimeZone& zone, const Matches& matches) {
    Instants instants;
    const auto begin =
        std::chrono::local_seconds((kBegin - days(2)).time_since_epoch() / seconds(1) * seconds(1));
    for (auto local = begin; local < begin + days(370); local += minutes(1)) {
        const CivilTime civil = civil_of(local);
        if (!matches(civil, weekday_of(civil))) {
            continue;
        }
        const CivilMapping mapping = zone.to_instants(civil);
        keep(instants, mapping.first, model::Reason::none);
        if (mapping.kind == CivilMapping::Kind::repeated) {
            keep(instants, mapping.second, model::Reason::dst_overlap);
        }
    }
    return instants;
}

Instants interval_reference(WallTime phase, Milliseconds period) {
    Instants instants;
    for (WallTime at = phase + period; at <= kEnd; at += period) {
        keep(instants, at, model::Reason::none);
    }
    return instants;
}

schedule::Schedule at_times(std::vector<std::int32_t> seconds_of_day, const TimeZone& zone) {
    schedule::AtTimes plan;
    plan.seconds_of_day = std::move(seconds_of_day);
    return schedule::Schedule(plan, zone, {});
}

class Year : public ::testing::TestWithParam<const char*> {
protected:
    void expect(schedule::Schedule schedule, Instants instants) {
        const DirectiveId id{static_cast<std::int64_t>(expected_.size()) + 1};
        table_.arm(testing::request(id.value, std::move(schedule)), kBegin);
        expected_[id] = std::move(instants);
    }

    /// Wakes as a loop would: never early, up to half a minute late.
    void run() {
        for (int i = 0; auto due = table_.next_due(); ++i) {
            if (*due > kEnd) {
                break;
            }
            const WallTime now = std::min(*due + seconds(i % 31), std::max(*due, kEnd));
            for (const Due& row : table_.collect(now, 1 + static_cast<std::size_t>(i % 3))) {
                EXPECT_EQ(row.decided_until, row.scheduled_for);
                EXPECT_TRUE(seen_[row.directive].insert({row.scheduled_for, row.reason}).second)
                    << "doubled: " << format_utc_ms(row.scheduled_for);
            }
        }
    }

    Timetable table_;
    std::map<DirectiveId, Instants> expected_;
    std::map<DirectiveId, Instants> seen_;
};

TEST_P(Year, loses_and_doubles_nothing) {
    const TimeZone zone = zone_named(GetParam());
    const Matches quarters = [](const CivilTime& t, unsigned) { return t.minute % 15 == 0; };
    const Matches two = [](const CivilTime& t, unsigned) {
        return t.hour == 2 && t.minute % 20 == 0;
    };
    const Matches half = [](const CivilTime& t, unsigned) {
        return t.hour >= 1 && t.hour <= 4 && t.minute == 30;
    };
    const Matches night = [](const CivilTime& t, unsigned) {
        return t.hour <= 3 && t.minute % 10 == 5;
    };
    const Matches sunday = [](const CivilTime& t, unsigned w) {
        return w == 0 && t.hour == 2 && t.minute == 0;
    };
    const Matches either = [](const CivilTime& t, unsigned w) {
        return (t.day == 28 || w == 0) && t.hour == 1 && t.minute == 45;
    };
    const Matches times = [](const CivilTime& t, unsigned) {
        return (t.hour == 2 && t.minute == 15) || (t.hour == 23 && t.minute == 59);
    };
    expect(cron("*/15 * * * *", zone), real_time_reference(zone, quarters));
    expect(cron("*/20 2 * * *", zone), real_time_reference(zone, two));
    expect(cron("30 1-4 * * *", zone), fixed_reference(zone, half));
    expect(cron("5-55/10 0-3 * * *", zone), fixed_reference(zone, night));
    expect(cron("0 2 * * 0", zone), fixed_reference(zone, sunday));
    expect(cron("45 1 28 * 0", zone), fixed_reference(zone, either));
    expect(at_times({2 * 3600 + 15 * 60, 23 * 3600 + 59 * 60}, zone), fixed_reference(zone, times));
    expect(schedule::Schedule(schedule::EveryGrid{minutes(90), kBegin, false}, zone, {}),
           interval_reference(kBegin, minutes(90)));

    run();

    for (const auto& [id, instants] : expected_) {
        EXPECT_GT(instants.size(), 50U);
        EXPECT_TRUE(seen_[id] == instants) << "schedule " << id.value << ": " << seen_[id].size()
                                           << " instants in place of " << instants.size();
    }
}

INSTANTIATE_TEST_SUITE_P(zones,
                         Year,
                         ::testing::Values("Europe/Berlin",
                                           "America/New_York",
                                           "Australia/Lord_Howe",
                                           "Africa/Cairo",
                                           "Asia/Kathmandu"));

}  // namespace
}  // namespace aifp::scheduler
