#include "base/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kDay = 24 * 60 * 60;

std::optional<unsigned> digits(std::string_view text, std::size_t count) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && text.size() == count ? std::optional(value) : std::nullopt;
}

struct Date {
    std::optional<unsigned> year;
    unsigned month = 0;
    unsigned day = 0;
};

// "2026-12-24" or "12-24"; 02-29 is a day of leap years.
std::optional<Date> read_date(std::string_view text) {
    const auto parts = split(text, '-');
    if (parts.size() != 2 && parts.size() != 3) {
        return std::nullopt;
    }
    Date date;
    if (parts.size() == 3) {
        date.year = digits(parts[0], 4);
        if (!date.year) {
            return std::nullopt;
        }
    }
    const auto month = digits(parts[parts.size() - 2], 2);
    const auto day = digits(parts.back(), 2);
    date.month = month.value_or(0);
    date.day = day.value_or(0);
    const auto in_year = std::chrono::year(static_cast<int>(date.year.value_or(2028)));
    const year_month_day whole(in_year, std::chrono::month(date.month), std::chrono::day(date.day));
    return whole.ok() ? std::optional(date) : std::nullopt;
}

std::int64_t number_of(const Date& date) {
    if (!date.year) {
        return date.month * 100 + date.day;
    }
    const sys_days day = year_month_day(std::chrono::year(static_cast<int>(*date.year)),
                                        std::chrono::month(date.month),
                                        std::chrono::day(date.day));
    return day.time_since_epoch().count();
}

sys_days day_of(const CivilTime& civil) {
    return year_month_day(std::chrono::year(static_cast<int>(civil.year)),
                          std::chrono::month(static_cast<unsigned>(civil.month)),
                          std::chrono::day(static_cast<unsigned>(civil.day)));
}

// The first instant at or after this second of the day; `second` may be 24:00.
CivilMapping instants_of(sys_days day, int second, const TimeZone& zone) {
    const year_month_day date(day + std::chrono::days(second / kDay));
    const int rest = second % kDay;
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    civil.hour = rest / 3600;
    civil.minute = rest / 60 % 60;
    civil.second = rest % 60;
    return zone.to_instants(civil);
}

std::optional<int> clock_seconds(std::string_view text) {
    if (text == "24:00") {
        return kDay;
    }
    const auto seconds = parse_time_of_day(text);
    return seconds ? std::optional(*seconds) : std::nullopt;
}

Status refuse(std::string_view part) {
    return fail(ErrorCode::invalid_input,
                fmt::format("\"{}\" is no date, weekday or time: write 2026-12-24, 12-24 (every "
                            "year), 12-24..01-02, mon-fri or 22:00-06:00, or several with blanks "
                            "between them",
                            part));
}

}  // namespace

bool Calendar::read_days(std::string_view text, Entry& entry) {
    const auto dots = text.find("..");
    const auto first = read_date(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : read_date(text.substr(dots + 2));
    if (!first || !last || first->year.has_value() != last->year.has_value()) {
        return false;
    }
    const Days days{!first->year, number_of(*first), number_of(*last)};
    entry.days = days;
    return days.yearly || days.first <= days.last;
}

bool Calendar::read_week(std::string_view text, Entry& entry) {
    Week week{};
    for (const auto part : split(text, ',')) {
        if (!add_weekdays(week, part)) {
            return false;
        }
    }
    entry.week = week;
    return true;
}

bool Calendar::read_times(std::string_view text, Entry& entry) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        return false;
    }
    const auto after = clock_seconds(text.substr(0, dash));
    const auto before = clock_seconds(text.substr(dash + 1));
    if (!after || !before || *after == *before || *after == kDay || *before == 0) {
        return false;
    }
    entry.after = *after;
    entry.before = *before;
    return true;
}

Status Calendar::add(std::string_view text) {
    if (entries_.size() >= kMaxEntries) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("a calendar has at most {} entries", kMaxEntries));
    }
    Entry entry;
    bool has_days = false;
    bool has_week = false;
    bool has_times = false;
    const std::string lower = to_lower_ascii(trim(text));
    for (const auto part : split(lower, ' ')) {
        if (part.empty()) {
            continue;
        }
        bool* kind = nullptr;
        if (part.find(':') != std::string_view::npos) {
            kind = read_times(part, entry) ? &has_times : nullptr;
        } else if (part.front() >= '0' && part.front() <= '9') {
            kind = read_days(part, entry) ? &has_days : nullptr;
        } else {
            kind = read_week(part, entry) ? &has_week : nullptr;
        }
        if (kind == nullptr || *kind) {
            return refuse(part);
        }
        *kind = true;
    }
    if (!has_days && !has_week && !has_times) {
        return refuse(text);
    }
    entries_.push_back(entry);
    return {};
}

bool Calendar::holds_on(const Entry& entry, sys_days day) {
    if (entry.week) {
        const std::chrono::weekday weekday(day);
        if (!entry.week->at(weekday.iso_encoding() - 1)) {
            return false;
        }
    }
    if (!entry.days) {
        return true;
    }
    const Days& days = *entry.days;
    if (!days.yearly) {
        const std::int64_t number = day.time_since_epoch().count();
        return days.first <= number && number <= days.last;
    }
    const year_month_day date(day);
    const std::int64_t number =
        static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
    return days.first <= days.last ? days.first <= number && number <= days.last
                                   : number >= days.first || number <= days.last;
}

bool Calendar::holds(WallTime at, const TimeZone& zone) const {
    const CivilTime civil = zone.to_local(at).civil;
    const int second = (civil.hour * 60 + civil.minute) * 60 + civil.second;
    const sys_days today = day_of(civil);
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        if (entry.after < entry.before) {
            return entry.after <= second && second < entry.before && holds_on(entry, today);
        }
        return (second >= entry.after && holds_on(entry, today)) ||
               (second < entry.before && holds_on(entry, today - std::chrono::days(1)));
    });
}

WallTime Calendar::next_edge(WallTime at, const TimeZone& zone) const {
    const sys_days today = day_of(zone.to_local(at).civil);
    // Where a zone leaves out a day, the midnight after next is later for certain.
    WallTime next = instants_of(today, 2 * kDay, zone).second;
    const auto consider = [&](int second) {
        // An edge comes twice where the clock is set back over it.
        const auto edges = instants_of(today, second, zone);
        for (const WallTime edge : {edges.first, edges.second}) {
            next = edge > at ? std::min(next, edge) : next;
        }
    };
    consider(kDay);
    if (const auto change = zone.next_transition(at)) {
        next = std::min(next, change->at);
    }
    for (const Entry& entry : entries_) {
        consider(entry.after);
        consider(entry.before);
    }
    return next;
}

}  // namespace aifp
