#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "tests/simulation/invariants.hpp"

// Of runs: each ends once, does what it should, and nothing twice.
namespace aifp::simulation {

namespace {

bool was_to_run(const Row& row) {
    return row.decision != "skipped";
}

bool ended_well(const Row& row) {
    return row.ends.size() == 1 &&
           (row.ends[0] == "ok" || row.ends[0] == "ok_after_retry" || row.ends[0] == "warned");
}

void each_run_ends_once(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& row : evidence.rows) {
        const std::size_t wanted = was_to_run(row) ? 1 : 0;
        if (row.ends.size() != wanted) {
            journal.violated(self.name,
                             fmt::format("{} of {} ({} {}) has {} ends",
                                         row.id,
                                         row.directive,
                                         row.decision,
                                         row.reason,
                                         row.ends.size()));
        }
        if (row.decision == "queued" && row.ends.size() == 1 && row.ends[0] == "ok") {
            journal.violated(self.name, fmt::format("{} ran and is only queued", row.id));
        }
    }
}

void what_is_stored_stays(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [id, stored] : evidence.stored) {
        const auto* row = evidence.find(id);
        if (row == nullptr || row->reason != (stored.decision.reason == model::Reason::none
                                                  ? ""
                                                  : name_of(stored.decision.reason))) {
            journal.violated(self.name, fmt::format("the decision {} is gone or another", id));
        }
    }
    for (const auto& [id, stored] : evidence.stored_ends) {
        const auto* row = evidence.find(id);
        if (row == nullptr || row->ends.empty() || row->ends[0] != name_of(stored.outcome.state)) {
            journal.violated(self.name, fmt::format("the end of run {} is gone or another", id));
        }
    }
    if (evidence.integrity != "ok") {
        journal.violated(self.name, "the database is damaged: " + evidence.integrity);
    }
}

const StepPlan* find_step(const Plan& plan, const std::string& name) {
    const auto found = std::find_if(
        plan.steps.begin(), plan.steps.end(), [&](const auto& step) { return step.name == name; });
    return found == plan.steps.end() ? nullptr : &*found;
}

int count_calls(const Calls& calls, const std::string& step, int turn) {
    return static_cast<int>(std::count_if(calls.begin(), calls.end(), [&](const Call* call) {
        return call->step == step && call->turn == turn;
    }));
}

void nothing_is_done_twice(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* plan = plan_of(evidence, calls);
        for (const auto* call : calls) {
            const auto* step = plan != nullptr ? find_step(*plan, call->step) : nullptr;
            if (step == nullptr) {
                journal.violated("a run keeps to its version",
                                 fmt::format("run {} calls {}", run, call->step));
            } else if (const int count = count_calls(calls, call->step, call->turn);
                       count > step->most) {
                journal.violated(
                    self.name,
                    fmt::format(
                        "run {} calls {} {} times, not {}", run, step->name, count, step->most));
                break;
            }
        }
    }
}

// A crash may cut an action off before it calls anybody; what goes on over errors goes on over
// that.
bool went_on_over_a_crash(const Evidence& evidence, const Row& row) {
    const auto stored = evidence.stored.find(row.id);
    const auto end = evidence.stored_ends.find(row.id);
    return row.ends.front() == "warned" && stored != evidence.stored.end() &&
           std::any_of(evidence.tries.begin(), evidence.tries.end(), [&](MonoTime start) {
               return start > stored->second.at &&
                      (end == evidence.stored_ends.end() || start <= end->second.at);
           });
}

void a_good_run_has_done_everything(const Invariant& self,
                                    const Evidence& evidence,
                                    Journal& journal) {
    auto runs = calls_by_run(evidence);
    for (const auto& row : evidence.rows) {
        if (!ended_well(row) || went_on_over_a_crash(evidence, row)) {
            continue;
        }
        const auto& calls = runs[row.id];
        const auto* plan = plan_of(evidence, calls);
        if (plan == nullptr) {
            journal.violated(self.name,
                             fmt::format("run {} of {} has done nothing", row.id, row.directive));
            continue;
        }
        for (const auto& step : plan->steps) {
            for (int turn = step.turns == 0 ? 0 : 1; turn <= step.turns; ++turn) {
                if (count_calls(calls, step.name, turn) < step.least) {
                    journal.violated(
                        self.name,
                        fmt::format("run {} has not called {} (turn {})", row.id, step.name, turn));
                }
            }
        }
    }
}

void pauses_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& [run, calls] : calls_by_run(evidence)) {
        const auto* plan = plan_of(evidence, calls);
        for (const auto& pause : plan != nullptr ? plan->pauses : std::vector<PausePlan>()) {
            const Call* before = nullptr;
            for (const auto* call : calls) {
                before = call->step == pause.before ? call : before;
                const bool is_after = call->step == pause.after && before != nullptr;
                // What the clock did while the engine was down is not known.
                const bool is_known = is_after && (evidence.clock_steps == 0 ||
                                                   was_up(evidence, *before->ended, call->began));
                if (is_known && call->began - *before->ended < pause.least) {
                    journal.violated(
                        self.name,
                        fmt::format(
                            "run {}: {} came too early after {}", run, pause.after, pause.before));
                }
            }
        }
    }
}

