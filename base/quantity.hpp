#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp {

/// "90s", "10m", "1h30m", "250ms", "2d", "1w", "00:05:00" or whole seconds ("45").
/// Errors: invalid_input with what to write instead. Never negative. (reference: directive forms 3)
[[nodiscard]] Result<Milliseconds> parse_duration(std::string_view text);
/// The shortest form parse_duration reads: "1h30m", "250ms", "0s".
[[nodiscard]] std::string format_duration(Milliseconds duration);
/// "512", "10 KiB", "10 MiB", "1GiB", "10 MB" (powers of 1000). Errors: invalid_input.
[[nodiscard]] Result<std::uint64_t> parse_size_bytes(std::string_view text);

/// A time of day in seconds after midnight: "17:00" or "17:00:30". Errors: invalid_input.
[[nodiscard]] Result<int> parse_time_of_day(std::string_view text);

}  // namespace aifp
