#pragma once

#include <memory>

#include "schedule/schedule.hpp"
#include "triggers/sensor.hpp"

namespace aifp::triggers {

/// A trigger of a clock kind for a run that waits for it (`wait_for: {at: "17:00"}`): the first
/// instant after it began, held over a restart. Fires `{scheduled_for}`; one that passed while the
/// engine was down comes at once. Directives' own schedules are the timetable's.
[[nodiscard]] std::unique_ptr<Sensor> make_clock_sensor(schedule::Schedule schedule);

}  // namespace aifp::triggers
