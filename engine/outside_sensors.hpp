#pragma once

#include "engine/sensor_factory.hpp"

// Sensors that look outside the engine. They answer whenever something is seen, through
// SensorParts::take. Loop thread only; destroying one ends its watch.

namespace aifp::engine {

/// Trigger `file`: files of one folder, by name or pattern. It compares the folder with what it
/// was; inotify only says when to look, so that an overflow, a rename on saving and a folder that
/// comes later lose nothing. (reference/semantics.md 2, no. 22) Errors: invalid_input for a
/// wildcard in a folder's name.
[[nodiscard]] Result<std::unique_ptr<triggers::Sensor>> make_file_sensor(
    const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts);

/// Trigger `poll`: an address or a command is asked every so often; it fires when the value taken
/// from the answer is another one. The first value is only remembered, over a restart too. Errors:
/// of the expression, of the request.
[[nodiscard]] Result<std::unique_ptr<triggers::Sensor>> make_poll_sensor(
    const model::Trigger& trigger, const SensorOwner& owner, const SensorParts& parts);

}  // namespace aifp::engine
