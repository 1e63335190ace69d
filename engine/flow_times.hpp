#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/time_zone.hpp"
#include "config/settings.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"

// When a directive may run at all: starts_at, expires_at, its calendars and the project's blackout.
// Pure. (docs/flow.md)
namespace aifp::engine {

/// Why it may not run at an instant.
struct TimeBlock {
    model::Reason reason = model::Reason::none;  ///< outside_period or blackout.
    std::string detail;                          ///< For people; names the calendar.
    std::optional<WallTime> until;  ///< Earlier it does not change; nothing: it never does.
};

/// What it is decided by; the references outlive it.
struct FlowTimes {
    const model::Flow& flow;
    const config::Settings& settings;
    TimeZone zone;

    /// Something of it can forbid an instant.
    [[nodiscard]] bool any() const noexcept;
};

/// Nothing: the instant is allowed. A calendar that the settings do not have (any more) forbids:
/// nobody knows what it meant.
[[nodiscard]] std::optional<TimeBlock> find_time_block(const FlowTimes& times, WallTime at);

/// A search for the first of a row of instants that is allowed.
struct AllowedSearch {
    static constexpr int kMaxSteps = 5'000;

    WallTime at;           ///< It goes on after this.
    int steps = 0;         ///< That were made.
    bool is_over = false;  ///< It found one, or there is none, or it gave up.
    std::optional<WallTime> found = {};
};
/// At most `steps` instants and changes of calendars further. Each costs some microseconds.
void search_allowed(const FlowTimes& times,
                    const std::function<std::optional<WallTime>(WallTime)>& next_after,
                    AllowedSearch& search,
                    int steps);

/// The first of a row of instants that is allowed; `next_after` gives the next of them. Looks no
/// further than a few thousand instants and changes of calendars: then nothing.
[[nodiscard]] std::optional<WallTime> first_allowed(
    const FlowTimes& times,
    WallTime from,
    const std::function<std::optional<WallTime>(WallTime)>& next_after);

}  // namespace aifp::engine
