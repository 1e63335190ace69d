#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "config/resolver.hpp"
#include "config/settings.hpp"
#include "engine/catalog.hpp"
#include "engine/sensor_factory.hpp"
#include "engine/sensors.hpp"
#include "http/ip_address.hpp"
#include "model/run.hpp"
#include "scheduler/timetable.hpp"
#include "triggers/event_router.hpp"
#include "triggers/webhook_router.hpp"

namespace aifp::engine {

/// Stored cursors of one directive, by trigger index.
using Cursors = std::unordered_map<std::uint32_t, WallTime>;

/// What arming one directive gave.
struct Armed {
    std::vector<model::Cursor> cursors;  ///< Where its schedules go on from; to be stored.
    Status problem;                      ///< The first trigger that could not be armed, and why.
};

/// The proxies of the settings whose X-Forwarded-For is believed.
[[nodiscard]] std::vector<http::IpRange> trusted_proxies(const config::Settings& settings);

/// Whether a trigger may fire: `enabled` is not false.
[[nodiscard]] bool is_enabled(const model::Trigger& trigger);
/// Whether it is a schedule whose instants are counted from runs (docs/decisions/0013).
[[nodiscard]] bool counts_runs(const model::Trigger& trigger);
/// The directive's own zone, else the project's.
[[nodiscard]] TimeZone zone_of(const model::Directive& directive, const config::Settings& settings);

/// Puts triggers where they can fire and takes them out again: schedules into the timetable,
/// webhooks and events into their routers. A directive is armed as a whole or not at all. Loop
/// thread only; owned by the engine.
class Armory {
public:
    /// What it refers to outlives it.
    struct SensorDesk {
        Sensors& sensors;
        SensorParts parts;
    };
    Armory(const config::Settings& settings,
           const config::Resolver& resolver,
           std::optional<SensorDesk> sensor_desk);

    /// Replaces what was armed of the directive before. Without stored cursors it begins now.
    /// `directive` is the entry's definition.
    [[nodiscard]] Armed arm(const Entry& entry,
                            const model::Directive& directive,
                            const Cursors& cursors,
                            WallTime now);
    struct Rest {
        const Cursors& cursors;  ///< As for arm().
        WallTime now;
        model::Reason why;  ///< What its instants are decided with.
    };
    /// Listens for what would start a directive that may not run, only to record why it does not:
    /// webhooks (their senders are told), events, and instants. What cannot be armed (no secret,
    /// path taken) is left out. Sensors are not looked at. `problem` stays empty.
    [[nodiscard]] Armed arm_at_rest(const Entry& entry,
                                    const model::Directive& directive,
                                    const Rest& rest);
    struct Left {
        std::vector<scheduler::Due> due;
        std::vector<model::Cursor> cursors;  ///< To be stored behind these rows.
    };
    /// What the schedules of a version that is armed no more were due for, from their cursors to
    /// `rest.now`. What is counted from runs is left out: only they could tell. To be called while
    /// nothing of the directive is armed.
    [[nodiscard]] Left collect_left(const Entry& entry,
                                    const model::Directive& version,
                                    const Rest& rest);
    void disarm(DirectiveId id);

    [[nodiscard]] scheduler::Timetable& timetable() noexcept { return timetable_; }
    [[nodiscard]] triggers::WebhookRouter& webhooks() noexcept { return webhooks_; }
    [[nodiscard]] const triggers::EventRouter& events() const noexcept { return events_; }

private:
    struct Context;
    [[nodiscard]] Status arm_trigger(const Context& context,
                                     std::uint32_t index,
                                     const model::Trigger& trigger,
                                     Armed& armed);
    void rest_webhook(DirectiveId id, std::uint32_t index, const model::Trigger& trigger);
    [[nodiscard]] Status arm_webhook(DirectiveId id,
                                     std::uint32_t index,
                                     const model::Trigger& trigger,
                                     triggers::HookStanding standing);
    [[nodiscard]] Status arm_sensor(const Context& context,
                                    std::uint32_t index,
                                    const model::Trigger& trigger);
    [[nodiscard]] Status arm_schedule(const Context& context,
                                      std::uint32_t index,
                                      const model::Trigger& trigger,
                                      Armed& armed);

    const config::Settings& settings_;
    const config::Resolver& resolver_;
    std::optional<SensorDesk> sensor_desk_;  ///< Nothing in a simulation: only clocks are armed.
    scheduler::Timetable timetable_;
    triggers::WebhookRouter webhooks_;
    triggers::EventRouter events_;
};

}  // namespace aifp::engine
