#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time_zone.hpp"
#include "model/directive.hpp"
#include "schedule/cron.hpp"
#include "schedule/occurrence.hpp"
#include "schedule/offset_window.hpp"

// Only for schedule.cpp: from local times that a pattern matches to instants in a zone.
namespace aifp::schedule {

/// How local times become instants.
struct WallClock {
    const TimeZone& zone;
    OffsetWindow& window;  ///< The last window used; kept by the caller between calls.
    model::DstRule dst;
    bool follows_real_time;  ///< Every instant whose local time matches, and nothing else.
};

/// Walks a zone's windows of constant offset, asking `Pattern` (a function LocalSeconds ->
/// optional<LocalSeconds>, the first match strictly after) within each.
template <class Pattern>
class WallClockWalk {
public:
    WallClockWalk(const WallClock& clock, const Pattern& next_match)
        : clock_(clock), next_match_(next_match) {}

    /// The first instant strictly after `after`. At most kMaxWindows are looked at.
    std::optional<Occurrence> next_after(std::chrono::sys_seconds after) {
        for (int i = 0; i < kMaxWindows; ++i) {
            enter_window_of(after);
            const LocalSeconds position = to_local(after, window().offset);
            const std::optional<LocalSeconds> match = next_match_(position);
            if (!match) {
                // Nothing ahead in civil time, but the hour that comes again may hold a match.
                if (!is_repeated_ahead(position)) {
                    return std::nullopt;
                }
            } else if (to_instant(*match) < window().until) {
                return in_window(*match);
            } else if (!is_repeated_ahead(position) &&
                       to_instant(*match) - kMaxChange > window().until) {
                // No local time before the match matches: no change of the clock until shortly
                // before it matters.
                after = to_instant(*match) - kMaxChange;
                continue;
            }
            if (const auto occurrence = at_change()) {
                return occurrence;
            }
            after = window().until;
            if (const auto occurrence = on_change(after)) {
                return occurrence;
            }
        }
        return std::nullopt;
    }

private:
    // Twelve years of monthly changes; a match further than that is reached by leaps.
    static constexpr int kMaxWindows = 2'000;
    static constexpr std::chrono::hours kMaxChange{26};

    using Offset = std::chrono::seconds;

    [[nodiscard]] const OffsetWindow& window() const { return clock_.window; }
    [[nodiscard]] static LocalSeconds to_local(std::chrono::sys_seconds instant,
                                               std::int32_t offset) {
        return LocalSeconds(instant.time_since_epoch() + Offset(offset));
    }
    [[nodiscard]] std::chrono::sys_seconds to_instant(LocalSeconds local) const {
        return std::chrono::sys_seconds(local.time_since_epoch() - Offset(window().offset));
    }
    void enter_window_of(std::chrono::sys_seconds instant) {
        if (!window().covers(instant)) {
            clock_.window = find_window(clock_.zone, instant);
        }
    }
    /// Whether local times up to `position` come once more after the window's end.
    [[nodiscard]] bool is_repeated_ahead(LocalSeconds position) const {
        return position >= to_local(window().until, window().offset_after) && has_change();
    }
    [[nodiscard]] bool has_change() const { return window().offset_after != window().offset; }

    [[nodiscard]] Occurrence in_window(LocalSeconds match) const {
        Occurrence occurrence{.at = to_instant(match), .first_removed = {}, .last_removed = {}};
        if (clock_.follows_real_time) {
            return occurrence;
        }
        using Overlap = model::DstRule::Overlap;
        if (match < to_local(window().from, window().offset_before)) {
            occurrence.note = DstNote::overlap_second;
            occurrence.suppressed = clock_.dst.overlap == Overlap::first
                                        ? model::Reason::dst_overlap
                                        : model::Reason::none;
        } else if (match >= to_local(window().until, window().offset_after)) {
            occurrence.note = DstNote::overlap_first;
            occurrence.suppressed = clock_.dst.overlap == Overlap::second
                                        ? model::Reason::dst_overlap
                                        : model::Reason::none;
        }
        return occurrence;
    }

    /// If the window ends with a gap that removes matches: their occurrence, right after the gap.
    [[nodiscard]] std::optional<Occurrence> at_change() const {
        if (clock_.follows_real_time || window().offset_after <= window().offset) {
            return std::nullopt;
        }
        const LocalSeconds begin = to_local(window().until, window().offset);
        const LocalSeconds end = to_local(window().until, window().offset_after);
        Occurrence occurrence{.at = window().until, .first_removed = {}, .last_removed = {}};
        auto match = next_match_(begin - Offset(1));
        occurrence.first_removed = match.value_or(end);
        for (; match && *match < end; match = next_match_(*match)) {
            occurrence.last_removed = *match;
            ++occurrence.removed;
        }
        if (occurrence.removed == 0) {
            return std::nullopt;
        }
        const bool run = clock_.dst.gap == model::DstRule::Gap::run;
        occurrence.note = run ? DstNote::gap_run : DstNote::gap_skip;
        // The instant after the gap may be a match of its own: then it runs in any case.
        occurrence.suppressed = run || match == end ? model::Reason::none : model::Reason::dst_gap;
        return occurrence;
    }

    /// The match at the very instant of a change: a search strictly after it would miss it.
    [[nodiscard]] std::optional<Occurrence> on_change(std::chrono::sys_seconds change) {
        enter_window_of(change);
        const LocalSeconds local = to_local(change, window().offset);
        if (next_match_(local - Offset(1)) != local) {
            return std::nullopt;
        }
        return in_window(local);
    }

    WallClock clock_;
    const Pattern& next_match_;
};

}  // namespace aifp::schedule
