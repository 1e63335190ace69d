#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/invariants.hpp"

// Of events: what was acknowledged is there, and each has one decision.
namespace aifp::simulation {

namespace {

void acknowledged_is_recorded(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& asked : evidence.asked) {
        const auto* row = asked.id != 0 ? evidence.find(asked.id) : nullptr;
        if (asked.id != 0 && (row == nullptr || row->directive != asked.directive)) {
            journal.violated(
                self.name,
                fmt::format(
                    "{} {} was told {} and is not there", asked.directive, asked.token, asked.id));
        } else if (asked.id != 0 && (row->decision == "skipped") != asked.is_skip &&
                   (asked.is_skip || !evidence.is_late_skip(asked.id))) {
            journal.violated(self.name, fmt::format("{} was told otherwise", asked.id));
        }
    }
}

void one_decision_per_event(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for (const auto& asked : evidence.asked) {
        if (asked.token.empty()) {
            continue;
        }
        const auto count =
            std::count_if(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
                return row.cause == "webhook" && row.payload.find(asked.token) != std::string::npos;
            });
        const bool is_refused = asked.status == 503 && asked.id == 0;
        if (count > (is_refused ? 0 : 1)) {
            journal.violated(
                self.name,
                fmt::format(
                    "{} has {} rows, told {}", asked.token, count, asked.status.value_or(0)));
        }
    }
}

/// A trigger of a version that was armed.
struct Armed {
    const Window& window;
    const TriggerPlan& trigger;
    std::uint32_t index;
};

template <class Check>
void for_each_trigger(const Evidence& evidence, const std::string& kind, const Check& check) {
    for (const auto& window : evidence.windows) {
        const bool is_armed = window.is_sure && !window.rests;
        for (std::uint32_t i = 0; is_armed && i < window.plan->triggers.size(); ++i) {
            if (window.plan->triggers[i].kind == kind) {
                check(Armed{window, window.plan->triggers[i], i});
            }
        }
    }
}

bool is_of(const Row& row, const Armed& armed, std::string_view cause) {
    return row.directive == armed.window.plan->name && row.trigger_index == armed.index &&
           row.cause == cause;
}

void each_change_has_one_decision(const Invariant& self,
                                  const Evidence& evidence,
                                  Journal& journal) {
    for_each_trigger(evidence, "state", [&](const Armed& armed) {
        for (const auto& change : evidence.changes) {
            if (change.state != armed.trigger.source || !change.is_known ||
                !armed.window.surely_holds(change.at.mono)) {
                continue;
            }
            const auto same_time = std::count_if(
                evidence.changes.begin(), evidence.changes.end(), [&](const auto& other) {
                    return other.at.wall == change.at.wall;
                });
            const auto count =
                std::count_if(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
                    return is_of(row, armed, "state") && row.seen_at == change.at.wall;
                });
            if (same_time == 1 && count != (change.is_other ? 1 : 0)) {
                journal.violated(self.name,
                                 fmt::format("{}: the change of {} at {} has {} rows",
                                             armed.window.plan->name,
                                             change.state,
                                             change.at.wall.time_since_epoch().count(),
                                             count));
            }
        }
    });
}

/// The changes of a state while a trigger was surely armed; nothing when one of them is not known
/// to have happened.
std::optional<std::vector<const OutsideChange*>> changes_for(const Evidence& evidence,
                                                             const Armed& armed) {
    std::vector<const OutsideChange*> changes;
    for (const auto& change : evidence.changes) {
        if (change.state == armed.trigger.source && armed.window.surely_holds(change.at.mono)) {
            if (!change.is_known) {
                return std::nullopt;
            }
            changes.push_back(&change);
        }
    }
    return changes;
}

std::ptrdiff_t rows_in(const Evidence& evidence, const Armed& armed, std::string_view cause) {
    return std::count_if(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
        const auto stored = evidence.stored.find(row.id);
        return is_of(row, armed, cause) && stored != evidence.stored.end() &&
               armed.window.surely_holds(stored->second.at);
    });
}

// What was armed is either held for long enough or not: in both cases it has its row. Only in a
// window that lasts to the end.
void each_for_ends(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_trigger(evidence, "state_for", [&](const Armed& armed) {
        const auto changes = changes_for(evidence, armed);
        if (!changes || armed.window.sure_until || evidence.clock_steps > 0) {
            return;
        }
        int began = 0;
        bool is_on = true;  // what it was when it was armed is not looked at
        bool is_first = true;
        for (const auto* change : *changes) {
            if (!is_first || !change->is_on) {
                began += change->is_on && !is_on ? 1 : 0;
            }
            is_first = is_first && change->is_on;
            is_on = change->is_on;
        }
        const auto count = rows_in(evidence, armed, "state");
        if (count < began) {
            journal.violated(self.name,
                             fmt::format("{}: {} of {} began {} times and has {} rows",
                                         armed.window.plan->name,
                                         armed.trigger.yaml,
                                         armed.trigger.source,
                                         began,
                                         count));
        }
    });
}

