#include "engine/run_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "directives/files.hpp"
#include "schedule/schedule.hpp"
#include "triggers/clock_sensor.hpp"

namespace aifp::engine {

Result<std::unique_ptr<triggers::Sensor>> RunWatch::make(const RunListener& listener,
                                                         std::uint32_t index,
                                                         const model::Trigger& trigger) {
    if (schedule::is_clock_kind(trigger.kind)) {
        auto schedule = schedule::make_schedule(
            trigger,
            schedule::ScheduleContext{listener.zone,
                                      listener.dst,
                                      listener.name,
                                      parts_.scope_sources.clock.wall(),
                                      directives::position_of(parts_.scope_sources.settings)});
        if (!schedule) {
            return fail(std::move(schedule).error());
        }
        return triggers::make_clock_sensor(std::move(*schedule));
    }
    auto parts = parts_;
    parts.take = [this, by = listener.wait.by, index](
                     DirectiveId, std::uint32_t, triggers::Verdict verdict) {
        sensors_.take_of_run(by.run, by.strand, index, std::move(verdict));
    };
    return make_sensor(trigger,
                       SensorOwner{listener.wait.by.directive, index, listener.name, listener.zone},
                       parts);
}

Status RunWatch::listen(const RunListener& listener, const std::vector<model::Trigger>& triggers) {
    const auto& by = listener.wait.by;
    std::vector<NewSensor> sensors;
    for (const auto& trigger : triggers) {
        const auto index = static_cast<std::uint32_t>(sensors.size());
        auto sensor = make(listener, index, trigger);
        if (!sensor) {
            return fail(sensor.error().with_context(fmt::format("trigger {}", trigger.id)));
        }
        NewSensor made;
        made.directive = by.directive;
        made.trigger_index = index;
        made.kind = trigger.kind;
        made.name = listener.name;
        made.hash = run_key(by, listener.step, listener.wait.turn);
        made.waiter = {by.run, by.strand, listener.wait.serial, trigger.id};
        made.sensor = std::move(*sensor);
        sensors.push_back(std::move(made));
    }
    for (auto& sensor : sensors) {
        sensors_.add(std::move(sensor));
    }
    return {};
}

}  // namespace aifp::engine
