#include "scheduler/storm_breaker.hpp"

namespace aifp::scheduler {

Storm StormBreaker::ask(DirectiveId directive, bool of_own_making, WallTime now) {
    turn_window(now);
    const auto found = counts_.find(directive);
    if (found == counts_.end()) {
        return Storm::none;
    }
    const auto& count = found->second;
    if (of_own_making && limits_.of_own_making > 0 &&
        count.of_own_making >= limits_.of_own_making) {
        return Storm::loop;
    }
    return limits_.starts > 0 && count.starts >= limits_.starts ? Storm::flood : Storm::none;
}

void StormBreaker::count(DirectiveId directive, bool of_own_making, WallTime now) {
    turn_window(now);
    auto& count = counts_[directive];
    ++count.starts;
    count.of_own_making += of_own_making ? 1 : 0;
}

// A clock that was set back begins a window too: nothing is held up for longer than one.
void StormBreaker::turn_window(WallTime now) {
    if (now < window_began_ || now - window_began_ >= limits_.window) {
        window_began_ = now;
        counts_.clear();
    }
}

}  // namespace aifp::scheduler
