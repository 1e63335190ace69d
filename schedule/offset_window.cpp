#include "schedule/offset_window.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::floor;
using std::chrono::hours;
using std::chrono::seconds;

// The largest change ever was one day (Samoa 2011), so what happened earlier has no effect any
// more.
constexpr hours kLookBack{48};
constexpr hours kReach{24};
// Stands for "never again" and leaves room to add to it.
constexpr hours kForever{24 * 366 * 1000};

}  // namespace

OffsetWindow find_window(const TimeZone& zone, std::chrono::sys_seconds instant) {
    OffsetWindow window;
    window.from = instant - kReach;
    bool changed = false;
    auto change = zone.next_transition(instant - kLookBack);
    while (change && change->at <= instant) {
        window.from = floor<seconds>(change->at);
        window.offset_before = change->offset_before_seconds;
        window.offset = change->offset_after_seconds;
        changed = true;
        change = zone.next_transition(change->at);
    }
    if (!changed) {
        window.offset =
            change ? change->offset_before_seconds : zone.to_local(instant).offset_seconds;
        window.offset_before = window.offset;
    }
    window.until = change ? floor<seconds>(change->at) : instant + kForever;
    window.offset_after = change ? change->offset_after_seconds : window.offset;
    return window;
}

}  // namespace aifp::schedule