void a_watchdog_barks(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_trigger(evidence, "watchdog", [&](const Armed& armed) {
        const auto changes = changes_for(evidence, armed);
        if (!changes || changes->empty() || armed.window.sure_until || evidence.clock_steps > 0) {
            return;
        }
        const auto* last = changes->back();
        if (!last->is_on || !last->is_other) {
            return;
        }
        const auto count =
            std::count_if(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
                const auto stored = evidence.stored.find(row.id);
                return is_of(row, armed, "watchdog") && stored != evidence.stored.end() &&
                       stored->second.at >= last->at.mono + armed.trigger.time;
            });
        if (count != 1) {
            journal.violated(
                self.name,
                fmt::format(
                    "{}: it was last armed, and barked {} times", armed.window.plan->name, count));
        }
    });
}

// True at the end: then it has come again and again since the last start.
void a_while_goes_on(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_trigger(evidence, "while", [&](const Armed& armed) {
        const auto last = std::find_if(
            evidence.changes.rbegin(), evidence.changes.rend(), [&](const auto& change) {
                return change.state == armed.trigger.source;
            });
        if (armed.window.sure_until || last == evidence.changes.rend() || !last->is_known ||
            !last->is_on || evidence.clock_steps > 0) {
            return;
        }
        const auto from =
            std::max({last->at.mono, armed.window.sure_from.mono, evidence.starts.back().mono});
        const auto wanted = (evidence.end.mono - from) / armed.trigger.time - 1;
        const auto count =
            std::count_if(evidence.rows.begin(), evidence.rows.end(), [&](const Row& row) {
                const auto stored = evidence.stored.find(row.id);
                return is_of(row, armed, "while") && stored != evidence.stored.end() &&
                       stored->second.at >= from && stored->second.at <= evidence.end.mono;
            });
        if (count < wanted || count > wanted + 3) {
            journal.violated(
                self.name,
                fmt::format(
                    "{}: it came {} times, not {}", armed.window.plan->name, count, wanted));
        }
    });
}

void after_follows(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_trigger(evidence, "after", [&](const Armed& armed) {
        std::ptrdiff_t ended = 0;
        for (const auto& [id, end] : evidence.stored_ends) {
            const auto* row = evidence.find(id);
            ended += row != nullptr && row->directive == armed.trigger.source &&
                             armed.window.surely_holds(end.at) &&
                             model::execution_status_of(end.outcome.state)
                         ? 1
                         : 0;
        }
        const auto count = rows_in(evidence, armed, "after");
        if (count != ended && !evidence.was_full) {
            journal.violated(self.name,
                             fmt::format("{}: {} ended {} times, and {} rows follow",
                                         armed.window.plan->name,
                                         armed.trigger.source,
                                         ended,
                                         count));
        }
    });
}

// An event that a run told, and the run ended well: whoever listened has decided about it.
void events_arrive(const Invariant& self, const Evidence& evidence, Journal& journal) {
    for_each_trigger(evidence, "event", [&](const Armed& armed) {
        std::ptrdiff_t told = 0;
        for (const auto& [id, end] : evidence.stored_ends) {
            const auto begun = evidence.stored.find(id);
            const auto* row = evidence.find(id);
            const bool is_well = end.outcome.state == model::RunState::ok ||
                                 end.outcome.state == model::RunState::ok_after_retry;
            if (!is_well || row == nullptr || row->directive != armed.trigger.source ||
                begun == evidence.stored.end() || !armed.window.surely_holds(begun->second.at) ||
                !armed.window.surely_holds(end.at)) {
                continue;
            }
            for (const auto& call : evidence.calls) {
                if (call.run == id) {
                    for (const auto& plan : evidence.plans) {
                        const bool is_plan =
                            std::any_of(plan->steps.begin(), plan->steps.end(), [&](const auto& s) {
                                return s.name == call.step;
                            });
                        told += is_plan ? static_cast<std::ptrdiff_t>(plan->emits.size()) : 0;
                    }
                    break;
                }
            }
        }
        const auto count = rows_in(evidence, armed, "event");
        if (count < told) {
            journal.violated(self.name,
                             fmt::format("{}: {} told {} events, and {} were decided about",
                                         armed.window.plan->name,
                                         armed.trigger.source,
                                         told,
                                         count));
        }
    });
}

constexpr Invariant kInvariants[] = {
    {"no acknowledged event is lost", acknowledged_is_recorded},
    {"one decision per event", one_decision_per_event},
    {"each change of a state has one decision", each_change_has_one_decision},
    {"what began to hold is decided about", each_for_ends},
    {"a watchdog barks once", a_watchdog_barks},
    {"while goes on", a_while_goes_on},
    {"after follows each run", after_follows},
    {"events arrive", events_arrive},
};

}  // namespace

std::span<const Invariant> event_invariants() noexcept {
    return kInvariants;
}

}  // namespace aifp::simulation
