#include "engine/parked_runs.hpp"

#include <algorithm>
#include <functional>

namespace aifp::engine {
namespace {

constexpr std::size_t kWorthSweeping = 64;

}  // namespace

void ParkedRuns::add(const ParkedRun& place, Trace trace) {
    places_[place.run] = Place{place.wait, place.directive, place.wake};
    times_.emplace_back(place.wake, place.run);
    std::push_heap(times_.begin(), times_.end(), std::greater<>());
    if (trace != nullptr && traces_.size() < kMaxTraces) {
        traces_[place.run] = std::move(trace);
    }
    drop_stale();
}

void ParkedRuns::reserve(std::size_t count) {
    places_.reserve(count);
    times_.reserve(count);
}

std::optional<WallTime> ParkedRuns::next() const {
    return times_.empty() ? std::nullopt : std::optional(times_.front().first);
}

void ParkedRuns::clock_stepped(Milliseconds step) {
    for (auto& [run, place] : places_) {
        place.wake += step;
    }
    for (auto& [wake, run] : times_) {  // they keep their order
        wake += step;
    }
}

std::optional<ParkedRun> ParkedRuns::take(LedgerId run) {
    const auto found = places_.find(run);
    if (found == places_.end()) {
        return std::nullopt;
    }
    const ParkedRun place{run, found->second.wait, found->second.directive, found->second.wake};
    places_.erase(found);
    drop_stale();
    return place;
}

std::vector<ParkedRun> ParkedRuns::take_due(WallTime now, std::size_t limit) {
    std::vector<ParkedRun> due;
    while (due.size() < limit && !times_.empty() && times_.front().first <= now) {
        due.push_back(*take(times_.front().second));
    }
    return due;
}

ParkedRuns::Trace ParkedRuns::take_trace(LedgerId run) {
    auto found = traces_.extract(run);
    return found.empty() ? nullptr : std::move(found.mapped());
}

std::vector<ParkedRun> ParkedRuns::some(std::size_t limit) const {
    std::vector<ParkedRun> list;
    for (auto it = places_.begin(); it != places_.end() && list.size() < limit; ++it) {
        list.push_back({it->first, it->second.wait, it->second.directive, it->second.wake});
    }
    return list;
}

void ParkedRuns::clear() {
    places_.clear();
    times_.clear();
    traces_.clear();
}

void ParkedRuns::drop_stale() {
    const auto is_stale = [this](const Time& time) {
        const auto found = places_.find(time.second);
        return found == places_.end() || found->second.wake != time.first;
    };
    if (times_.size() > 2 * places_.size() + kWorthSweeping) {
        std::erase_if(times_, is_stale);
        std::make_heap(times_.begin(), times_.end(), std::greater<>());
    }
    while (!times_.empty() && is_stale(times_.front())) {
        std::pop_heap(times_.begin(), times_.end(), std::greater<>());
        times_.pop_back();
    }
}

}  // namespace aifp::engine
