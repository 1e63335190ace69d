#include "engine/parking_lot.hpp"

#include <utility>

namespace aifp::engine {
namespace {

/// So many rows are read at once, and so many runs are on their way back at most.
constexpr std::size_t kRowsPerRead = 256;
constexpr std::size_t kMostReturns = 1'024;

}  // namespace

void ParkingLot::take_up(const std::vector<ParkedRun>& places) {
    parked_.reserve(places.size());
    for (const auto& place : places) {
        parked_.add(place);
    }
}

void ParkingLot::add(const ParkedRun& place, std::unique_ptr<RunTrace> trace) {
    const auto before = parked_.next();
    parked_.add(place, std::move(trace));
    if (parked_.next() != before) {
        services_.wake_changed();
    }
}

void ParkingLot::bring_back_due(WallTime now) {
    while (returns_.size() < kMostReturns) {
        auto due = parked_.take_due(now, kRowsPerRead);
        if (due.empty()) {
            return;
        }
        bring_back(std::move(due));
    }
}

std::optional<WallTime> ParkingLot::next() const {
    return returns_.size() < kMostReturns ? parked_.next() : std::nullopt;
}

bool ParkingLot::with(LedgerId run, Work work, Stored stored) {
    if (auto place = parked_.take(run)) {
        bring_back({*place});
    }
    const auto found = returns_.find(run);
    if (found == returns_.end()) {
        return false;
    }
    found->second.then.push_back(std::move(work));
    if (stored) {
        found->second.told.push_back(std::move(stored));
    }
    return true;
}

bool ParkingLot::clock_stepped(Milliseconds step) {
    parked_.clock_stepped(step);
    return parked_.size() > 0;
}

void ParkingLot::clear() {
    parked_.clear();
    returns_.clear();
}

void ParkingLot::bring_back(std::vector<ParkedRun> places) {
    for (const auto& place : places) {
        returns_[place.run].trace = parked_.take_trace(place.run);
    }
    read(std::make_shared<std::vector<ParkedRun>>(std::move(places)));
}

void ParkingLot::read(Places places) {
    auto rows = std::make_shared<ParkedRows>();
    // Not by a reader: what is flushed after this has what follows from it.
    services_.store.write(
        [places, rows](storage::Database& database) {
            *rows = read_parked_rows(database, *places);
        },
        [this, places, rows](const Status& done) {
            if (services_.is_stopping()) {  // their rows are for the next start
                return drop(*places);
            }
            if (!done) {
                services_.retry_later(done.error(), [this, places] { read(places); });
                return;
            }
            for (const auto& place : *places) {
                go_on(place, *rows);
            }
            services_.wake_changed();
        });
}

void ParkingLot::drop(const std::vector<ParkedRun>& places) {
    for (const auto& place : places) {
        for (const auto& told : returns_[place.run].told) {
            told(fail(ErrorCode::busy, "the engine is stopping"));
        }
        returns_.erase(place.run);
    }
}

void ParkingLot::go_on(const ParkedRun& place, ParkedRows& rows) {
    auto back = std::move(returns_[place.run]);
    returns_.erase(place.run);
    back.place = place;
    services_.go_on(std::move(back), rows);
}

}  // namespace aifp::engine
