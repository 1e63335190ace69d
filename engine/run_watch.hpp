#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/run_host.hpp"
#include "engine/sensor_factory.hpp"
#include "engine/sensors.hpp"

namespace aifp::engine {

/// A `wait_for` of one strand that begins to listen.
struct RunListener {
    WaitRef wait;
    std::uint32_t step = 0;  ///< PlanStep::id.
    std::string name;        ///< Of the directive.
    TimeZone zone;
    model::DstRule dst;
};

/// Lets runs wait for what starts directives: makes the sensors of a `wait_for` and puts them among
/// those of the directives. What they hold survives a restart, and so does what they have seen
/// until the run has written that it goes on. Loop thread only; owned by the engine.
class RunWatch {
public:
    RunWatch(Sensors& sensors, SensorParts parts) : sensors_(sensors), parts_(std::move(parts)) {}

    /// Replaces what the strand listened to. Errors: of the sensors.
    [[nodiscard]] Status listen(const RunListener& listener,
                                const std::vector<model::Trigger>& triggers);
    /// The strand goes on.
    void unlisten(LedgerId run, std::uint32_t strand) { sensors_.drop_run(run, strand, true); }
    /// The engine stops: what the run's sensors hold is left to the next start.
    void let_go(LedgerId run) { sensors_.drop_run(run, {}, false); }

private:
    [[nodiscard]] Result<std::unique_ptr<triggers::Sensor>> make(const RunListener& listener,
                                                                 std::uint32_t index,
                                                                 const model::Trigger& trigger);

    Sensors& sensors_;
    SensorParts parts_;
};

}  // namespace aifp::engine
