#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/time_zone.hpp"
#include "schedule/schedule.hpp"
#include "scheduler/timetable.hpp"
#include "tests/simulation/invariants.hpp"

// Of schedules: the instants are computed by the pure room alone, and held against the rows.
namespace aifp::simulation {

namespace {

using schedule::Schedule;

std::optional<Schedule> schedule_of(const Evidence& evidence,
                                    const Window& window,
                                    const TriggerPlan& trigger) {
    const auto armed = evidence.first_armed.find(window.plan->name);
    if (!trigger.schedule || armed == evidence.first_armed.end()) {
        return std::nullopt;
    }
    const auto zone = TimeZone::load(window.plan->zone);
    auto made = schedule::make_schedule(
        *trigger.schedule,
        schedule::ScheduleContext{*zone, window.plan->dst, window.plan->name, armed->second});
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

bool is_run_row(const Row& row) {
    return row.reason != "misfire_skipped" && row.reason != "coalesced_into";
}

/// "3 from 2026-01-01T00:00:00+01:00 to ...": a row that stands for several instants names the
/// first of them.
WallTime first_of(const Row& row) {
    const auto at = row.detail.find("from ");
    if (at == std::string::npos) {
        return *row.scheduled_for;
    }
    const auto text = std::string_view(row.detail).substr(at + 5);
    const auto parsed = parse_instant(text.substr(0, text.find(' ')), TimeZone::utc());
    return parsed ? *parsed : *row.scheduled_for;
}

bool is_of(const Row& row, const Window& window, std::uint32_t index) {
    return row.cause == "schedule" && row.scheduled_for && row.directive == window.plan->name &&
           row.trigger_index == index;
}

template <class Check>
void for_each_schedule(const Evidence& evidence, const Check& check) {
    for (const auto& window : evidence.windows) {
        for (std::uint32_t i = 0; i < window.plan->triggers.size(); ++i) {
            if (const auto made = schedule_of(evidence, window, window.plan->triggers[i])) {
                check(window, i, *made);
            }
        }
    }
}

// "11 instants", "its file was edited; 7 instants": a row of a directive at rest, or of a version
// that is in force no more, stands for that many, the last of them its own.
std::size_t instants_of(const Row& row) {
    const auto words = row.detail.rfind("; ");
    const auto text =
        std::string_view(row.detail).substr(words == std::string::npos ? 0 : words + 2);
    std::size_t count = 1;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return text.ends_with(" instants") ? count : 1;
}

bool is_rest_row(const Evidence& evidence, const Row& row) {
    return row.reason == "paused" && !evidence.is_late_skip(row.id);
}

// It was down, or could store nothing, until the version was in force no more.
bool is_let_go(const Evidence& evidence, const Row& row) {
    return row.reason == "disabled" && row.detail.starts_with("its file was ") &&
           !evidence.is_late_skip(row.id);
}

bool stands_for_several(const Evidence& evidence, const Row& row) {
    return is_rest_row(evidence, row) || is_let_go(evidence, row);
}

std::vector<WallTime> instants_between(const Schedule& made, WallTime from, WallTime until) {
    std::vector<WallTime> instants;
    for (auto next = made.next_after(from); next && next->at < until;
         next = made.next_after(next->at)) {
        instants.push_back(next->at);
    }
    return instants;
}

/// A row at rest ends so few instants later that it stands for this one, too; or it has its own,
/// because no clock shows it.
bool is_gathered(const Evidence& evidence,
                 const Window& window,
                 std::uint32_t index,
                 const Schedule& made,
                 WallTime at) {
    return std::any_of(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
        if (!is_of(row, window, index) || *row.scheduled_for < at) {
            return false;
        }
        if (!stands_for_several(evidence, row)) {
            return first_of(row) <= at && row.reason.starts_with("dst_");
        }
        std::size_t left = instants_of(row);
        auto next = made.next_after(at - Milliseconds(1));
        for (; next && next->at <= *row.scheduled_for && left > 0;
             next = made.next_after(next->at)) {
            left -= next->suppressed == model::Reason::none ? 1 : 0;
        }
        return !next || next->at > *row.scheduled_for;
    });
}

void tell_missing(const Invariant& self,
                  const Window& window,
                  std::uint32_t index,
                  WallTime at,
                  Journal& journal) {
    journal.violated(self.name,
                     fmt::format("{} version {} trigger {}: {} has no row",
                                 window.plan->name,
                                 window.plan->version,
                                 index,
                                 format_utc_ms(at)));
}

void every_instant_is_decided(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_schedule(
        evidence, [&](const Window& window, std::uint32_t index, const Schedule& made) {
            if (!window.is_sure || window.rests) {
                return;
            }
            const auto until = window.sure_until ? window.sure_until->wall : evidence.end.wall;
            for (const auto at : instants_between(made, window.sure_from.wall, until)) {
                if (evidence.was_full && evidence.clock_resets > 0 && at > evidence.end.wall) {
                    continue;  // held up until the clock was set to before it: it comes once more
                }
                // What a full disk held up is decided when there is room: by then it may rest.
                const bool is_decided =
                    std::any_of(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
                        return is_of(row, window, index) && first_of(row) <= at &&
                               at <= *row.scheduled_for &&
                               (evidence.was_full || !stands_for_several(evidence, row));
                    });
                if (!is_decided &&
                    !(evidence.was_full && is_gathered(evidence, window, index, made, at))) {
                    return tell_missing(self, window, index, at, journal);
                }
            }
        });
}

// The last hour is decided when the rest ends.
void a_rest_is_decided(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_schedule(
        evidence, [&](const Window& window, std::uint32_t index, const Schedule& made) {
            if (!window.is_sure || !window.rests) {
                return;
            }
            const auto until = window.sure_until
                                   ? window.sure_until->wall
                                   : evidence.end.wall - scheduler::Timetable::kRestPause;
            for (const auto at : instants_between(made, window.sure_from.wall, until)) {
                if (!is_gathered(evidence, window, index, made, at)) {
                    return tell_missing(self, window, index, at, journal);
                }
            }
        });
}

// Twice only if it was armed anew after the clock had been set back.
void no_instant_is_decided_twice(const Invariant& self,
                                 const Evidence& evidence,
                                 Journal& journal) {
    std::map<std::tuple<std::string, std::uint32_t, WallTime>, int> counts;
    for (const auto& row : evidence.rows) {
        if (row.cause == "schedule" && row.scheduled_for && is_run_row(row)) {
            ++counts[{row.directive, row.trigger_index, *row.scheduled_for}];
        }
    }
    for (const auto& [key, count] : counts) {
        const auto& name = std::get<0>(key);
        const auto armed = std::count_if(
            evidence.windows.begin(), evidence.windows.end(), [&](const auto& window) {
                return window.plan->name == name;
            });
        if (count > (evidence.clock_steps > 0 ? armed : 1)) {
            journal.violated(
                self.name,
                fmt::format("{}: {} has {} rows", name, format_utc_ms(std::get<2>(key)), count));
        }
    }
}

void only_due_instants_run(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& row : evidence.rows) {
        if (row.cause != "schedule" || !row.scheduled_for || !is_run_row(row)) {
            continue;
        }
        bool is_due = false;
        for_each_schedule(
            evidence, [&](const Window& window, std::uint32_t index, const Schedule& made) {
                const bool is_in_time = !window.maybe_until || is_rest_row(evidence, row) ||
                                        *row.scheduled_for <= *window.maybe_until;
                if (!is_due && is_of(row, window, index) &&
                    *row.scheduled_for >= window.maybe_from && is_in_time) {
                    const auto next = made.next_after(*row.scheduled_for - Milliseconds(1));
                    is_due = next && next->at == *row.scheduled_for;
                }
            });
        if (!is_due) {
            journal.violated(
                self.name,
                fmt::format(
                    "{} of {} for {}", row.id, row.directive, format_utc_ms(*row.scheduled_for)));
        }
    }
}

constexpr Invariant kInvariants[] = {
    {"every due instant is decided", every_instant_is_decided},
    {"a rest is decided, too", a_rest_is_decided},
    {"one decision per instant", no_instant_is_decided_twice},
    {"nothing runs that is not due", only_due_instants_run},
};

}  // namespace

std::span<const Invariant> schedule_invariants() noexcept {
    return kInvariants;
}

}  // namespace aifp::simulation
