#pragma once

#include <memory>

#include "model/directive.hpp"
#include "triggers/sensor.hpp"

namespace aifp::triggers {

/// Trigger `state`: a state changes from, to, or not from and not to given values, and stays so
/// `for` a while. Values are compared as text; a state that is not known counts as "unknown".
/// (reference/semantics.md 3.2) Errors: invalid_input without a name.
[[nodiscard]] Result<std::unique_ptr<Sensor>> make_state_sensor(const model::Trigger& trigger,
                                                                ReadState read,
                                                                RenderFor render = {});

/// Trigger `numeric_state`: a number comes into a range. Bounds are exclusive, and may be names of
/// states that are read at each change. (reference/semantics.md 3.3) Errors: invalid_input without
/// a bound.
[[nodiscard]] Result<std::unique_ptr<Sensor>> make_numeric_sensor(const model::Trigger& trigger,
                                                                  ReadState read,
                                                                  RenderFor render = {});

/// How long what is held waits after a restart for a state that is not known, before it is given
/// up.
inline constexpr Milliseconds kUnknownPatience{10 * 60 * 1000};

}  // namespace aifp::triggers
