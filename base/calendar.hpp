#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "base/weekdays.hpp"

namespace aifp {

/// Days and times under a name (setting `calendars`): it holds while one of its entries does. A
/// plain value; thread-safe as such. (reference/semantics.md 2 no. 15, docs/flow.md)
class Calendar {
public:
    static constexpr std::size_t kMaxEntries = 1'000;

    /// Adds one entry: up to three parts with blanks between them, all of which must hold.
    ///   dates    2026-12-24, 2026-12-24..2027-01-02; every year: 12-24, 12-24..01-02
    ///   weekdays sat, mon-fri, mon,wed, weekend
    ///   times    22:00-06:00: from the first to before the second; past midnight it belongs to
    ///            the day on which it began. 00:00-24:00 is the whole day.
    /// Errors: invalid_input, saying what is wrong and what to write.
    [[nodiscard]] Status add(std::string_view text);

    [[nodiscard]] bool holds(WallTime at, const TimeZone& zone) const;
    /// The first instant after `at` at which it may be otherwise: an edge of its times or a
    /// midnight. Strictly later than `at`.
    [[nodiscard]] WallTime next_edge(WallTime at, const TimeZone& zone) const;

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    friend bool operator==(const Calendar&, const Calendar&) = default;

private:
    /// First and last day; of every year if `yearly` (then as month * 100 + day).
    struct Days {
        bool yearly = false;
        std::int64_t first = 0;
        std::int64_t last = 0;
        friend bool operator==(const Days&, const Days&) = default;
    };
    struct Entry {
        std::optional<Days> days;
        std::optional<Week> week;
        int after = 0;  ///< Seconds after midnight.
        int before = 24 * 60 * 60;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    [[nodiscard]] static bool read_days(std::string_view text, Entry& entry);
    [[nodiscard]] static bool read_week(std::string_view text, Entry& entry);
    [[nodiscard]] static bool read_times(std::string_view text, Entry& entry);
    [[nodiscard]] static bool holds_on(const Entry& entry, std::chrono::sys_days day);

    std::vector<Entry> entries_;
};

}  // namespace aifp
