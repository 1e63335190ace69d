#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/time_zone.hpp"

// Where the sun stands. Own astronomy after J. Meeus, "Astronomical Algorithms", 2nd ed., chapters
// 12, 13 and 25 (the sun to 0.01 degrees): rising and setting within 60 s of published tables
// between 65 degrees south and north from 1950 to 2100. Pure and thread-safe.

namespace aifp::schedule {

/// A place on earth (settings: latitude, longitude, elevation_m).
struct SunPosition {
    double latitude = 0;   ///< Degrees, north is positive; -90 to 90.
    double longitude = 0;  ///< Degrees, east is positive; -180 to 180.
    /// Metres above the land around: lets one see over the horizon, so that the sun rises earlier
    /// and sets later. Tables are for 0.
    double elevation_m = 0;

    friend bool operator==(const SunPosition&, const SunPosition&) = default;
};

/// What the sun does.
enum class SunEvent : std::uint8_t {
    sunrise,  ///< Its upper edge comes over the horizon: the centre at -0.833 degrees.
    sunset,   ///< Its upper edge goes below the horizon.
    dawn,     ///< Civil dawn: the centre at -6 degrees, rising.
    dusk,     ///< Civil dusk: the centre at -6 degrees, setting.
    noon,     ///< It crosses the meridian.
    rising,   ///< The centre reaches a height of one's own, rising.
    setting,  ///< The same, setting.
};

[[nodiscard]] std::string_view name_of(SunEvent event) noexcept;
/// Of `sunrise`, `sunset`, `dawn`, `dusk`, `noon`; nothing for any other word.
[[nodiscard]] std::optional<SunEvent> sun_event_from(std::string_view name) noexcept;

/// One event of the sun at one place: the plan of a `sun` trigger. A value.
struct SunPlan {
    SunPosition position;
    SunEvent event = SunEvent::sunset;
    double elevation = 0;    ///< Degrees; of rising and setting only.
    Milliseconds offset{0};  ///< Added to the event's instant; may be negative.
};

/// How far a search goes: a polar night and some.
inline constexpr int kSunSearchDays = 400;

/// Height of the sun's centre above the horizon in degrees, without refraction.
[[nodiscard]] double sun_elevation(const SunPosition& position, WallTime at) noexcept;
/// Whether its upper edge is above the horizon: between sunrise and sunset.
[[nodiscard]] bool is_sun_up(const SunPosition& position, WallTime at) noexcept;

/// The first instant of the plan strictly after `after`, offset included, in whole seconds. The
/// same event gives the same instant wherever the search begins. Nothing when it does not come
/// within kSunSearchDays: a height that the sun never has there. (reference: semantics 3.4)
[[nodiscard]] std::optional<WallTime> next_sun_event(const SunPlan& plan, WallTime after) noexcept;

/// Two bounds within a local day; one of them may be open.
struct SunWindow {
    struct Bound {
        SunEvent event = SunEvent::sunset;
        Milliseconds offset{0};
    };
    std::optional<Bound> after;
    std::optional<Bound> before;
};

/// Whether `now` is after the one and before the other event of its local day. An end before its
/// beginning means that the window passes midnight. On a day without the event the sun counts as
/// having set before the day began, if it is down all day, else as having risen before it and
/// setting after it.
[[nodiscard]] bool is_in_sun_window(const SunWindow& window,
                                    const SunPosition& position,
                                    WallTime now,
                                    const TimeZone& zone);

/// What to write when a directive names the sun and the settings have no place for it.
inline constexpr std::string_view kMissingPosition =
    "the sun needs a place: write latitude: 52.52 and longitude: 13.40 (degrees, north and east "
    "are positive) as two lines in .aifp-project/engine.yaml";

}  // namespace aifp::schedule
