#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace aifp::schedule {

/// A civil second without a zone: what a clock on the wall shows.
using LocalSeconds = std::chrono::local_seconds;

/// What is wrong in a cron text, and where. Offsets count bytes of the text given.
struct CronError {
    int field = 0;           ///< From 1 as written; 0 when the text as a whole is wrong.
    std::size_t offset = 0;  ///< Where the wrong part begins.
    std::size_t size = 0;    ///< How long it is; at least 1 unless the text is empty.
    std::string message;     ///< What is wrong, one sentence without a full stop.
    std::string hint;        ///< What to write instead; may be empty.
};

/// A parsed cron text as bit masks. A value; reading it is thread-safe.
struct CronFields {
    std::uint64_t seconds = 1;           ///< Bit n: second n.
    std::uint64_t minutes = 0;           ///< Bit n: minute n.
    std::uint64_t nth_weekdays = 0;      ///< Bit (n-1)*7 + w: the nth weekday w (`MON#2`).
    std::uint32_t hours = 0;             ///< Bit n: hour n.
    std::uint32_t days = 0;              ///< Bit n: day n of the month, from 1.
    std::uint32_t working_days = 0;      ///< Bit n: the working day nearest to day n (`15W`).
    std::uint32_t days_before_last = 0;  ///< Bit n: n days before the last day (`L`, `L-3`).
    std::uint16_t months = 0;            ///< Bit n: month n, from 1.
    std::uint8_t weekdays = 0;           ///< Bit n: weekday n, Sunday is 0.
    std::uint8_t last_weekdays = 0;      ///< Bit n: the last weekday n of the month (`5L`).
    bool last_working_day = false;       ///< `LW`.
    bool both_days_must_match = false;   ///< A day field begins with `*` or `?` (vixie's day rule).
    bool every_day = false;              ///< Month and day fields leave no day out.
    bool follows_real_time = false;  ///< Minute or hour begins with `*`; the seconds do not count.
    bool can_fire = true;            ///< False for dates that never come, such as 30 February.
};

/// Reads 5 fields (minute hour day month weekday), 6 (seconds first) or a nickname (`@daily`).
/// Lists, ranges, steps, names (JAN, MON), `L`, `L-3`, `LW`, `15W`, `5L`, `MON#2`, `?` as `*`, 0
/// and 7 for Sunday. Weekday ranges may pass the end of the week (FRI-MON); all others may not.
/// `~` and `a~b` stand for one value chosen by a stable hash of `seed_name`, the directive's name;
/// `~/n` for every n from such a start. A text that can never fire is valid (can_fire is false).
/// At most 256 bytes. Pure, thread-safe. (reference: semantics 3.9, 3.16; decisions, Executions)
[[nodiscard]] tl::expected<CronFields, CronError> parse_cron(std::string_view text,
                                                             std::string_view seed_name);

/// One text for a terminal: message, the expression, a caret line under the wrong part, the hint.
[[nodiscard]] std::string format_cron_error(std::string_view text, const CronError& error);

/// The first match strictly after `after`, in civil time: no zone, no clock changes. Looks through
/// one whole 400-year cycle of the calendar, then nothing. Thread-safe.
[[nodiscard]] std::optional<LocalSeconds> next_match(const CronFields& fields, LocalSeconds after);

}  // namespace aifp::schedule
