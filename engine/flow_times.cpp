#include "engine/flow_times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aifp::engine {
namespace {

using model::Reason;

const Calendar* find_calendar(const FlowTimes& times, const std::string& name) {
    const auto found = times.settings.calendars.find(name);
    return found == times.settings.calendars.end() ? nullptr : &found->second;
}

TimeBlock unknown_calendar(const std::string& name) {
    return {Reason::blackout, fmt::format("the settings have no calendar {}", name), std::nullopt};
}

// One of `names` must not hold.
std::optional<TimeBlock> find_excluding(const FlowTimes& times,
                                        const std::vector<std::string>& names,
                                        WallTime at) {
    for (const auto& name : names) {
        const auto* calendar = find_calendar(times, name);
        if (calendar == nullptr) {
            return unknown_calendar(name);
        }
        if (calendar->holds(at, times.zone)) {
            return TimeBlock{Reason::blackout,
                             fmt::format("calendar {}", name),
                             calendar->next_edge(at, times.zone)};
        }
    }
    return std::nullopt;
}

// One of them must.
std::optional<TimeBlock> find_not_included(const FlowTimes& times, WallTime at) {
    std::string names;
    std::optional<WallTime> until;
    for (const auto& name : times.flow.include) {
        const auto* calendar = find_calendar(times, name);
        if (calendar == nullptr) {
            return unknown_calendar(name);
        }
        if (calendar->holds(at, times.zone)) {
            return std::nullopt;
        }
        const auto edge = calendar->next_edge(at, times.zone);
        until = until ? std::min(*until, edge) : edge;
        names += (names.empty() ? "" : ", ") + name;
    }
    if (names.empty()) {
        return std::nullopt;
    }
    return TimeBlock{Reason::blackout, fmt::format("not in calendar {}", names), until};
}

}  // namespace

bool FlowTimes::any() const noexcept {
    return flow.starts_at || flow.expires_at || !flow.include.empty() || !flow.exclude.empty() ||
           !settings.blackout.empty();
}

std::optional<TimeBlock> find_time_block(const FlowTimes& times, WallTime at) {
    const auto& flow = times.flow;
    if (flow.expires_at && at >= *flow.expires_at) {
        return TimeBlock{
            Reason::outside_period,
            fmt::format("it expired at {}", format_rfc3339(*flow.expires_at, times.zone)),
            std::nullopt};
    }
    if (flow.starts_at && at < *flow.starts_at) {
        return TimeBlock{
            Reason::outside_period,
            fmt::format("it starts at {}", format_rfc3339(*flow.starts_at, times.zone)),
            flow.starts_at};
    }
    if (auto block = find_excluding(times, times.settings.blackout, at)) {
        block->detail += " (blackout of the project)";
        return block;
    }
    if (auto block = find_excluding(times, flow.exclude, at)) {
        return block;
    }
    return find_not_included(times, at);
}

void search_allowed(const FlowTimes& times,
                    const std::function<std::optional<WallTime>(WallTime)>& next_after,
                    AllowedSearch& search,
                    int steps) {
    for (; !search.is_over && steps > 0; --steps) {
        const auto next = next_after(search.at);
        const auto block = next ? find_time_block(times, *next) : std::nullopt;
        ++search.steps;
        if (!next || !block) {
            search.found = next;
            search.is_over = true;
        } else if (!block->until || search.steps >= AllowedSearch::kMaxSteps) {
            search.is_over = true;
        } else {
            // Of `every: 1s` a whole blackout would be many instants: on to its end at once.
            search.at = std::max(*next, *block->until - Milliseconds(1));
        }
    }
}

std::optional<WallTime> first_allowed(
    const FlowTimes& times,
    WallTime from,
    const std::function<std::optional<WallTime>(WallTime)>& next_after) {
    AllowedSearch search{from};
    search_allowed(times, next_after, search, AllowedSearch::kMaxSteps);
    return search.found;
}

}  // namespace aifp::engine
