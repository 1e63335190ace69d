#pragma once

#include <functional>
#include <string_view>

#include "directives/reading.hpp"
#include "model/directive.hpp"

// The keys of a directive that limit its runs or hold them back. Inner part of the room.

namespace aifp::directives {

/// The value of a key of the directive, or nullptr.
using FindMember = std::function<const document::Node*(std::string_view)>;

/// Reads misfire, grace, cap, stagger, rate, debounce, throttle, cooldown, jitter, accuracy,
/// starts_at, expires_at and calendars, and tells of what does not fit together. The directive's
/// own timezone has been read before: instants count in it, else in the project's. (docs/flow.md)
void read_limits(Reading& reading, const FindMember& find, model::Directive& directive);

}  // namespace aifp::directives
