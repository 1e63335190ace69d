#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "engine/dispatcher.hpp"

// The part of Dispatcher that gives queued runs their turn: much may have changed since they were
// let in. (docs/flow.md)
namespace aifp::engine {

using model::Reason;
using model::RunState;

bool Dispatcher::Waiting::is_by_hand() const {
    return forced || event.cause == "manual" || event.cause == "replay";
}

// A queued run is marked as started before it begins: after a crash it must not run twice. What
// rests gives its place to others, whose turn comes with this one then.
void Dispatcher::start_queued(std::vector<LedgerId> ids) {
    if (ids.empty() || stopping_) {
        return;
    }
    storage::WriteGroup group;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto next = begin_turn(ids[i], group);
        ids.insert(ids.end(), next.begin(), next.end());
    }
    if (group.started.empty()) {
        return;
    }
    auto begins = group.started;
    const auto again = [this, begins] { start_queued(begins); };
    auto taken = line_.write(std::move(group), [this, begins, again](const Status& stored) {
        if (!stored && stored.error().code() == ErrorCode::internal) {
            return begin_apart(begins, stored.error());
        }
        if (!stored) {
            line_.retry_later(stored.error(), again);
            return;
        }
        for (const auto id : begins) {
            start(id);
        }
    });
    if (!taken) {
        line_.retry_later(taken.error(), again);
    }
}

// What is marked breaks a rule of the database: trying again would not help. Several are tried one
// by one, so that only the run whose mark it is does not begin.
void Dispatcher::begin_apart(const std::vector<LedgerId>& ids, const Error& error) {
    for (const auto id : ids) {
        const auto found = waiting_.find(id);
        if (ids.size() > 1) {
            start_queued({id});
        } else if (found != waiting_.end()) {
            Ending never{RunState::failed, "its beginning cannot be stored: " + error.detail()};
            end_unstarted(id, found->second.ending.value_or(std::move(never)));
        }
    }
}

// It begins, rests for a limit, or will not begin. Returns the runs that get its place if it rests.
std::vector<LedgerId> Dispatcher::begin_turn(LedgerId id, storage::WriteGroup& group) {
    const auto found = waiting_.find(id);
    auto* entry =
        found != waiting_.end() ? services_.catalog.find(found->second.event.directive) : nullptr;
    if (entry != nullptr && !found->second.ending) {
        auto& waiting = found->second;
        if (auto ending = reason_to_give_up(*entry, waiting)) {
            // Later: each of a long queue that gives up hands its turn to the next.
            later([id, ending = std::move(*ending)](Dispatcher& self) {
                self.end_unstarted(id, ending);
            });
            return {};
        }
        const auto block = waiting.was_queued ? std::nullopt : find_rest(*entry, waiting);
        if (block) {
            rest_until(id, waiting, *entry, *block);
            return queue_.set_resting(id, true);
        }
        waiting.rests_for.reset();
        waiting.was_queued = true;
        const auto now = services_.run_services.clock.wall();
        if (auto row = limits_.count_begin(*entry, waiting.event.key, now)) {
            group.waits.push_back(std::move(*row));
        }
    }
    group.started.push_back(id);
    return {};
}

// A run by hand is held up by nothing. A restart follows a run that it ended itself.
std::optional<scheduler::FlowBlock> Dispatcher::find_rest(const Entry& entry,
                                                          const Waiting& waiting) const {
    if (waiting.is_by_hand() || entry.mode == model::RunMode::restart) {
        return std::nullopt;
    }
    return limits_.find_turn_block(entry, waiting.event.key, services_.run_services.clock.wall());
}

// It keeps its place among those of its directive. Its row stays that of a queued run: after a
// crash it asks again.
void Dispatcher::rest_until(LedgerId id,
                            Waiting& waiting,
                            const Entry& entry,
                            const scheduler::FlowBlock& block) {
    waiting.rests_for = block;
    auto wake = block.until;
    if (const auto& max_age = flow_of(entry).max_age) {
        wake = std::min(wake, started_at(waiting.event) + *max_age);
    }
    wake_at(id, wake);
}

void Dispatcher::waiting_time_passed(LedgerId id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || !found->second.rests_for) {
        return watch_age(id);
    }
    auto ids = queue_.set_resting(id, false);
    ids.insert(ids.begin(), id);
    start_queued(std::move(ids));
}

