#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "schedule/schedule.hpp"

namespace aifp::schedule::testing {

inline TimeZone zone_named(const std::string& name) {
    const auto zone = TimeZone::load(name);
    if (!zone) {
        std::abort();
    }
    return *zone;
}

/// "2027-03-28T03:00" or "...:30", read in `zone` unless it has an offset.
inline WallTime instant(std::string text, const TimeZone& zone) {
    if (text.size() <= 16 || text[16] != ':') {
        text.insert(16, ":00");
    }
    const auto parsed = parse_instant(text, zone);
    if (!parsed) {
        std::abort();
    }
    return *parsed;
}

inline Schedule cron_schedule(const std::string& text,
                              const TimeZone& zone,
                              model::DstRule dst = {}) {
    const auto fields = parse_cron(text, "test");
    if (!fields) {
        std::abort();
    }
    return Schedule(*fields, zone, dst);
}

/// The runs in (from, until] as "2027-03-28T03:00:00+02:00".
inline std::vector<std::string> runs_between(const Schedule& schedule,
                                             WallTime from,
                                             WallTime until) {
    std::vector<std::string> runs;
    for (auto next = schedule.next_run_after(from); next && next->at <= until;
         next = schedule.next_run_after(next->at)) {
        runs.push_back(format_rfc3339(next->at, schedule.zone()));
    }
    return runs;
}

}  // namespace aifp::schedule::testing
