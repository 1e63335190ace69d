#include <array>
#include <bit>

#include "schedule/cron.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;

constexpr int kYearsInCalendarCycle = 400;

/// The lowest set bit at or above `from`, or -1.
int next_bit(std::uint64_t mask, int from) {
    const std::uint64_t rest = from > 63 ? 0 : mask >> from << from;
    return rest == 0 ? -1 : std::countr_zero(rest);
}

struct Month {
    int year;
    int month;          ///< From 1.
    int first_weekday;  ///< Of day 1; Sunday is 0.
    int length;
};

bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int length_of(int year, int month) {
    constexpr std::array<int, 13> kLengths{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month)];
}

/// Bits 1-31: the days of the month whose weekday is in `weekdays`.
std::uint32_t days_on(const Month& month, std::uint32_t weekdays) {
    const std::uint32_t from_first =
        (weekdays >> month.first_weekday | weekdays << (7 - month.first_weekday)) & 0x7f;
    const std::uint64_t five_weeks = from_first * 0x10204081ULL;  // repeated every 7 bits
    return static_cast<std::uint32_t>(five_weeks << 1 & ((std::uint64_t{2} << month.length) - 2));
}

/// Monday to Friday nearest to `day` without leaving the month.
int nearest_working_day(const Month& month, int day) {
    const int weekday = (month.first_weekday + day - 1) % 7;
    if (weekday == 6) {
        return day > 1 ? day - 1 : day + 2;
    }
    if (weekday == 0) {
        return day < month.length ? day + 1 : day - 2;
    }
    return day;
}

/// `L`, `L-n`, `LW`, `nW`
std::uint32_t special_days(const CronFields& fields, const Month& month) {
    std::uint32_t mask = 0;
    for (int n = next_bit(fields.days_before_last, 0); n >= 0;
         n = next_bit(fields.days_before_last, n + 1)) {
        if (n < month.length) {
            mask |= 1U << (month.length - n);
        }
    }
    for (int n = next_bit(fields.working_days, 0); n >= 0;
         n = next_bit(fields.working_days, n + 1)) {
        if (n <= month.length) {
            mask |= 1U << nearest_working_day(month, n);
        }
    }
    if (fields.last_working_day) {
        mask |= 1U << nearest_working_day(month, month.length);
    }
    return mask;
}

/// `5L`, `MON#2`
std::uint32_t special_weekdays(const CronFields& fields, const Month& month) {
    std::uint32_t mask = 0;
    for (int nth = 0; nth < 5; ++nth) {
        const auto weekdays = static_cast<std::uint32_t>(fields.nth_weekdays >> (nth * 7) & 0x7f);
        mask |= days_on(month, weekdays) & (0xfeU << (nth * 7));
    }
    const std::uint32_t last_week = ~std::uint32_t{0} << (month.length - 6);
    return mask | (days_on(month, fields.last_weekdays) & last_week);
}

/// Bits 1-31: the days of the month that the day fields name. (vixie's day rule)
std::uint32_t matching_days(const CronFields& fields, const Month& month) {
    std::uint32_t by_day =
        fields.days & static_cast<std::uint32_t>((std::uint64_t{2} << month.length) - 2);
    std::uint32_t by_weekday = days_on(month, fields.weekdays);
    if (fields.days_before_last != 0 || fields.working_days != 0 || fields.last_working_day) {
        by_day |= special_days(fields, month);
    }
    if (fields.nth_weekdays != 0 || fields.last_weekdays != 0) {
        by_weekday |= special_weekdays(fields, month);
    }
    return fields.both_days_must_match ? by_day & by_weekday : by_day | by_weekday;
}

/// The first matching second of the day at or after `from`, or -1.
int next_second_of_day(const CronFields& fields, int from) {
    const int hour = from / 3600;
    const int minute = from / 60 % 60;
    const bool hour_matches = (fields.hours >> hour & 1) != 0;
    if (hour_matches && (fields.minutes >> minute & 1) != 0) {
        const int second = next_bit(fields.seconds, from % 60);
        if (second >= 0) {
            return hour * 3600 + minute * 60 + second;
        }
    }
    const int first_second = std::countr_zero(fields.seconds);
    if (hour_matches) {
        const int next_minute = next_bit(fields.minutes, minute + 1);
        if (next_minute >= 0) {
            return hour * 3600 + next_minute * 60 + first_second;
        }
    }
    const int next_hour = next_bit(fields.hours, hour + 1);
    return next_hour < 0 ? -1
                         : next_hour * 3600 + std::countr_zero(fields.minutes) * 60 + first_second;
}

Month month_of(int year, int month) {
    const local_days first{std::chrono::year(year) / month / 1};
    const auto weekday = static_cast<int>(std::chrono::weekday(first).c_encoding());
    return {year, month, weekday, length_of(year, month)};
}

/// The first month at or after `month` of `year` that the month field names.
Month matching_month(const CronFields& fields, int year, int month) {
    const int match = next_bit(fields.months, month);
    return match < 0 ? month_of(year + 1, std::countr_zero(fields.months)) : month_of(year, match);
}

/// The first matching day at or after `from`.
std::optional<local_days> next_day(const CronFields& fields, local_days from) {
    if (fields.every_day) {
        return from;
    }
    const std::chrono::year_month_day date(from);
    const int year = static_cast<int>(date.year());
    const auto month = static_cast<int>(static_cast<unsigned>(date.month()));
    Month candidate = matching_month(fields, year, month);
    int day = 1;
    if (candidate.month == month && candidate.year == year) {
        day = static_cast<int>(static_cast<unsigned>(date.day()));
    }
    while (candidate.year <= year + kYearsInCalendarCycle) {
        const int match = next_bit(matching_days(fields, candidate), day);
        if (match >= 0) {
            return local_days(std::chrono::year(candidate.year) / candidate.month / match);
        }
        candidate = matching_month(fields, candidate.year, candidate.month + 1);
        day = 1;
    }
    return std::nullopt;
}

}  // namespace

std::optional<LocalSeconds> next_match(const CronFields& fields, LocalSeconds after) {
    if (!fields.can_fire) {
        return std::nullopt;
    }
    const LocalSeconds from = after + seconds(1);
    const auto today = std::chrono::floor<days>(from);
    const auto second_of_day = static_cast<int>((from - today).count());
    const auto day = next_day(fields, today);
    if (day == today) {
        const int second = next_second_of_day(fields, second_of_day);
        if (second >= 0) {
            return today + seconds(second);
        }
        const auto later = next_day(fields, today + days(1));
        return later ? std::optional(*later + seconds(next_second_of_day(fields, 0)))
                     : std::nullopt;
    }
    return day ? std::optional(*day + seconds(next_second_of_day(fields, 0))) : std::nullopt;
}

}  // namespace aifp::schedule
