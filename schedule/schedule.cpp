#include "schedule/schedule.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>

#include "schedule/wall_clock.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_seconds;

// Calendar arithmetic is exact between these; a search from outside begins at the first or finds
// nothing.
constexpr WallTime kFirst{std::chrono::sys_days(std::chrono::year(1) / 1 / 1)};
constexpr WallTime kLast{std::chrono::sys_days(std::chrono::year(9999) / 1 / 1)};
constexpr int kRunsForPeriod = 5;
// A `gap: skip` or `overlap` rule suppresses at most what one clock change touches.
constexpr int kMaxSuppressedInRow = 100'000;

std::optional<LocalSeconds> next_time_of_day(const AtTimes& plan, LocalSeconds after) {
    const auto today = floor<days>(after);
    for (int i = 0; i <= 7; ++i) {
        const local_days day = today + days(i);
        if ((plan.weekdays >> std::chrono::weekday(day).c_encoding() & 1) == 0) {
            continue;
        }
        const auto begin = plan.seconds_of_day.begin();
        const auto end = plan.seconds_of_day.end();
        const auto past = static_cast<std::int32_t>((after - today).count());
        const auto time = i == 0 ? std::upper_bound(begin, end, past) : begin;
        if (time != end) {
            return day + seconds(*time);
        }
    }
    return std::nullopt;
}

std::optional<WallTime> next_instant(const AtTimes& plan, WallTime after) {
    const auto it = std::upper_bound(plan.instants.begin(), plan.instants.end(), after);
    return it == plan.instants.end() ? std::nullopt : std::optional(*it);
}

/// The first point of the grid strictly after `after`; the grid has no beginning.
WallTime next_on_grid(WallTime phase, Milliseconds period, WallTime after) {
    const auto distance = after - phase;
    auto steps = distance / period;
    if (distance % period < Milliseconds(0)) {
        --steps;
    }
    return phase + (steps + 1) * period;
}

WallTime midnight_of(const TimeZone& zone, local_days day) {
    const std::chrono::year_month_day date(day);
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    return zone.to_instants(civil).first;
}

/// Real time from the last local midnight on, and the next midnight itself. Where the clock goes
/// back over midnight the day has begun at the first of the two.
WallTime next_since_midnight(const TimeZone& zone, Milliseconds period, WallTime after) {
    const auto local = after + seconds(zone.to_local(after).offset_seconds);
    local_days day(floor<days>(local).time_since_epoch());
    while (midnight_of(zone, day + days(1)) <= after) {
        day += days(1);
    }
    while (midnight_of(zone, day) > after) {
        day -= days(1);
    }
    const WallTime next = next_on_grid(midnight_of(zone, day), period, after);
    return std::min(next, midnight_of(zone, day + days(1)));
}

std::optional<Occurrence> plain(std::optional<WallTime> at) {
    if (!at) {
        return std::nullopt;
    }
    return Occurrence{.at = *at, .first_removed = {}, .last_removed = {}};
}

std::optional<Occurrence> next_of(const CronFields& plan, const WallClock& clock, WallTime after) {
    const auto pattern = [&plan](LocalSeconds local) { return next_match(plan, local); };
    return WallClockWalk(clock, pattern).next_after(floor<seconds>(after));
}

std::optional<Occurrence> next_of(const AtTimes& plan, const WallClock& clock, WallTime after) {
    auto single = plain(next_instant(plan, after));
    if (plan.seconds_of_day.empty()) {
        return single;
    }
    const auto pattern = [&plan](LocalSeconds local) { return next_time_of_day(plan, local); };
    auto daily = WallClockWalk(clock, pattern).next_after(floor<seconds>(after));
    if (!single || (daily && daily->at < single->at)) {
        return daily;
    }
    if (daily && daily->at == single->at) {
        daily->suppressed = model::Reason::none;  // the single instant was asked for by itself
        return daily;
    }
    return single;
}

std::optional<Occurrence> next_of(const EveryGrid& plan, const WallClock& clock, WallTime after) {
    if (plan.counts_from != CountsFrom::anchor) {
        return plain(next_on_grid(plan.phase, plan.period, std::max(after, plan.phase)));
    }
    return plain(plan.restarts_at_midnight ? next_since_midnight(clock.zone, plan.period, after)
                                           : next_on_grid(plan.phase, plan.period, after));
}

std::optional<Occurrence> next_of(const SunPlan& plan, const WallClock&, WallTime after) {
    return plain(next_sun_event(plan, after));
}

}  // namespace

std::optional<Occurrence> Schedule::next_after(WallTime after) const {
    if (after >= kLast) {
        return std::nullopt;
    }
    const WallTime from = std::max(after, kFirst);
    const auto* cron = std::get_if<CronFields>(&plan_);
    const WallClock clock{zone_, window_, dst_, cron != nullptr && cron->follows_real_time};
    auto next =
        std::visit([&clock, from](const auto& plan) { return next_of(plan, clock, from); }, plan_);
    assert(!next || next->at > after);
    return next;
}

std::optional<Occurrence> Schedule::next_run_after(WallTime after) const {
    auto next = next_after(after);
    for (int i = 0; i < kMaxSuppressedInRow && next && next->suppressed != model::Reason::none;
         ++i) {
        next = next_after(next->at);
    }
    return next;
}

bool Schedule::is_recurring() const {
    const auto* at = std::get_if<AtTimes>(&plan_);
    return at == nullptr || !at->seconds_of_day.empty();
}

std::optional<Milliseconds> Schedule::nominal_period(WallTime now) const {
    std::optional<Milliseconds> shortest;
    auto last = next_run_after(now);
    for (int i = 1; i < kRunsForPeriod && last; ++i) {
        const auto next = next_run_after(last->at);
        if (next && (!shortest || next->at - last->at < *shortest)) {
            shortest = next->at - last->at;
        }
        last = next;
    }
    return shortest;
}

CountsFrom Schedule::counts_from() const noexcept {
    const auto* every = std::get_if<EveryGrid>(&plan_);
    return every != nullptr ? every->counts_from : CountsFrom::anchor;
}

void Schedule::count_from(WallTime at) noexcept {
    if (auto* every = std::get_if<EveryGrid>(&plan_);
        every != nullptr && every->counts_from != CountsFrom::anchor) {
        every->phase = at;
    }
}

}  // namespace aifp::schedule
