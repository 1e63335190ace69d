#include "storage/work_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace aifp::storage {

void WorkQueue::push(std::vector<Work>& works) {
    const auto is_urgent = [](const Work& work) { return !work.is_lazy; };
    const auto urgent = std::count_if(works.begin(), works.end(), is_urgent);
    bool must_wake = false;
    {
        const std::lock_guard lock(mutex_);
        urgent_ += static_cast<std::size_t>(urgent);
        if (works_.empty()) {
            works_.swap(works);
        } else {
            works_.insert(works_.end(),
                          std::make_move_iterator(works.begin()),
                          std::make_move_iterator(works.end()));
        }
        must_wake = consumer_ == Consumer::asleep ||
                    (consumer_ == Consumer::patient && (urgent > 0 || may_begin()));
    }
    works.clear();
    if (must_wake) {
        wake_.notify_one();
    }
}

void WorkQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    wake_.notify_one();
}

WorkQueue::Taken WorkQueue::take(std::optional<Milliseconds> patience, Lazy lazy) {
    std::unique_lock lock(mutex_);
    lazy_ = lazy;
    const auto has_any = [this] { return !works_.empty() || is_closed_; };
    if (!patience || *patience > kLazyQuiet) {
        consumer_ = Consumer::asleep;
        if (!patience) {
            wake_.wait(lock, has_any);
        } else {
            wake_.wait_for(lock, *patience, has_any);
        }
        patience = works_.empty() ? Milliseconds(0) : kLazyQuiet;
    }
    consumer_ = Consumer::patient;
    const bool was_woken =
        wake_.wait_for(lock, *patience, [this] { return has_urgent() || may_begin(); });
    consumer_ = Consumer::busy;
    const bool is_early = was_woken && !has_urgent();
    urgent_ = 0;
    return Taken{std::exchange(works_, {}), is_closed_, is_early};
}

}  // namespace aifp::storage
