#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/invariants.hpp"

// Of what runs wait for: an event of the world, the next try, their turn; and of the conditions
// that are asked before. Where the clock was set, ages are not looked at; waits and tries are
// elapsed time, and conditions have no time. Nothing is said of seeds in which the disk was full.
namespace aifp::simulation {

namespace {

// Answers, commits and the end of a turn of the loop.
constexpr Milliseconds kSlack{3'000};

bool is_calm(const Evidence& evidence) {
    return evidence.clock_steps == 0 && !evidence.was_full;
}

/// What a wait for a state is judged by.
struct WaitSeen {
    const WaitPlan& plan;
    const Call& before;
    const Call& after;
};

template <class Check>
void for_each_wait(const Evidence& evidence, const Check& check) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        // How the clock is set does not matter to a wait.
        const auto* plan = evidence.was_full ? nullptr : plan_of(evidence, calls);
        for (const auto& wait : plan != nullptr ? plan->waits : std::vector<WaitPlan>()) {
            const Call* before = nullptr;
            for (const auto* call : calls) {
                before = call->step == wait.before ? call : before;
                if (call->step == wait.after && before != nullptr && before->ended) {
                    check(run, WaitSeen{wait, *before, *call});
                }
            }
        }
    }
}

void waits_end_in_time(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_wait(evidence, [&](std::int64_t run, const WaitSeen& seen) {
        auto latest = *seen.before.ended + seen.plan.timeout;
        for (const auto& change : evidence.changes) {
            if (change.state == seen.plan.source && change.is_known && change.is_other &&
                change.at.mono > *seen.before.ended + kSlack) {
                latest = std::min(latest, change.at.mono);
            }
        }
        if (seen.after.began > latest + kSlack &&
            was_up(evidence, *seen.before.ended, seen.after.began)) {
            journal.violated(
                self.name,
                fmt::format("run {}: {} came {} too late",
                            run,
                            seen.plan.after,
                            std::chrono::floor<Milliseconds>(seen.after.began - latest)));
        }
    });
}

void waits_end_for_a_reason(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_wait(evidence, [&](std::int64_t run, const WaitSeen& seen) {
        const bool has_changed = std::any_of(
            evidence.changes.begin(), evidence.changes.end(), [&](const OutsideChange& change) {
                return change.state == seen.plan.source && change.at.mono >= seen.before.began &&
                       change.at.mono <= seen.after.began;
            });
        const bool is_known =
            evidence.clock_steps == 0 || was_up(evidence, *seen.before.ended, seen.after.began);
        if (is_known && !has_changed && seen.after.began - *seen.before.ended < seen.plan.timeout) {
            journal.violated(self.name,
                             fmt::format("run {}: {} came, and {} has not changed",
                                         run,
                                         seen.plan.after,
                                         seen.plan.source));
        }
    });
}

// The first step of every run is a call, once in each try.
void tries_are_apart(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* plan = plan_of(evidence, calls);
        const Call* last = nullptr;
        for (const auto* call : calls) {
            if (plan == nullptr || call->step != plan->steps.front().name) {
                continue;
            }
            // What the clock did while the engine was down is not known.
            const bool is_known = last != nullptr && (evidence.clock_steps == 0 ||
                                                      was_up(evidence, *last->ended, call->began));
            if (is_known && call->began - *last->ended < plan->retry_pause) {
                journal.violated(self.name, fmt::format("run {} tried again at once", run));
            }
            last = call;
        }
    }
}

void nothing_begins_too_old(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* plan = is_calm(evidence) ? plan_of(evidence, calls) : nullptr;
        const auto* row = evidence.find(run);
        const auto stored = evidence.stored.find(run);
        if (plan == nullptr || row == nullptr || stored == evidence.stored.end() ||
            plan->limits.max_age.count() == 0 || row->released_at) {
            continue;
        }
        if (calls.front()->began - stored->second.at > plan->limits.max_age + kSlack) {
            journal.violated(self.name,
                             fmt::format("run {} of {} waited longer than {}",
                                         run,
                                         row->directive,
                                         plan->limits.max_age));
        }
    }
}

/// Whether the condition surely did not hold from `from` to `until`.
bool was_false(const Evidence& evidence,
               const ConditionPlan& condition,
               MonoTime from,
               MonoTime until) {
    const OutsideChange* last = nullptr;
    for (const auto& change : evidence.changes) {
        if (change.state != condition.state || change.at.mono > until) {
            continue;
        }
        if (!change.is_known || change.at.mono >= from) {
            return false;
        }
        last = &change;
    }
    return last != nullptr && last->is_on != condition.above;
}

void conditions_are_asked(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* plan = evidence.was_full ? nullptr : plan_of(evidence, calls);
        const auto* row = evidence.find(run);
        const auto stored = evidence.stored.find(run);
        if (plan == nullptr || plan->condition.state.empty() || row == nullptr ||
            row->cause == "manual" || stored == evidence.stored.end()) {
            continue;
        }
        const auto began = calls.front()->began;
        const bool is_wrong =
            was_false(evidence, plan->condition, stored->second.at - kSlack, stored->second.at) &&
            was_up(evidence, stored->second.at - kSlack, stored->second.at);
        const bool is_wrong_now =
            plan->condition.recheck && was_false(evidence, plan->condition, began - kSlack, began);
        if (is_wrong || is_wrong_now) {
            journal.violated(self.name,
                             fmt::format("run {} of {} began, and {} was not so{}",
                                         run,
                                         row->directive,
                                         plan->condition.state,
                                         is_wrong ? "" : " when its turn came"));
        }
    }
}

constexpr Invariant kInvariants[] = {
    {"a wait ends in time", waits_end_in_time},
    {"a wait ends for a reason", waits_end_for_a_reason},
    {"tries are apart", tries_are_apart},
    {"nothing begins too old", nothing_begins_too_old},
    {"conditions are asked", conditions_are_asked},
};

}  // namespace

std::span<const Invariant> wait_invariants() noexcept {
    return kInvariants;
}

}  // namespace aifp::simulation
