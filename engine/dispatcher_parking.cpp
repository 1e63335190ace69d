#include <utility>

#include "engine/dispatcher.hpp"
#include "engine/kept_runs.hpp"

// The part of Dispatcher that puts away runs which only wait for a time, and brings them back.
namespace aifp::engine {
namespace {

using model::RunState;

/// So many rows are read at once, and so many runs are on their way back at most.
constexpr std::size_t kRowsPerRead = 256;
constexpr std::size_t kMaxWaking = 1'024;

}  // namespace

// Later: nothing is destroyed in the middle of its own work.
void Dispatcher::park_soon(LedgerId id) {
    later([id](Dispatcher& self) {
        const auto found = self.runs_.find(id);
        if (found == self.runs_.end() || self.stopping_) {
            return;
        }
        const auto run = found->second;
        if (const auto place = run->parking_place()) {
            auto trace = run->take_trace();
            run->let_go();
            self.runs_.erase(found);
            self.wake_at(id, std::nullopt);
            self.add_parked(*place, std::move(trace));
        }
    });
}

void Dispatcher::add_parked(const ParkedRun& place, std::unique_ptr<RunTrace> trace) {
    const auto before = parked_.next();
    parked_.add(place, std::move(trace));
    if (parked_.next() != before) {
        services_.wake_changed();
    }
}

void Dispatcher::take_up_parked(const std::vector<ParkedRun>& places) {
    parked_.reserve(places.size());
    for (const auto& place : places) {
        if (const auto* entry = services_.catalog.find(place.directive)) {
            queue_.adopt(request_for(*entry, place.run, {}));  // one with a key is not parked
            start_queued(queue_.set_resting(place.run, true));
        }
        parked_.add(place);
    }
    bring_back_due(services_.run_services.clock.wall());
    // A run whose directive is gone does not wait for its time to find out.
    for (const auto& place : places) {
        if (services_.catalog.find(place.directive) == nullptr) {
            static_cast<void>(with_run(place.run, [](Run&) {}));
        }
    }
}

void Dispatcher::bring_back_due(WallTime now) {
    while (waking_.size() < kMaxWaking) {
        auto due = parked_.take_due(now, kRowsPerRead);
        if (due.empty()) {
            return;
        }
        bring_back(std::move(due));
    }
}

// While as many as may be are on their way, time does not press: the last to come back asks again.
std::optional<WallTime> Dispatcher::next_parked() const {
    return waking_.size() < kMaxWaking ? parked_.next() : std::nullopt;
}

void Dispatcher::bring_back(std::vector<ParkedRun> places) {
    for (const auto& place : places) {
        waking_[place.run].trace = parked_.take_trace(place.run);
    }
    read_parked(std::make_shared<std::vector<ParkedRun>>(std::move(places)));
}

void Dispatcher::read_parked(std::shared_ptr<std::vector<ParkedRun>> places) {
    auto rows = std::make_shared<ParkedRows>();
    // Not by a reader: what is flushed after this has what follows from it.
    services_.store.write(
        [places, rows](storage::Database& database) {
            *rows = read_parked_rows(database, *places);
        },
        [this, places, rows](const Status& read) {
            if (stopping_) {  // their rows are for the next start
                for (const auto& place : *places) {
                    for (const auto& told : waking_[place.run].told) {
                        told(fail(ErrorCode::busy, "the engine is stopping"));
                    }
                    waking_.erase(place.run);
                }
                return;
            }
            if (!read) {
                retry_later(read.error(), [this, places] { read_parked(places); });
                return;
            }
            for (const auto& place : *places) {
                go_on(place, *rows);
            }
            services_.wake_changed();
        });
}

void Dispatcher::go_on(const ParkedRun& place, ParkedRows& rows) {
    auto waking = std::move(waking_[place.run]);
    waking_.erase(place.run);
    start_queued(queue_.set_resting(place.run, false));
    const auto wait = rows.kept.waits.find(place.run);
    const auto record = rows.records.find(place.run);
    const auto tell = [this, &waking] {
        for (auto& told : waking.told) {
            tell_once_durable(std::move(told));
        }
    };
    if (wait == rows.kept.waits.end() || record == rows.records.end()) {
        model::DecisionRecord lost;
        lost.id = place.run;
        lost.event.directive = place.directive;
        lost.event.seen_at = services_.run_services.clock.wall();
        abandon(lost, "what it kept while it waited is gone", place.wait);
        return tell();
    }
    // What its row has not been told of the clock: it was on its way, or the store had trouble.
    wait->second.moved += place.wake - wait->second.deadline.value_or(place.wake);
    resume(std::move(record->second), wait->second, rows.kept, std::move(waking.trace));
    for (const auto& work : waking.then) {
        if (const auto found = runs_.find(place.run); found != runs_.end()) {
            const auto run = found->second;
            work(*run);
        }
    }
    tell();
}

void Dispatcher::tell_once_durable(Stored stored) {
    if (stored) {
        services_.store.flush(std::move(stored));
    }
}

bool Dispatcher::with_run(LedgerId id, std::function<void(Run&)> work, Stored stored) {
    if (const auto found = runs_.find(id); found != runs_.end()) {
        const auto run = found->second;
        work(*run);
        tell_once_durable(std::move(stored));
        return true;
    }
    if (auto place = parked_.take(id)) {
        bring_back({*place});
    }
    if (const auto waking = waking_.find(id); waking != waking_.end()) {
        waking->second.then.push_back(std::move(work));
        if (stored) {
            waking->second.told.push_back(std::move(stored));
        }
        return true;
    }
    return false;
}

}  // namespace aifp::engine
