#pragma once

#include <chrono>
#include <cstdint>

#include "base/time_zone.hpp"

namespace aifp::schedule {

/// A stretch of time in which a zone's offset is constant, with what lies at its ends: within it a
/// local time is an instant plus `offset`. Looking one up costs some zone conversions, using it
/// costs an addition. A value.
struct OffsetWindow {
    std::chrono::sys_seconds from{};   ///< First instant.
    std::chrono::sys_seconds until{};  ///< First instant after it; equal to `from` when empty.
    std::int32_t offset = 0;           ///< Seconds east of UTC.
    std::int32_t offset_before = 0;    ///< Just before `from`.
    std::int32_t offset_after = 0;     ///< From `until` on.

    [[nodiscard]] bool covers(std::chrono::sys_seconds instant) const noexcept {
        return from <= instant && instant < until;
    }
};

/// The window that holds `instant`. When the clock changed less than two days before it, `from` is
/// that change; otherwise `from` is a day before `instant` and `offset_before` is `offset`: no
/// clock change reaches further. Thread-safe.
[[nodiscard]] OffsetWindow find_window(const TimeZone& zone, std::chrono::sys_seconds instant);

}  // namespace aifp::schedule
