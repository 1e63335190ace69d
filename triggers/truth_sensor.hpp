#pragma once

#include <memory>

#include "model/directive.hpp"
#include "triggers/sensor.hpp"

namespace aifp::triggers {

/// What an expression needs to be watched.
struct Watched {
    Probe probe;            ///< Whether it holds now.
    Interests interests;    ///< The states that it reads.
    RenderFor render = {};  ///< Of a `for` that is a template.
};

/// Triggers `template` and `condition`: an expression becomes true, and stays so `for` a while. A
/// template is looked at when a state that it names changes; a condition every `check_interval`
/// too. One that cannot be decided counts as false, and is told once. (reference/semantics.md 3.3)
[[nodiscard]] std::unique_ptr<Sensor> make_truth_sensor(const model::Trigger& trigger,
                                                        Watched watched);

/// Trigger `while`: fires every so often as long as conditions hold, first when they have held that
/// long. Nothing is held open between. (reference/semantics.md 3.3)
[[nodiscard]] std::unique_ptr<Sensor> make_while_sensor(const model::Trigger& trigger,
                                                        Watched watched);

}  // namespace aifp::triggers
