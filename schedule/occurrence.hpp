#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "model/run.hpp"
#include "schedule/cron.hpp"

namespace aifp::schedule {

/// What a change of the clock (daylight saving) did to an instant.
enum class DstNote : std::uint8_t {
    none,
    gap_run,         ///< It also stands for local times that the clock jumped over.
    gap_skip,        ///< Local times that the clock jumped over are not run (`gap: skip`).
    overlap_first,   ///< The local time comes twice; this is the first.
    overlap_second,  ///< The local time comes twice; this is the second.
};

/// One instant that a schedule names.
struct Occurrence {
    WallTime at;
    DstNote note = DstNote::none;
    /// none: to be run. dst_gap or dst_overlap: the directive's `dst` rule says it is not run; it
    /// is named all the same, because every instant gets its row in the ledger.
    model::Reason suppressed = model::Reason::none;
    std::uint32_t removed = 0;   ///< gap_*: how many local times the gap removed.
    LocalSeconds first_removed;  ///< gap_*: the first of them.
    LocalSeconds last_removed;   ///< gap_*: the last of them.
};

/// For people, one sentence without a full stop; empty when the note is none. Thread-safe.
/// "02:00 and 02:30 do not exist on 2027-03-28 (clock set forward); run once instead"
[[nodiscard]] std::string describe(const Occurrence& occurrence);

}  // namespace aifp::schedule
