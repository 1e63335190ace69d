#pragma once

#include <memory>

#include "model/directive.hpp"
#include "triggers/sensor.hpp"

namespace aifp::triggers {

/// Triggers `engine_start`, `host_boot`, `clock_changed` and `timezone_changed`: an occasion of the
/// engine's own.
[[nodiscard]] std::unique_ptr<Sensor> make_occasion_sensor(const model::Trigger& trigger);

/// Trigger `after`: other directives have run. `match: all` waits for one run of each since it last
/// fired, `any` for one of one; with `within` all must end in so long a time. A run that ends other
/// than `on` wants is recorded (dependency_not_met). (reference/semantics.md 2, no. 18) Errors:
/// invalid_input without a name.
[[nodiscard]] Result<std::unique_ptr<Sensor>> make_after_sensor(const model::Trigger& trigger);

/// One of the triggers in a watchdog's lists; it may be of kind event too.
struct WatchdogMember {
    std::unique_ptr<Sensor> sensor;
    bool expects = false;  ///< Of `expect`; else of `arm`.
};

/// Trigger `watchdog`: after one of `arm` none of `expect` came `within` a time. Arming again
/// starts the time anew. (reference/semantics.md 3.3) Errors: invalid_input without both halves.
[[nodiscard]] Result<std::unique_ptr<Sensor>> make_watchdog_sensor(
    const model::Trigger& trigger, std::vector<WatchdogMember> members);

/// Trigger `event` as a watchdog's member.
[[nodiscard]] std::unique_ptr<Sensor> make_event_sensor(const model::Trigger& trigger);

}  // namespace aifp::triggers
