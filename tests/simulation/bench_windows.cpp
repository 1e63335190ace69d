#include <algorithm>

#include "scheduler/timetable.hpp"
#include "tests/simulation/bench.hpp"

// When which version of a directive was surely, or perhaps, armed or at rest.
namespace aifp::simulation {

namespace {

constexpr Milliseconds kRestGathers = scheduler::Timetable::kRestPause;

// A clock that is set forward passes instants in no time at all.
bool comes_after(const Moment& one, const Moment& other) {
    return one.mono != other.mono ? one.mono > other.mono : one.wall > other.wall;
}

}  // namespace

// A pause or another version may have followed meanwhile: what came before waits all the same.
void Bench::limit_to_stored(const Track& track) {
    for (std::size_t i = 0; i < evidence.windows.size(); ++i) {
        auto& window = evidence.windows[i];
        if (window.plan->number != track.character.number) {
            continue;
        }
        auto stored = stored_until_;
        if (window.rests && track.window == i) {
            stored.wall -= kRestGathers;
        }
        if (!window.sure_until || comes_after(*window.sure_until, stored) ||
            (window.rests && window.sure_until->wall > stored.wall)) {
            window.sure_until = stored;
        }
    }
}

void Bench::begin_change(Track& track) {
    if (!track.is_changing) {
        track.is_changing = true;
        track.began = computer.is_up() ? now() : ready_until_;
        track.earliest = std::min(track.began.wall, time.wall());
    }
    if (track.window) {
        auto& window = evidence.windows[*track.window];
        if (!window.sure_until) {
            window.sure_until = track.began;
        }
    }
}

void Bench::end_change(Track& track) {
    const auto status = status_of(track);
    if (!computer.is_up() || (status == "unknown" && computer.disk().is_full())) {
        return;  // asked again later
    }
    track.is_changing = false;
    track.loaded = track.file;
    const auto paused = status == "paused" ? Known::yes : Known::no;
    track.paused = track.is_unstored ? Known::unknown : paused;
    close_windows(track);
    track.perhaps.clear();
    open_window(track, status);
}

// Schedules wait for a clock that was set back. And what could not be stored may be another thing
// after a crash.
void Bench::open_window(Track& track, const std::string& status) {
    if (status == "active" || (status == "paused" && track.file != nullptr)) {
        track.window = evidence.windows.size();
        const Moment from{std::max(time.wall(), highest_), time.mono()};
        evidence.windows.push_back(
            {track.file, !track.is_unstored, status == "paused", track.earliest, from, {}, {}});
    } else if (status != "paused" && status != "archived" && track.file != nullptr) {
        journal.violated("a good directive is armed",
                         fmt::format("d{} is {}", track.character.number, status));
    }
}

void Bench::close_windows(Track& track) {
    const auto until = std::max(time.wall(), highest_);
    if (track.window) {
        evidence.windows[*track.window].maybe_until = until;
        track.window.reset();
    }
    for (const auto number : track.perhaps) {
        auto& window = evidence.windows[number];
        window.maybe_until = std::max(window.maybe_until.value_or(until), until);
    }
}

// What is loaded after a step back begins at the time that the clock shows then, though it was
// written later than that.
void Bench::allow_for_step_back(Track& track) {
    track.earliest = std::min(track.earliest, time.wall());
    for (const auto number : track.perhaps) {
        auto& window = evidence.windows[number];
        window.maybe_from = std::min(window.maybe_from, time.wall());
    }
}

}  // namespace aifp::simulation
