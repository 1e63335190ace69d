#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/calendar.hpp"
#include "base/time_zone.hpp"
#include "tests/simulation/invariants.hpp"

// Of what limits the starts of a directive. Only runs that have called something are looked at:
// only of them the version is known. Limits go by the wall clock, so only what happened between two
// steps of it is compared.
namespace aifp::simulation {

namespace {

/// A run that began, and when it was let in.
struct Begun {
    const Row* row = nullptr;
    const Plan* plan = nullptr;
    WallTime at;
    std::optional<std::int64_t> stretch;  ///< Between two steps of the clock.

    [[nodiscard]] bool is_by_hand() const { return row->cause == "manual"; }
};

// A run that waited for its turn may have been let in by another version than the one that it ran.
bool was_let_in_by(const Evidence& evidence, const Plan& plan, MonoTime at) {
    return std::any_of(evidence.windows.begin(), evidence.windows.end(), [&](const Window& window) {
        return window.plan.get() == &plan && window.surely_holds(at);
    });
}

std::map<std::string, std::vector<Begun>> begun_of(const Evidence& evidence) {
    std::map<std::string, std::vector<Begun>> all;
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* row = evidence.find(run);
        const auto* plan = plan_of(evidence, calls);
        if (row != nullptr && plan != nullptr && row->decision != "skipped") {
            const auto stored = evidence.stored.find(row->id);
            const auto stretch =
                stored != evidence.stored.end() && was_let_in_by(evidence, *plan, stored->second.at)
                    ? evidence.stretch_of(stored->second.released.value_or(stored->second.at))
                    : std::nullopt;
            all[row->directive].push_back(
                {row, plan, row->released_at.value_or(row->seen_at), stretch});
        }
    }
    for (auto& [name, list] : all) {
        std::stable_sort(list.begin(), list.end(), [](const Begun& left, const Begun& right) {
            return left.at < right.at;
        });
    }
    return all;
}

/// Every run that a limit of its version is asked for: `check` is given those of the same version
/// and stretch up to it, itself the last.
template <class Check>
void for_each_limited(const Evidence& evidence, const Check& check) {
    for (const auto& [name, list] : begun_of(evidence)) {
        std::map<std::pair<const Plan*, std::int64_t>, std::vector<const Begun*>> versions;
        for (const auto& begun : list) {
            if (!begun.stretch) {
                continue;
            }
            auto& before = versions[{begun.plan, *begun.stretch}];
            before.push_back(&begun);
            if (!begun.is_by_hand()) {
                check(begun, before);
            }
        }
    }
}

void tell_early(const Invariant& self, const Begun& begun, const Row& before, Journal& journal) {
    journal.violated(self.name,
                     fmt::format("{}: run {} came {} after {}",
                                 begun.row->directive,
                                 begun.row->id,
                                 begun.at - (before.released_at.value_or(before.seen_at)),
                                 before.id));
}

void throttles_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_limited(evidence, [&](const Begun& begun, const auto& before) {
        const auto distance = begun.plan->limits.throttle;
        if (before.size() > 1 && begun.at - before[before.size() - 2]->at < distance) {
            tell_early(self, begun, *before[before.size() - 2]->row, journal);
        }
    });
}

// A run that a crash cut off has no end that somebody saw; one that is replaced makes nobody rest.
// What a run tells with its last step came before its end, though at the same time.
void cooldowns_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_limited(evidence, [&](const Begun& begun, const auto& before) {
        const auto rest = begun.plan->limits.cooldown;
        for (const auto* other : before) {
            const auto end = evidence.stored_ends.find(other->row->id);
            if (rest.count() > 0 && other != &begun && end != evidence.stored_ends.end() &&
                end->second.outcome.state != model::RunState::abandoned &&
                end->second.outcome.state != model::RunState::replaced &&
                evidence.stretch_of(end->second.at) == begun.stretch &&
                end->second.outcome.ended_at < begun.at &&
                begun.at - end->second.outcome.ended_at < rest) {
                tell_early(self, begun, *other->row, journal);
            }
        }
    });
}

// How many tokens there may have been since the first of some runs began.
std::int64_t most_in(const LimitsPlan& limits, Milliseconds time) {
    if (limits.rate_burst == 0) {
        return time < limits.rate_period ? limits.rate_count
                                         : std::numeric_limits<std::int64_t>::max();
    }
    return limits.rate_burst + time * limits.rate_count / limits.rate_period;
}

void rates_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_limited(evidence, [&](const Begun& begun, const auto& before) {
        const auto& limits = begun.plan->limits;
        std::int64_t count = 0;
        for (auto other = before.rbegin(); limits.rate_count > 0 && other != before.rend();
             ++other) {
            if ((*other)->is_by_hand()) {
                break;  // never refused: it may be one too many itself
            }
            if (++count > most_in(limits, begun.at - (*other)->at)) {
                return tell_early(self, begun, *(*other)->row, journal);
            }
        }
    });
}

