#pragma once

#include <string>

#include "base/clock.hpp"

namespace aifp {

/// Appends what format_utc_ms gives. Formatting a date costs more than the rest of a short line:
/// each thread remembers the text of the last second. Thread-safe.
void append_utc_ms(std::string& out, WallTime time);

}  // namespace aifp
