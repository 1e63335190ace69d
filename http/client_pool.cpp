#include "http/client_pool.hpp"

#include <algorithm>
#include <iterator>

namespace aifp::http {

std::shared_ptr<Link> LinkPool::take(const std::string& place) {
    for (std::size_t i = idle_.size(); i-- > 0;) {
        if (idle_[i].place != place) {
            continue;
        }
        auto link = std::move(idle_[i].link);
        idle_.erase(std::next(idle_.begin(), static_cast<std::ptrdiff_t>(i)));
        if (link->is_fresh()) {
            return link;
        }
    }
    return nullptr;
}

void LinkPool::keep(const std::string& place, std::shared_ptr<Link> link) {
    link->clear_alarm();
    const auto same = std::count_if(
        idle_.begin(), idle_.end(), [&place](const Idle& idle) { return idle.place == place; });
    if (static_cast<std::size_t>(same) >= options_.max_idle_per_host || options_.max_idle == 0) {
        return;
    }
    if (idle_.size() >= options_.max_idle) {
        idle_.pop_front();
    }
    idle_.push_back(Idle{place, std::move(link), clock_.mono()});
    close_old_later();
}

void LinkPool::close_old() {
    const MonoTime now = clock_.mono();
    while (!idle_.empty() && now - idle_.front().since >= options_.idle_timeout) {
        idle_.pop_front();
    }
    close_old_later();
}

void LinkPool::close_old_later() {
    if (waiting_ || idle_.empty()) {
        return;
    }
    waiting_ = true;
    timer_.expires_after(options_.idle_timeout);
    // The wait may already be over, and its handler queued, when the pool goes.
    timer_.async_wait(
        [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& error) {
            if (!error && !alive.expired()) {
                waiting_ = false;
                close_old();
            }
        });
}

}  // namespace aifp::http