// Neither what was refused at once, nor what was queued or held back and not to run after all.
void what_is_skipped_does_nothing(const Invariant& self,
                                  const Evidence& evidence,
                                  Journal& journal) {
    for (const auto& call : evidence.calls) {
        const auto* row = evidence.find(call.run);
        if (row == nullptr || !was_to_run(*row)) {
            journal.violated(self.name, fmt::format("run {} called {}", call.run, call.step));
        }
    }
}

// A call is under way from its beginning to its end, which the end of its process is, too; a
// directive's mode says of how many runs at once.
void modes_are_kept(const Invariant& self, const Evidence& evidence, Journal& journal) {
    std::map<std::string, const Plan*> plans;
    for (const auto& plan : evidence.plans) {
        plans[plan->name] = plan.get();
    }
    for (const auto& call : evidence.calls) {
        std::set<std::int64_t> at_once{call.run};
        for (const auto& other : evidence.calls) {
            if (other.directive == call.directive && other.began_as <= call.began_as &&
                (other.ended_as == 0 || other.ended_as > call.began_as)) {
                at_once.insert(other.run);
            }
        }
        const auto& plan = *plans.at(call.directive);
        const auto most = plan.mode == model::RunMode::parallel ? plan.max : 1;
        if (static_cast<int>(at_once.size()) > most) {
            journal.violated(self.name,
                             fmt::format("{} ({}) has {} runs under way at {}",
                                         call.directive,
                                         model::name_of(plan.mode),
                                         at_once.size(),
                                         call.step));
        }
    }
}

void no_wait_is_lost(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto run : evidence.kept_at_crash) {
        const auto* row = evidence.find(run);
        if (row != nullptr && !row->ends.empty() && row->ends[0] == "abandoned") {
            journal.violated(self.name,
                             fmt::format("run {} waited and was abandoned: {}", run, row->error));
        }
    }
    for (const auto& [run, end] : evidence.stored_ends) {
        const auto begun = evidence.stored.find(run);
        const bool is_cut_off =
            std::any_of(evidence.tries.begin(), evidence.tries.end(), [&](MonoTime start) {
                return begun != evidence.stored.end() && begun->second.at <= start &&
                       start <= end.at;
            });
        if (end.outcome.state == model::RunState::abandoned && !is_cut_off) {
            journal.violated(
                self.name,
                fmt::format(
                    "run {} was abandoned, and the engine was up: {}", run, end.outcome.error));
        }
    }
    if (evidence.waits_left > 0 || evidence.open_left > 0) {
        journal.violated(self.name,
                         fmt::format("{} waits and {} open runs are left of runs that have ended",
                                     evidence.waits_left,
                                     evidence.open_left));
    }
}

constexpr Invariant kInvariants[] = {
    {"each run ends once", each_run_ends_once},
    {"what is stored stays", what_is_stored_stays},
    {"nothing is done twice", nothing_is_done_twice},
    {"a run that ended well has done everything", a_good_run_has_done_everything},
    {"pauses are kept", pauses_are_kept},
    {"what is not to run does nothing", what_is_skipped_does_nothing},
    {"modes are kept", modes_are_kept},
    {"no wait is lost", no_wait_is_lost},
};

}  // namespace

bool was_up(const Evidence& evidence, MonoTime from, MonoTime until) {
    return std::none_of(evidence.tries.begin(), evidence.tries.end(), [&](MonoTime start) {
        return from <= start && start <= until;
    });
}

std::map<std::int64_t, Calls> calls_by_run(const Evidence& evidence) {
    std::map<std::int64_t, Calls> runs;
    for (const auto& call : evidence.calls) {
        runs[call.run].push_back(&call);
    }
    return runs;
}

const Plan* plan_of(const Evidence& evidence, const Calls& calls) {
    for (const auto& plan : evidence.plans) {
        if (!calls.empty() && find_step(*plan, calls.front()->step) != nullptr) {
            return plan.get();
        }
    }
    return nullptr;
}

std::span<const Invariant> run_invariants() noexcept {
    return kInvariants;
}

std::optional<std::int64_t> Evidence::stretch_of(MonoTime at) const {
    constexpr Seconds kLongestCommit{5};
    std::int64_t steps = 0;
    for (const auto step : step_times) {
        if (step <= at && (was_full || at - step < kLongestCommit)) {
            return std::nullopt;
        }
        steps += step <= at ? 1 : 0;
    }
    return steps;
}

const Row* Evidence::find(std::int64_t id) const {
    const auto found =
        std::lower_bound(rows.begin(), rows.end(), id, [](const Row& row, std::int64_t wanted) {
            return row.id < wanted;
        });
    return found != rows.end() && found->id == id ? &*found : nullptr;
}

}  // namespace aifp::simulation
