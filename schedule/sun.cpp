#include "schedule/sun.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <utility>

namespace aifp::schedule {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

// 2000-01-01 12:00 UTC. Dynamical time runs ahead of UTC by 69 s in our days; the sun moves by
// 0.0008 degrees in that time, so a constant does for two centuries.
constexpr WallTime kEpoch{Milliseconds(946'728'000'000)};
constexpr double kDynamicalLead = 69.0;
constexpr double kDay = 86'400.0;
constexpr double kHalfDay = kDay / 2;
constexpr double kSecondsPerDegree = kDay / 360.0;
// Refraction at the horizon (34') and the sun's radius (16').
constexpr double kHorizon = -0.833;
constexpr double kCivilTwilight = -6.0;
// Dip of the horizon for one metre of height; it grows with the root.
constexpr double kDip = 0.0293;

/// Seconds since kEpoch. A double holds milliseconds for 200,000 years.
using Instant = double;

double radians(double degrees) noexcept {
    return degrees * std::numbers::pi / 180.0;
}
double degrees(double radians) noexcept {
    return radians * 180.0 / std::numbers::pi;
}
/// To -180 … 180.
double normalised(double angle) noexcept {
    return std::remainder(angle, 360.0);
}

Instant instant_of(WallTime at) noexcept {
    return duration<double>(at - kEpoch).count();
}
WallTime whole_second(Instant at) noexcept {
    return kEpoch + seconds(std::llround(at));
}

/// Where the sun stands on the sky of all places.
struct Sun {
    double declination;  ///< Radians.
    double hour_angle;   ///< Degrees at longitude 0, from -180 to 180; 0 on the meridian.
};

// Meeus, chapters 12 (sidereal time), 22 (nutation, short), 25 (apparent place of the sun).
Sun sun_at(Instant at) noexcept {
    const double t = (at + kDynamicalLead) / kDay / 36'525.0;
    const double mean_longitude = 280.46646 + t * (36'000.76983 + t * 0.0003032);
    const double anomaly = radians(357.52911 + t * (35'999.05029 - t * 0.0001537));
    const double centre = (1.914602 - t * (0.004817 + t * 0.000014)) * std::sin(anomaly) +
                          (0.019993 - t * 0.000101) * std::sin(2 * anomaly) +
                          0.000289 * std::sin(3 * anomaly);
    const double node = radians(125.04 - t * 1934.136);
    const double longitude = radians(mean_longitude + centre - 0.00569 - 0.00478 * std::sin(node));
    const double mean_obliquity = 23.0 + 26.0 / 60 + 21.448 / 3600 - t * 46.815 / 3600;
    const double obliquity = radians(mean_obliquity + 0.00256 * std::cos(node));
    const double right_ascension =
        std::atan2(std::cos(obliquity) * std::sin(longitude), std::cos(longitude));
    const double nutation = -0.00478 * std::sin(node) * std::cos(obliquity);
    const double sidereal = 280.46061837 + 360.98564736629 * (at / kDay) + nutation;
    return {std::asin(std::sin(obliquity) * std::sin(longitude)),
            normalised(sidereal - degrees(right_ascension))};
}

double hour_angle(const SunPosition& position, Instant at) noexcept {
    return normalised(sun_at(at).hour_angle + position.longitude);
}

double elevation_at(const SunPosition& position, Instant at) noexcept {
    const Sun sun = sun_at(at);
    const double latitude = radians(position.latitude);
    const double angle = radians(sun.hour_angle + position.longitude);
    const double sine = std::sin(latitude) * std::sin(sun.declination) +
                        std::cos(latitude) * std::cos(sun.declination) * std::cos(angle);
    return degrees(std::asin(std::clamp(sine, -1.0, 1.0)));
}

/// The instant near `guess` at which the sun has the hour angle. The same guess gives the same
/// instant.
Instant when_hour_angle(const SunPosition& position, double angle, Instant guess) noexcept {
    for (int i = 0; i < 3; ++i) {
        guess -= normalised(hour_angle(position, guess) - angle) * kSecondsPerDegree;
    }
    return guess;
}

/// The highest and lowest points of the sun at a place, numbered: even is noon, odd is the midnight
/// after it. Between two of them its height only rises or only falls.
class Extremes {
public:
    explicit Extremes(const SunPosition& position) : position_(position) {}

    [[nodiscard]] Instant at(std::int64_t number) const noexcept {
        const double guess = static_cast<double>(number) * kHalfDay + first_guess();
        return when_hour_angle(position_, number % 2 == 0 ? 0.0 : 180.0, guess);
    }
    /// One that lies before the instant, by less than two days.
    [[nodiscard]] std::int64_t before(Instant instant) const noexcept {
        return static_cast<std::int64_t>(std::floor((instant - first_guess()) / kHalfDay)) - 1;
    }

private:
    [[nodiscard]] double first_guess() const noexcept {
        return -position_.longitude * kSecondsPerDegree;
    }
    const SunPosition& position_;
};

/// A height and the way in which it is crossed.
struct Crossing {
    double elevation;
    bool rising;
};

Crossing crossing_of(const SunPlan& plan) noexcept {
    const double horizon = kHorizon - kDip * std::sqrt(std::max(plan.position.elevation_m, 0.0));
    switch (plan.event) {
        case SunEvent::sunrise:
            return {horizon, true};
        case SunEvent::sunset:
            return {horizon, false};
        case SunEvent::dawn:
            return {kCivilTwilight, true};
        case SunEvent::dusk:
            return {kCivilTwilight, false};
        default:
            break;
    }
    return {plan.elevation, plan.event == SunEvent::rising};
}

/// Where the height passes `target` between two extremes on either side of it: the false position
/// method (Illinois), which keeps the bracket and needs about six evaluations.
Instant find_crossing(const SunPosition& position,
                      double target,
                      std::pair<Instant, Instant> bracket) noexcept {
    constexpr int kMaxSteps = 60;
    constexpr double kNear = 1e-3;  // seconds
    auto [low, high] = bracket;
    double at_low = elevation_at(position, low) - target;
    double at_high = elevation_at(position, high) - target;
    int last_side = 0;
    Instant middle = low;
    for (int i = 0; i < kMaxSteps && high - low > kNear; ++i) {
        const Instant before = middle;
        middle = (low * at_high - high * at_low) / (at_high - at_low);
        const double value = elevation_at(position, middle) - target;
        if (value == 0 || (i > 0 && std::abs(middle - before) < kNear)) {
            break;
        }
        const bool is_low_side = (value < 0) == (at_low < 0);
        (is_low_side ? low : high) = middle;
        (is_low_side ? at_low : at_high) = value;
        const int side = is_low_side ? -1 : 1;
        if (side == last_side) {
            (is_low_side ? at_high : at_low) /= 2;
        }
        last_side = side;
    }
    return middle;
}

std::optional<WallTime> next_noon(const Extremes& extremes, WallTime after) noexcept {
    auto number = extremes.before(instant_of(after));
    number -= std::abs(number % 2);
    for (int i = 0; i < 4; ++i, number += 2) {
        const WallTime noon = whole_second(extremes.at(number));
        if (noon > after) {
            return noon;
        }
    }
    return std::nullopt;
}

std::optional<WallTime> next_crossing(const SunPlan& plan,
                                      const Extremes& extremes,
                                      WallTime after) noexcept {
    const Crossing crossing = crossing_of(plan);
    const Instant from = instant_of(after);
    auto number = extremes.before(from);
    Instant begin = extremes.at(number);
    bool is_above = elevation_at(plan.position, begin) >= crossing.elevation;
    for (int i = 0; i < 2 * kSunSearchDays; ++i) {
        const Instant end = extremes.at(++number);
        const bool will_be_above = elevation_at(plan.position, end) >= crossing.elevation;
        // Rounding to the second may carry an event over the end of its stretch.
        if (is_above != will_be_above && will_be_above == crossing.rising && end + 1 > from) {
            const WallTime found =
                whole_second(find_crossing(plan.position, crossing.elevation, {begin, end}));
            if (found > after) {
                return found;
            }
        }
        begin = end;
        is_above = will_be_above;
    }
    return std::nullopt;
}

constexpr std::array<std::pair<SunEvent, std::string_view>, 7> kNames{{
    {SunEvent::sunrise, "sunrise"},
    {SunEvent::sunset, "sunset"},
    {SunEvent::dawn, "dawn"},
    {SunEvent::dusk, "dusk"},
    {SunEvent::noon, "noon"},
    {SunEvent::rising, "rising"},
    {SunEvent::setting, "setting"},
}};

}  // namespace

std::string_view name_of(SunEvent event) noexcept {
    return kNames.at(static_cast<std::size_t>(event)).second;
}

std::optional<SunEvent> sun_event_from(std::string_view name) noexcept {
    for (const auto& [event, word] : kNames) {
        if (word == name && event != SunEvent::rising && event != SunEvent::setting) {
            return event;
        }
    }
    return std::nullopt;
}

double sun_elevation(const SunPosition& position, WallTime at) noexcept {
    return elevation_at(position, instant_of(at));
}

bool is_sun_up(const SunPosition& position, WallTime at) noexcept {
    const SunPlan sunrise{.position = position, .event = SunEvent::sunrise};
    return sun_elevation(position, at) >= crossing_of(sunrise).elevation;
}

std::optional<WallTime> next_sun_event(const SunPlan& plan, WallTime after) noexcept {
    const WallTime before_offset = after - plan.offset;
    const Extremes extremes(plan.position);
    const auto found = plan.event == SunEvent::noon ? next_noon(extremes, before_offset)
                                                    : next_crossing(plan, extremes, before_offset);
    return found ? std::optional(*found + plan.offset) : std::nullopt;
}

}  // namespace aifp::schedule
