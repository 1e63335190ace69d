#include <chrono>

#include "schedule/sun.hpp"

namespace aifp::schedule {
namespace {

struct Day {
    WallTime begin;
    WallTime end;
};

WallTime midnight(const TimeZone& zone, std::chrono::year_month_day date) {
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    return zone.to_instants(civil).first;
}

Day local_day(WallTime now, const TimeZone& zone) {
    const CivilTime civil = zone.to_local(now).civil;
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(civil.year)),
                                           std::chrono::month(static_cast<unsigned>(civil.month)),
                                           std::chrono::day(static_cast<unsigned>(civil.day)));
    const std::chrono::year_month_day next(std::chrono::sys_days(date) + std::chrono::days(1));
    return {midnight(zone, date), midnight(zone, next)};
}

bool is_morning(SunEvent event) noexcept {
    return event == SunEvent::sunrise || event == SunEvent::dawn;
}

/// When the event comes that day. Where it does not, before the day or after it, so that the sun
/// counts as up or down all day.
WallTime event_of(const SunWindow::Bound& bound, const SunPosition& position, const Day& day) {
    const SunPlan plan{.position = position, .event = bound.event};
    const auto found = next_sun_event(plan, day.begin - Milliseconds(1));
    if (found && *found < day.end) {
        return *found + bound.offset;
    }
    const bool is_up = is_sun_up(position, day.begin + (day.end - day.begin) / 2);
    return is_morning(bound.event) == is_up ? WallTime::min() : WallTime::max();
}

}  // namespace

bool is_in_sun_window(const SunWindow& window,
                      const SunPosition& position,
                      WallTime now,
                      const TimeZone& zone) {
    const Day day = local_day(now, zone);
    const WallTime after = window.after ? event_of(*window.after, position, day) : WallTime::min();
    const WallTime before =
        window.before ? event_of(*window.before, position, day) : WallTime::max();
    if (window.after && window.before && after > before) {
        return now >= after || now < before;
    }
    return now >= after && now < before;
}

}  // namespace aifp::schedule
