#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/time_zone.hpp"
#include "engine/dispatcher.hpp"
#include "engine/run_watch.hpp"
#include "storage/waits.hpp"

// The part of Dispatcher that wakes and ends runs that wait.
namespace aifp::engine {

using model::RunState;

void Dispatcher::later(std::function<void(Dispatcher&)> work) {
    boost::asio::post(services_.run_services.executor, [self = self_, work = std::move(work)] {
        if (*self != nullptr) {
            work(**self);
        }
    });
}

void Dispatcher::keep(model::Wait wait, std::function<void(Status)> stored) {
    storage::WriteGroup group;
    group.waits.push_back(std::move(wait));
    services_.state.deliver();  // what its steps changed has been told before it is written
    if (services_.state.has_changes()) {
        group.states = services_.state.take_changes();
    }
    auto on_stored = [self = self_, states = group.states, stored](const Status& status) {
        if (!status && !states.empty() && *self != nullptr) {
            const auto& services = (*self)->services_;
            services.store.submit_lazily(services.state.changes_again(states));
        }
        stored(status);
    };
    auto taken = services_.store.submit(std::move(group), on_stored);
    if (!taken) {
        later([on_stored = std::move(on_stored), error = taken.error()](Dispatcher&) {
            on_stored(fail(error));
        });
    }
}

void Dispatcher::wake_at(LedgerId run, std::optional<WallTime> at) {
    if (const auto known = wake_of_.find(run); known != wake_of_.end()) {
        wakes_.erase({known->second, run});
        wake_of_.erase(known);
    }
    if (at) {
        wakes_.emplace(*at, run);
        wake_of_.emplace(run, *at);
        if (wakes_.begin()->second == run) {
            services_.wake_changed();
        }
    }
}

std::optional<WallTime> Dispatcher::next_wake() const {
    std::optional<WallTime> next;
    if (!wakes_.empty()) {
        next = wakes_.begin()->first;
    }
    for (const auto& other : {parked_.next(), held_.next_due(), snoozes_.next_end()}) {
        next = next && other ? std::min(*next, *other) : (next ? next : other);
    }
    return next;
}

void Dispatcher::time_passed(WallTime now) {
    parked_.bring_back_due(now);
    std::vector<LedgerId> due;
    while (!wakes_.empty() && wakes_.begin()->first <= now) {
        due.push_back(wakes_.begin()->second);
        wake_of_.erase(due.back());
        wakes_.erase(wakes_.begin());
    }
    for (const auto id : due) {
        if (const auto run = runs_.find(id); run != runs_.end()) {
            const auto keep_alive = run->second;
            keep_alive->time_passed();
        } else {
            waiting_time_passed(id);
        }
    }
    release_held(now);
}

void Dispatcher::clock_stepped(Milliseconds step) {
    if (parked_.clock_stepped(step)) {
        services_.store.write(
            [step](storage::Database& database) {
                storage::move_deadlines(database, kOnlyTime, step);
            },
            [this](const Status& stored) {
                if (!stored) {
                    services_.health.on_trouble(stored.error().detail());
                }
            });
    }
    std::vector<std::shared_ptr<Run>> runs;
    for (const auto& [id, run] : runs_) {
        runs.push_back(run);
    }
    for (const auto& run : runs) {
        run->clock_stepped(step);
    }
    held_.clock_stepped(step);
    down_until_ += step;
    lane_free_ += step;
    lane_begin_ += step;
    storage::WriteGroup group;
    group.waits = limits_.clock_stepped(step);
    held_.for_each([&](const HeldEvent& held) {
        if (held.is_stored) {
            group.waits.push_back(row_of(held));
        }
    });
    if (!group.waits.empty()) {
        services_.store.submit_lazily(std::move(group));
    }
}

void Dispatcher::set_resting(LedgerId run, bool rests) {
    if (const auto found = runs_.find(run); found != runs_.end()) {
        services_.observer.on_run_state(
            run, found->second->directive(), rests ? RunState::waiting : RunState::running);
    }
    start_queued(queue_.set_resting(run, rests));
    if (rests) {
        park_soon(run);
    }
}

void Dispatcher::tell(LedgerId run, std::string_view directive, const std::string& text) {
    services_.log(actions::RunContext{run, directive, nullptr}, text);
}

// Later, so that a step never finds its own run changed below it.
void Dispatcher::event_came(const std::string& name, const boost::json::value& data) {
    const bool anybody_waits = std::any_of(
        runs_.begin(), runs_.end(), [](const auto& one) { return one.second->is_kept(); });
    if (!anybody_waits) {
        return;
    }
    later([name, data](Dispatcher& self) {
        std::vector<std::shared_ptr<Run>> runs;
        for (const auto& [id, run] : self.runs_) {
            if (run->is_kept()) {
                runs.push_back(run);
            }
        }
        for (const auto& run : runs) {
            run->event_came(name, data);
        }
    });
}

void Dispatcher::on_changes_told() {
    if (std::exchange(looking_, true)) {
        return;
    }
    later([](Dispatcher& self) {
        self.looking_ = false;
        std::vector<std::shared_ptr<Run>> runs;
        for (const auto& [id, run] : self.runs_) {
            if (run->is_kept()) {
                runs.push_back(run);
            }
        }
        for (const auto& run : runs) {
            run->look_again();
        }
    });
}

void Dispatcher::directive_edited(DirectiveId directive) {
    settle_held(directive, model::Reason::disabled, "its file was edited while it was held back");
    for (const auto id : queue_.runs_of(directive)) {
        if (const auto found = runs_.find(id); found != runs_.end()) {
            const auto run = found->second;
            if (run->stops_on_edit()) {
                run->stop(RunState::cancelled, "its file was edited");
            }
        }
    }
}

void Dispatcher::let_kept_go(bool only_resting) {
    parked_.clear();
    for (auto it = runs_.begin(); it != runs_.end();) {
        if (it->second->is_kept() && (it->second->is_resting() || !only_resting)) {
            wake_at(it->first, std::nullopt);
            it->second->let_go();
            it = runs_.erase(it);
        } else {
            ++it;
        }
    }
}

boost::json::array Dispatcher::view_runs() const {
    boost::json::array list;
    for (const auto& [id, run] : runs_) {
        list.push_back(run->view());
    }
    for (const auto& [id, waiting] : waiting_) {
        const auto* entry = services_.catalog.find(waiting.event.directive);
        boost::json::object one;
        one["run"] = id.value;
        one["directive"] = entry != nullptr ? entry->name : "";
        if (!waiting.event.key.empty()) {
            one["key"] = waiting.event.key;
        }
        one["state"] = "queued";
        one["started_at"] = format_utc_ms(waiting.event.seen_at);
        one["at"] = boost::json::array();
        if (const auto& rest = waiting.rests_for) {
            one["at"].as_array().push_back(
                boost::json::value{{"step", "before the first action"},
                                   {"doing", name_of(rest->reason)},
                                   {"until", format_utc_ms(rest->until)}});
        }
        list.push_back(std::move(one));
    }
    held_.for_each([&](const HeldEvent& held) { list.push_back(view_of(held)); });
    return list;
}

Status Dispatcher::listen(const WaitRef& wait,
                          const PlanStep& step,
                          const CompiledDirective& compiled) {
    if (services_.watch == nullptr) {
        return fail(ErrorCode::internal, "nothing is watched here");
    }
    return services_.watch->listen({wait, step.id, compiled.name, compiled.zone, compiled.dst},
                                   compiled.steps[step.id].triggers);
}

void Dispatcher::unlisten(LedgerId run, std::uint32_t strand) {
    if (services_.watch != nullptr) {
        services_.watch->unlisten(run, strand);
    }
}

void Dispatcher::leave_listening(LedgerId run) {
    if (services_.watch != nullptr) {
        services_.watch->let_go(run);
    }
}

// Later: the sensors are in the middle of telling.
void Dispatcher::trigger_came(const RunWaiter& waiter, boost::json::object trigger) {
    later([waiter, trigger = std::move(trigger)](Dispatcher& self) {
        if (const auto run = self.runs_.find(waiter.run); run != self.runs_.end()) {
            const auto keep_alive = run->second;
            keep_alive->trigger_came(waiter.strand, waiter.serial, trigger);
        }
    });
}

std::vector<BusyRun> Dispatcher::busy_runs() const {
    std::vector<BusyRun> list;
    for (const auto& [id, run] : runs_) {
        if (!run->is_resting()) {
            list.push_back({id, run->directive(), run->busy(), {}});
        }
    }
    return list;
}

DispatchFigures Dispatcher::figures() const {
    DispatchFigures figures = figures_;
    figures.running = queue_.running();
    figures.waiting = queue_.resting();
    figures.queued = queue_.queued();
    figures.held = held_.size();
    figures.waits_of_runs = parked_.size();
    for (const auto& [id, run] : runs_) {
        figures.waits_of_runs += run->is_kept() ? 1 : 0;
    }
    return figures;
}

Status Dispatcher::cancel_run(LedgerId id, const std::string& why, Stored stored) {
    if (with_run(
            id, [why](Run& run) { run.stop(RunState::cancelled, why); }, stored)) {
        return {};
    }
    if (waiting_.contains(id)) {
        end_unstarted(id, {RunState::cancelled, why});
        tell_once_durable(std::move(stored));
        return {};
    }
    if (const auto* held = held_.find(id); held != nullptr && held->is_stored) {
        skip_held(*held_.take(id), model::Reason::disabled, why);
        tell_once_durable(std::move(stored));
        return {};
    }
    return fail(ErrorCode::not_found, fmt::format("no run {} is under way", id.value));
}

Status Dispatcher::answer_run(LedgerId id, const model::RunAnswer& said) {
    if (parked_.contains(id)) {
        return fail(ErrorCode::conflict, fmt::format("run {} asks for no approval", id.value));
    }
    const auto found = runs_.find(id);
    if (found == runs_.end()) {
        return fail(ErrorCode::not_found, fmt::format("no run {} is under way", id.value));
    }
    const auto run = found->second;
    return run->answer(said);
}

Result<boost::json::object> Dispatcher::asked_by_link(LedgerId id, const std::string& hash) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) {
        return fail(ErrorCode::not_found, "no approval has this link");
    }
    return found->second->asked_by_link(hash);
}

Status Dispatcher::answer_by_link(LedgerId id, const std::string& hash, bool yes) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) {
        return fail(ErrorCode::not_found, "no approval has this link");
    }
    const auto run = found->second;  // it may end within its answer
    return run->answer_by_link(hash, yes);
}

}  // namespace aifp::engine
