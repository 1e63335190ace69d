#include <utility>

#include "engine/dispatcher.hpp"

// The part of Dispatcher that puts away runs which only wait for a time, and takes them back.
namespace aifp::engine {

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
            self.parked_.add(*place, std::move(trace));
        }
    });
}

void Dispatcher::take_up_parked(const std::vector<ParkedRun>& places) {
    for (const auto& place : places) {
        if (const auto* entry = services_.catalog.find(place.directive)) {
            queue_.adopt(request_for(*entry, place.run, {}));  // one with a key is not parked
            start_queued(queue_.set_resting(place.run, true));
        }
    }
    parked_.take_up(places);
    parked_.bring_back_due(services_.run_services.clock.wall());
    // A run whose directive is gone does not wait for its time to find out.
    for (const auto& place : places) {
        if (services_.catalog.find(place.directive) == nullptr) {
            static_cast<void>(with_run(place.run, [](Run&) {}));
        }
    }
}

void Dispatcher::go_on(ParkingLot::Return back, ParkedRows& rows) {
    const auto& place = back.place;
    start_queued(queue_.set_resting(place.run, false));
    const auto wait = rows.kept.waits.find(place.run);
    const auto record = rows.records.find(place.run);
    if (wait == rows.kept.waits.end() || record == rows.records.end()) {
        model::DecisionRecord lost;
        lost.id = place.run;
        lost.event.directive = place.directive;
        lost.event.seen_at = services_.run_services.clock.wall();
        const auto broken = rows.unreadable.find(place.run);
        abandon(lost,
                broken == rows.unreadable.end()
                    ? "what it kept while it waited is gone"
                    : "what it kept while it waited cannot be read: " + broken->second.why,
                place.wait);
    } else {
        // What its row has not been told of the clock: it was on its way, or the store had trouble.
        wait->second.moved += place.wake - wait->second.deadline.value_or(place.wake);
        resume(std::move(record->second), wait->second, rows.kept, std::move(back.trace));
        for (const auto& work : back.then) {
            if (const auto found = runs_.find(place.run); found != runs_.end()) {
                const auto run = found->second;
                work(*run);
            }
        }
    }
    for (auto& told : back.told) {
        tell_once_durable(std::move(told));
    }
}

void Dispatcher::tell_once_durable(Stored stored) {
    if (stored) {
        services_.store.flush(std::move(stored));
    }
}

bool Dispatcher::with_run(LedgerId id, std::function<void(Run&)> work, Stored stored) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) {
        return parked_.with(id, std::move(work), std::move(stored));
    }
    const auto run = found->second;
    work(*run);
    tell_once_durable(std::move(stored));
    return true;
}

}  // namespace aifp::engine
