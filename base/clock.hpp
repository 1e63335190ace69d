#pragma once

#include <chrono>
#include <cstdint>

namespace aifp {

/// UTC, milliseconds. May jump when the clock is set; this is what is shown and stored.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
/// Never jumps; only for measuring and for timeouts.
using MonoTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// The one place where time comes from. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall() const = 0;
    [[nodiscard]] virtual MonoTime mono() const = 0;
    /// Whether something keeps the wall clock right, as far as is known.
    [[nodiscard]] virtual bool is_synchronised() const { return true; }
};

/// The machine's clocks. Only this class reads them (tests/lint/clocks.py).
class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] MonoTime mono() const override;
    /// What the kernel says (adjtimex(2), STA_UNSYNC).
    [[nodiscard]] bool is_synchronised() const override;
};

/// Milliseconds since 1970-01-01T00:00:00Z, as stored in `*_ms` columns.
[[nodiscard]] constexpr std::int64_t to_unix_ms(WallTime time) noexcept {
    return time.time_since_epoch().count();
}
[[nodiscard]] constexpr WallTime from_unix_ms(std::int64_t ms) noexcept {
    return WallTime(Milliseconds(ms));
}

}  // namespace aifp
