#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp {

/// A civil (wall-clock) second in the proleptic Gregorian calendar. Fields are normalised.
struct CivilTime {
    std::int64_t year = 1970;
    int month = 1;   ///< 1-12
    int day = 1;     ///< 1-31
    int hour = 0;    ///< 0-23
    int minute = 0;  ///< 0-59
    int second = 0;  ///< 0-59
    friend auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

/// How a civil time maps to instants in a zone.
struct CivilMapping {
    enum class Kind {
        unique,    ///< Exactly one instant: `first` == `second`.
        skipped,   ///< In a gap (clock set forward): `transition` is the first instant after it.
        repeated,  ///< Twice (clock set back): `first` < `second`.
    };
    Kind kind = Kind::unique;
    WallTime first;       ///< The instant; in an overlap the earlier one; in a gap, `transition`.
    WallTime second;      ///< In an overlap the later one, else `first`.
    WallTime transition;  ///< When the offset changes (gap and overlap only).
};

/// An instant seen in a zone.
struct LocalTime {
    CivilTime civil;
    int offset_seconds = 0;  ///< East of UTC is positive.
};

/// A change of offset.
struct ZoneTransition {
    WallTime at;
    int offset_before_seconds = 0;
    int offset_after_seconds = 0;
};

/// An IANA time zone from the system's zone database (through CCTZ). A cheap value; thread-safe.
class TimeZone {
public:
    /// Errors: invalid_input when the name is not in the zone database.
    [[nodiscard]] static Result<TimeZone> load(const std::string& name);
    [[nodiscard]] static TimeZone utc();
    /// The zone of the machine ($TZ, /etc/localtime), UTC if that cannot be read.
    [[nodiscard]] static TimeZone system();

    [[nodiscard]] std::string name() const;
    [[nodiscard]] LocalTime to_local(WallTime instant) const;
    [[nodiscard]] CivilMapping to_instants(const CivilTime& civil) const;
    /// The first change of offset strictly after `instant`, if the database knows one.
    [[nodiscard]] std::optional<ZoneTransition> next_transition(WallTime instant) const;

private:
    explicit TimeZone(const void* impl) : impl_(impl) {}
    const void* impl_;  // CCTZ's zones live for the whole process
};

/// "2026-11-22T18:00:00+01:00" (milliseconds are dropped) in `zone`.
[[nodiscard]] std::string format_rfc3339(WallTime instant, const TimeZone& zone);
/// "2026-11-22T17:00:00.123Z"
[[nodiscard]] std::string format_utc_ms(WallTime instant);
/// "2026-11-22T17:00:00": the form of the helpers' JSON (reference: decisions, Executions).
[[nodiscard]] std::string format_utc_seconds(WallTime instant);
/// RFC 3339 date-time; without seconds they are 0; a missing offset is read in `zone`. Errors:
/// invalid_input.
[[nodiscard]] Result<WallTime> parse_instant(std::string_view text, const TimeZone& zone);

}  // namespace aifp
