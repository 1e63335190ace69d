#include "engine/clock_guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_zone.hpp"

namespace aifp::engine {

void ClockGuard::begin(std::optional<WallTime> newest_row) {
    newest_ = newest_row.value_or(WallTime{});
    floor_ = std::max(newest_, built_);
    began_ = clock_.mono();
    trusted_ = looks_right();
}

bool ClockGuard::is_trusted() {
    trusted_ = trusted_ || looks_right();
    return trusted_;
}

WallTime ClockGuard::believable_time() {
    return is_trusted() ? clock_.wall() : std::max(clock_.wall(), floor_);
}

bool ClockGuard::looks_right() const {
    const auto now = clock_.wall();
    if (now < built_) {
        return false;
    }
    return now >= newest_ - kTolerance || clock_.mono() - began_ >= kPatience || is_synchronised_();
}

std::string ClockGuard::why_not(const TimeZone& zone) const {
    const bool is_built_later = clock_.wall() < built_;
    return fmt::format("the clock says {}, which is before {}{}",
                       format_rfc3339(clock_.wall(), zone),
                       is_built_later ? "this program was built, " : "the newest entry, of ",
                       format_rfc3339(is_built_later ? built_ : newest_, zone));
}

}  // namespace aifp::engine
