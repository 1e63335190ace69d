#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "engine/dispatcher.hpp"

// The part of Dispatcher that begins runs and records how they end.
namespace aifp::engine {

using model::Reason;
using model::RunState;

namespace {

constexpr std::size_t kStartsInATurn = 16;
// A turn without decisions hands the last ones to the store; in the one after it there is time.
constexpr int kQuietTurns = 2;
constexpr int kMostPostponed = 16;

}  // namespace

// A commit brings many decisions. All of them are answered before the first run takes its time, and
// what comes in because of the answers is decided and on its way to the disk, too: the runs take
// their time while the disk takes its own.
void Dispatcher::start_soon(LedgerId id) {
    to_start_.push_back(id);
    if (to_start_.size() == 1) {
        postponed_ = 0;
        quiet_turns_ = 0;
        start_next_soon();
    }
}

void Dispatcher::start_next_soon() {
    boost::asio::post(services_.run_services.executor, [self = self_] {
        if (*self != nullptr) {
            (*self)->start_next();
        }
    });
}

void Dispatcher::start_next() {
    quiet_turns_ = std::exchange(decided_before_, decided_) == decided_ ? quiet_turns_ + 1 : 0;
    if (quiet_turns_ < kQuietTurns && postponed_ < kMostPostponed) {
        ++postponed_;
        start_next_soon();
        return;
    }
    const auto last =
        to_start_.begin() + static_cast<std::ptrdiff_t>(std::min(to_start_.size(), kStartsInATurn));
    const std::vector<LedgerId> now(to_start_.begin(), last);
    to_start_.erase(to_start_.begin(), last);
    if (!to_start_.empty()) {
        start_next_soon();
    }
    for (const auto id : now) {
        start(id);
    }
}

void Dispatcher::start(LedgerId id) {
    auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        return;
    }
    if (!found->second.is_stored) {  // its turn came while its decision is still tried again
        const Error error(ErrorCode::io_failure, "the decision about it is not stored yet");
        line_.retry_later(error, [this, id] { start_queued({id}); });
        return;
    }
    auto* entry = services_.catalog.find(found->second.event.directive);
    if (auto ending = reason_not_to_start(entry, found->second)) {
        end_unstarted(id, std::move(*ending));
        return;
    }
    auto compiled = services_.compiled.get(*entry);
    if (!compiled) {
        end_unstarted(id, {RunState::failed, compiled.error().detail()});
        return;
    }
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    wake_at(id, std::nullopt);
    const bool is_awaited = waiting.ended != nullptr;
    ++figures_.started;
    services_.run_moved(waiting.event.directive, schedule::CountsFrom::run_start);
    begin_run(std::make_shared<Run>(services_.run_services,
                                    Run::Parts{id,
                                               std::move(*compiled),
                                               std::move(waiting.event),
                                               *this,
                                               [this, tell = std::move(waiting.ended)](RunEnd end) {
                                                   on_run_ended(std::move(end), tell);
                                               },
                                               is_awaited,
                                               std::move(waiting.start)}));
}

void Dispatcher::begin_run(std::shared_ptr<Run> run) {
    runs_.emplace(run->id(), run);
    services_.observer.on_run_state(run->id(), run->directive(), RunState::running);
    run->begin();
}

// Between its decision and its turn the directive may have been edited, paused or removed, and its
// files changed: nothing runs that nobody approved.
std::optional<Dispatcher::Ending> Dispatcher::reason_not_to_start(Entry* entry,
                                                                  const Waiting& waiting) {
    if (waiting.ending) {
        return waiting.ending;
    }
    if (cancelled_all_) {
        return Ending{RunState::cancelled, "the engine is stopping"};
    }
    if (entry == nullptr) {
        return Ending{RunState::cancelled, "the directive was removed"};
    }
    // Also of one that has just been decided: its row may have waited for the disk.
    const auto reason =
        waiting.was_queued ? check_standing(*entry, waiting.is_by_hand()) : services_.gate(*entry);
    return reason == Reason::none
               ? std::nullopt
               : std::optional(Ending{RunState::cancelled, "when its turn came", reason});
}

