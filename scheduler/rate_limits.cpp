#include "scheduler/rate_limits.hpp"

#include <algorithm>

namespace aifp::scheduler {

std::optional<WallTime> RateWindow::blocked_until(WallTime now) {
    for (auto time = times_.rbegin(); time != times_.rend() && *time > now; ++time) {
        *time = now;
    }
    if (times_.size() < rate_.count) {
        return std::nullopt;
    }
    const auto free_at = times_.front() + rate_.period;
    return free_at > now ? std::optional(free_at) : std::nullopt;
}

void RateWindow::take(WallTime at) {
    times_.insert(std::upper_bound(times_.begin(), times_.end(), at), at);
    while (times_.size() > rate_.count) {
        times_.pop_front();
    }
}

void RateWindow::give_back(WallTime at) {
    const auto found = std::lower_bound(times_.begin(), times_.end(), at);
    if (found != times_.end() && *found == at) {
        times_.erase(found);
    }
}

void RateWindow::set_rate(Rate rate) {
    rate_ = rate;
    while (times_.size() > rate_.count) {
        times_.pop_front();
    }
}

void RateLimits::set(DirectiveId directive, std::optional<Rate> rate) {
    if (!rate) {
        windows_.erase(directive);
        return;
    }
    const auto [window, is_new] = windows_.try_emplace(directive, *rate);
    if (!is_new) {
        window->second.set_rate(*rate);
    }
}

void RateLimits::restore(DirectiveId directive, std::vector<WallTime> times) {
    std::sort(times.begin(), times.end());
    for (const auto time : times) {
        take(directive, time);
    }
}

std::optional<WallTime> RateLimits::blocked_until(DirectiveId directive, WallTime now) {
    const auto window = windows_.find(directive);
    return window == windows_.end() ? std::nullopt : window->second.blocked_until(now);
}

void RateLimits::take(DirectiveId directive, WallTime at) {
    if (const auto window = windows_.find(directive); window != windows_.end()) {
        window->second.take(at);
    }
}

void RateLimits::give_back(DirectiveId directive, WallTime at) {
    if (const auto window = windows_.find(directive); window != windows_.end()) {
        window->second.give_back(at);
    }
}

std::optional<Rate> RateLimits::rate_of(DirectiveId directive) const {
    const auto window = windows_.find(directive);
    return window == windows_.end() ? std::nullopt : std::optional(window->second.rate());
}

}  // namespace aifp::scheduler