// A run is let in when so long nothing else came. What came in the very moment of that, and later
// than it, was not in its time: at a start both the end of the one and the other are made up for.
void quiet_times_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_limited(evidence, [&](const Begun& begun, const auto&) {
        const bool is_made_up_for =
            begun.row->scheduled_for && begun.row->seen_at - *begun.row->scheduled_for > Seconds(1);
        const auto quiet = is_made_up_for ? Milliseconds(0) : begun.plan->limits.debounce;
        for (const auto& row : evidence.rows) {
            const bool is_same = row.directive == begun.row->directive && row.cause != "manual" &&
                                 (row.reason == "debounced" || row.id == begun.row->id);
            const auto since = begun.at - row.seen_at;
            const bool is_after = since == Milliseconds(0) && row.id > begun.row->id;
            const auto stored = evidence.stored.find(row.id);
            if (quiet.count() > 0 && is_same && stored != evidence.stored.end() &&
                evidence.stretch_of(stored->second.at) == begun.stretch &&
                since >= Milliseconds(0) && since < quiet && !is_after) {
                return tell_early(self, begun, row, journal);
            }
        }
    });
}

// The longest quiet time that any version of a directive has.
Milliseconds longest_quiet(const Evidence& evidence, const std::string& directive) {
    Milliseconds longest{0};
    for (const auto& plan : evidence.plans) {
        if (plan->name == directive) {
            longest = std::max(longest, plan->limits.debounce);
        }
    }
    return longest;
}

// What a quiet time swallows has another event in that time, which stands for it.
void a_quiet_time_has_an_end(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& row : evidence.rows) {
        if (row.reason != "debounced" || evidence.clock_steps > 0 || evidence.was_full) {
            continue;
        }
        const auto until = row.seen_at + longest_quiet(evidence, row.directive) + Seconds(1);
        const bool was_down =
            std::any_of(evidence.starts.begin(), evidence.starts.end(), [&](const Moment& start) {
                return start.wall >= row.seen_at;
            });
        const bool has_other =
            std::any_of(evidence.rows.begin(), evidence.rows.end(), [&](const Row& other) {
                return other.directive == row.directive && other.id > row.id &&
                       (other.seen_at <= until || was_down);
            });
        if (!has_other) {
            journal.violated(self.name, fmt::format("nothing stands for {}", row.id));
        }
    }
}

bool allows(const LimitsPlan& limits, WallTime at, const TimeZone& zone) {
    for (const auto& named : kCalendars) {
        Calendar calendar;
        const auto read = calendar.add(named.times);
        const bool holds = read && calendar.holds(at, zone);
        if ((limits.include == named.name && !holds) || (limits.exclude == named.name && holds)) {
            return false;
        }
    }
    return true;
}

void calendars_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [name, list] : begun_of(evidence)) {
        for (const auto& begun : list) {
            const auto zone = TimeZone::load(begun.plan->zone);
            if (!begun.is_by_hand() && !allows(begun.plan->limits, begun.at, *zone)) {
                journal.violated(self.name,
                                 fmt::format("{}: run {} was let in at {}",
                                             name,
                                             begun.row->id,
                                             format_utc_ms(begun.at)));
            }
        }
    }
}

// Only a version that is surely armed alone is known to have been asked.
void only_calendars_forbid(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& row : evidence.rows) {
        if (row.reason != "blackout" || evidence.is_late_skip(row.id)) {
            continue;
        }
        const bool is_forbidden =
            std::any_of(evidence.plans.begin(), evidence.plans.end(), [&](const auto& plan) {
                const auto zone = TimeZone::load(plan->zone);
                return plan->name == row.directive && !allows(plan->limits, row.seen_at, *zone);
            });
        if (!is_forbidden) {
            journal.violated(self.name,
                             fmt::format("{} at {}", row.id, format_utc_ms(row.seen_at)));
        }
    }
}

void a_sleeper_sleeps(const Invariant& self, const Evidence& evidence, Journal& journal) {
    if (evidence.clock_steps > 0) {
        return;
    }
    for (const auto& sleep : evidence.sleeps) {
        for (const auto& row : evidence.rows) {
            const auto at = row.released_at.value_or(row.seen_at);
            if (row.directive == sleep.directive && row.cause != "manual" &&
                row.decision != "skipped" && at > sleep.from && at < sleep.until) {
                journal.violated(
                    self.name,
                    fmt::format("{}: run {} at {}", row.directive, row.id, format_utc_ms(at)));
            }
        }
    }
}

// Nobody is snoozed who was not asked to; a sleep that was not answered may have been stored.
void a_sleeper_wakes(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& row : evidence.rows) {
        const auto at = row.detail.find("until ");
        if (row.reason != "snoozed" || at != 0) {
            continue;
        }
        const auto text = std::string_view(row.detail).substr(6);
        const auto until = parse_instant(text.substr(0, text.find(',')), TimeZone::utc());
        if (!until || (row.seen_at > *until + Seconds(1) && !evidence.is_late_skip(row.id))) {
            journal.violated(
                self.name,
                fmt::format("{} at {}: {}", row.id, format_utc_ms(row.seen_at), row.detail));
        }
    }
}

constexpr Invariant kInvariants[] = {
    {"a throttle is kept", throttles_are_kept},
    {"a cooldown is kept", cooldowns_are_kept},
    {"a rate is kept", rates_are_kept},
    {"a quiet time is quiet", quiet_times_are_kept},
    {"a quiet time has an end", a_quiet_time_has_an_end},
    {"calendars are kept", calendars_are_kept},
    {"only calendars forbid", only_calendars_forbid},
    {"who sleeps does nothing", a_sleeper_sleeps},
    {"who sleeps wakes", a_sleeper_wakes},
};

}  // namespace

std::span<const Invariant> limit_invariants() noexcept {
    return kInvariants;
}

}  // namespace aifp::simulation
