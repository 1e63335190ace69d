#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "model/directive.hpp"
#include "schedule/cron.hpp"
#include "schedule/occurrence.hpp"
#include "schedule/offset_window.hpp"
#include "schedule/sun.hpp"

namespace aifp::schedule {

/// `at`: times of day on some weekdays, and single instants.
struct AtTimes {
    std::vector<std::int32_t> seconds_of_day;  ///< Sorted, each once.
    std::vector<WallTime> instants;            ///< Sorted, each once.
    std::uint8_t weekdays = 0x7f;              ///< Bit n: weekday n, Sunday is 0.
};

/// What the instants of `every` are counted from.
enum class CountsFrom : std::uint8_t {
    anchor,     ///< A point that stays.
    run_start,  ///< `after_previous: start`: the start of the directive's last run.
    run_end,    ///< `after_previous: end`: its end.
};

/// `every`: a grid of instants in real time.
struct EveryGrid {
    Milliseconds period{0};
    WallTime phase;                     ///< One point of the grid; counted from a run: its first.
    bool restarts_at_midnight = false;  ///< The count begins anew with each local day.
    CountsFrom counts_from = CountsFrom::anchor;
};

/// What a schedule needs beside its trigger.
struct ScheduleContext {
    TimeZone zone;
    model::DstRule dst;
    std::string_view name;  ///< The directive's, for `~`.
    /// For `every` with `anchor: start`. A stored cursor serves as well: it stands on the same
    /// grid.
    WallTime first_armed;
    std::optional<SunPosition> position = std::nullopt;  ///< For `sun`.
};

/// Whether triggers of this kind are due at instants that can be computed: `at`, `cron`, `every`,
/// `sun`. Thread-safe.
[[nodiscard]] bool is_clock_kind(std::string_view kind) noexcept;

/// The instants that one trigger names. A value (under 150 bytes plus the lists of `at`).
/// One thread at a time, even for const functions: the last window of constant offset is kept.
/// Rules (reference: semantics 3.9, Adopt): cron with `*` in minute or hour follows real time;
/// every other cron, and times of day, are fixed: what a gap removes runs once at the first instant
/// after it, what comes twice runs the first time, unless the directive's `dst` says otherwise.
/// `every` counts real time. The sun keeps UTC (schedule/sun.hpp). Single instants in the past
/// never fire.
class Schedule {
public:
    using Plan = std::variant<CronFields, AtTimes, EveryGrid, SunPlan>;

    Schedule(Plan plan, TimeZone zone, model::DstRule dst)
        : plan_(std::move(plan)), zone_(zone), dst_(dst) {}

    /// The first instant strictly after `after`, suppressed ones included. The search is bounded;
    /// nothing means never again.
    [[nodiscard]] std::optional<Occurrence> next_after(WallTime after) const;
    /// As next_after, but only those that are to be run.
    [[nodiscard]] std::optional<Occurrence> next_run_after(WallTime after) const;
    /// False when there are only single instants.
    [[nodiscard]] bool is_recurring() const;
    /// The shortest distance between the next few runs after `now`: what the default grace is
    /// taken from. Nothing when fewer than two are left.
    [[nodiscard]] std::optional<Milliseconds> nominal_period(WallTime now) const;
    [[nodiscard]] const TimeZone& zone() const noexcept { return zone_; }
    [[nodiscard]] CountsFrom counts_from() const noexcept;
    /// Of one that counts from a run: the first instant is a period after `at`, the next ones
    /// follow at that distance, as if what did not run had begun and ended at once. Others stay.
    void count_from(WallTime at) noexcept;

private:
    Plan plan_;
    TimeZone zone_;
    mutable OffsetWindow window_;
    model::DstRule dst_;
};

/// Builds the schedule of a trigger of a clock kind (docs/directive-kinds.md). Errors:
/// invalid_input with what to write instead: kMissingPosition for `sun` without one. Thread-safe.
[[nodiscard]] Result<Schedule> make_schedule(const model::Trigger& trigger,
                                             const ScheduleContext& context);

/// Whether make_schedule would take it: 1 s to 10 years, and under 24 h for anchor midnight.
/// Errors: invalid_input. Thread-safe.
[[nodiscard]] Status check_every(Milliseconds period, std::string_view anchor);

}  // namespace aifp::schedule