// It is past the mode then: what is let in while it runs looks for its place among the others as if
// it had got its turn.
Status Dispatcher::begin_now(LedgerId id, Stored stored) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        const auto* held = held_.find(id);
        return held != nullptr || is_under_way(id) || parked_.contains(id)
                   ? fail(ErrorCode::conflict,
                          fmt::format("run {} does not wait for its turn", id.value))
                   : fail(ErrorCode::not_found, fmt::format("no run {} is queued", id.value));
    }
    auto& waiting = found->second;
    if (waiting.ending) {
        return fail(ErrorCode::conflict, fmt::format("run {} has just been ended", id.value));
    }
    if (waiting.rests_for) {
        waiting.forced = true;
        waiting_time_passed(id);
    } else if (queue_.begin_now(id)) {
        waiting.forced = true;
        start_queued({id});
    } else if (!waiting.was_queued) {
        return fail(
            ErrorCode::conflict,
            fmt::format("run {} begins as soon as the one that it replaces has ended", id.value));
    }
    tell_once_durable(std::move(stored));
    return {};
}

std::optional<Dispatcher::Ending> Dispatcher::reason_to_give_up(Entry& entry,
                                                                const Waiting& waiting) {
    if (auto expiry = waiting.forced ? std::nullopt : expiry_of(entry, waiting.event)) {
        return expiry;
    }
    const bool by_hand = waiting.is_by_hand();
    std::string detail;
    auto reason = check_standing(entry, by_hand);
    if (reason == Reason::none && !by_hand) {
        reason = check_times(entry, detail);
    }
    if (reason == Reason::none && !by_hand && flow_of(entry).recheck) {
        reason = recheck_conditions(entry, waiting.event, detail);
    }
    if (reason == Reason::none) {
        return std::nullopt;
    }
    return Ending{RunState::cancelled,
                  detail.empty() ? "when its turn came" : "when its turn came: " + detail,
                  reason};
}

std::optional<Dispatcher::Ending> Dispatcher::expiry_of(const Entry& entry,
                                                        const model::Event& event) {
    const auto& max_age = flow_of(entry).max_age;
    const auto waited = services_.run_services.clock.wall() - started_at(event);
    if (!max_age || waited < *max_age) {
        return std::nullopt;
    }
    return Ending{RunState::cancelled,
                  fmt::format("it waited {}; max_age is {}",
                              format_duration(std::chrono::floor<Seconds>(waited)),
                              format_duration(*max_age)),
                  Reason::queue_expired};
}

// At once, not only when its turn comes: its place among `max` is free then.
void Dispatcher::watch_age(LedgerId id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || found->second.was_queued || found->second.ending ||
        found->second.rests_for) {
        return;
    }
    const auto* entry = services_.catalog.find(found->second.event.directive);
    if (entry == nullptr || !flow_of(*entry).max_age) {
        return;
    }
    if (auto expiry = expiry_of(*entry, found->second.event)) {
        end_unstarted(id, std::move(*expiry));
    } else {
        const auto& event = found->second.event;
        wake_at(id, started_at(event) + *flow_of(*entry).max_age);
    }
}

// What the directive's limits counted when the run was let in.
void Dispatcher::give_start_back(const Waiting& waiting, storage::WriteGroup& group) {
    const auto& event = waiting.event;
    const auto* entry = services_.catalog.find(event.directive);
    if (entry == nullptr) {
        return;
    }
    if (auto row = limits_.give_back(*entry, event.key, started_at(event))) {
        group.waits.push_back(std::move(*row));
    }
}

void Dispatcher::skip_late(LedgerId id, Waiting waiting, const Ending& ending) {
    storage::WriteGroup group;
    group.skipped.push_back({id, ending.reason, ending.why});
    give_start_back(waiting, group);
    services_.store.submit_lazily(std::move(group));
    model::DecisionRecord record;
    record.id = id;
    record.event = std::move(waiting.event);
    record.reason = ending.reason;
    record.detail = ending.why;
    tell_decided(record);
    RunEnd end;
    end.outcome.id = id;
    end.outcome.directive = record.event.directive;
    end.outcome.state = ending.state;
    end.outcome.error = fmt::format("{}: {}", name_of(ending.reason), ending.why);
    end.reason = ending.reason;
    if (waiting.ended) {  // who may count on it, also after a crash
        services_.store.flush(
            [end, ended = std::move(waiting.ended)](const Status&) { ended(end); });
    }
    tell_callers(end);
    start_queued(queue_.on_run_ended(id));
    services_.run_moved(end.outcome.directive, schedule::CountsFrom::anchor);
}

}  // namespace aifp::engine