void Dispatcher::end_unstarted(LedgerId id, Ending ending) {
    auto found = waiting_.find(id);
    if (found == waiting_.end()) {
        return;
    }
    if (!found->second.is_stored) {
        found->second.ending = std::move(ending);
        return;
    }
    wake_at(id, std::nullopt);
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    if (ending.reason != Reason::none) {
        skip_late(id, std::move(waiting), ending);
        return;
    }
    RunEnd end;
    end.outcome.id = id;
    end.outcome.directive = waiting.event.directive;
    end.outcome.state = ending.state;
    end.outcome.started_at = services_.run_services.clock.wall();
    end.outcome.ended_at = end.outcome.started_at;
    end.outcome.error = std::move(ending.why);
    on_run_ended(std::move(end), waiting.ended);
}

void Dispatcher::on_run_ended(RunEnd end, const std::function<void(const RunEnd&)>& tell) {
    const auto id = end.outcome.id;
    storage::WriteGroup group;
    ++figures_.ended[static_cast<std::size_t>(end.outcome.state)];
    if (const auto run = runs_.find(id); run != runs_.end()) {
        figures_.durations.add(end.outcome.duration.count());
        count_end(end.outcome.directive, run->second->key(), group);
        runs_.erase(run);
    }
    wake_at(id, std::nullopt);
    if (const auto status = model::execution_status_of(end.outcome.state)) {
        last_runs_[end.outcome.directive] = {*status, end.outcome.ended_at};
    }
    group.outcomes.push_back(end.outcome);
    count_failure(end, group);
    if (end.wait.value != 0) {
        group.waits_over.push_back(end.wait);
    }
    services_.state.deliver();  // what its steps changed has been told before it is written
    if (services_.state.has_changes()) {
        group.states = services_.state.take_changes();
    }
    services_.store.submit_lazily(std::move(group));
    const auto* entry = services_.catalog.find(end.outcome.directive);
    const std::string name = entry != nullptr ? entry->name : std::string();
    services_.observer.on_run_ended(end, name);
    services_.ended(end, name);
    if (tell) {
        tell(end);
    }
    tell_callers(end);
    start_queued(queue_.on_run_ended(id));
    services_.run_moved(end.outcome.directive, schedule::CountsFrom::run_end);
    stop_failing(end.outcome.directive, end.outcome.error);
}

// A run that the engine cut off says nothing about the directive.
void Dispatcher::count_failure(const RunEnd& end, storage::WriteGroup& group) {
    const auto id = end.outcome.directive;
    const auto* entry = services_.catalog.find(id);
    const auto status = model::execution_status_of(end.outcome.state);
    if (entry == nullptr || flow_of(*entry).stop_after_failures == 0 || !status ||
        end.outcome.state == RunState::abandoned) {
        return;
    }
    if (*status != model::ExecutionStatus::success) {
        group.streaks.push_back({id, ++failures_[id]});
    } else if (failures_.erase(id) > 0) {
        group.streaks.push_back({id, 0});
    }
}

void Dispatcher::stop_failing(DirectiveId directive, std::string_view last) {
    auto* entry = services_.catalog.find(directive);
    const auto failures = failures_.find(directive);
    const int most = entry != nullptr ? flow_of(*entry).stop_after_failures : 0;
    if (most > 0 && failures != failures_.end() && failures->second >= most) {
        services_.pause(
            *entry,
            "stop_after",
            fmt::format(
                "{} failed{}{}{}",
                entry->name,
                failures->second > 1 ? fmt::format(" {} times in a row", failures->second) : "",
                last.empty() ? "" : "; the last time: ",
                last));
    }
}

void Dispatcher::restore_failures(const storage::FailureStreak& streak) {
    failures_[streak.directive] = streak.failures;
    stop_failing(streak.directive, {});
}

void Dispatcher::forget_harm(DirectiveId directive) {
    storms_.forget(directive);
    if (failures_.erase(directive) > 0) {
        storage::WriteGroup group;
        group.streaks.push_back({directive, 0});
        services_.store.submit_lazily(std::move(group));
    }
}

void Dispatcher::abandon(const model::DecisionRecord& record, std::string why, WaitId wait) {
    RunEnd end;
    end.outcome.id = record.id;
    end.outcome.directive = record.event.directive;
    end.outcome.state = RunState::abandoned;
    end.outcome.started_at = record.event.seen_at;
    end.outcome.ended_at = services_.run_services.clock.wall();
    end.outcome.error = std::move(why);
    end.wait = wait;
    storage::WriteGroup group;
    count_end(end.outcome.directive, record.event.key, group);
    services_.store.submit_lazily(std::move(group));
    on_run_ended(std::move(end), {});
}

}  // namespace aifp::engine
