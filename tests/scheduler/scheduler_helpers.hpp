#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "scheduler/timetable.hpp"

namespace aifp::scheduler::testing {

inline constexpr std::size_t kAllRows = 1'000'000;

inline TimeZone zone_named(const std::string& name) {
    const auto zone = TimeZone::load(name);
    if (!zone) {
        std::abort();
    }
    return *zone;
}

/// UTC unless the text has an offset.
inline WallTime instant(const std::string& text) {
    const auto parsed = parse_instant(text, TimeZone::utc());
    if (!parsed) {
        std::abort();
    }
    return *parsed;
}

inline schedule::Schedule cron(const std::string& text,
                               const TimeZone& zone = TimeZone::utc(),
                               model::DstRule dst = {}) {
    const auto fields = schedule::parse_cron(text, "test");
    if (!fields) {
        std::abort();
    }
    return schedule::Schedule(*fields, zone, dst);
}

inline ArmRequest request(std::int64_t directive, schedule::Schedule schedule) {
    return {.directive = DirectiveId{directive},
            .schedule = std::move(schedule),
            .decided_until = {},
            .grace = {}};
}

/// "12:00:00 none", "12:05:00 misfire_skipped x3"
inline std::vector<std::string> shown(const std::vector<Due>& rows) {
    std::vector<std::string> lines;
    for (const Due& row : rows) {
        std::string line = format_utc_seconds(row.scheduled_for).substr(11) + " ";
        line += row.reason == model::Reason::none ? "run" : name_of(row.reason);
        line += row.instants == 1 ? "" : " x" + std::to_string(row.instants);
        lines.push_back(line);
    }
    return lines;
}

}  // namespace aifp::scheduler::testing
