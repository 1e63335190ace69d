#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "storage/store.hpp"

namespace aifp::storage {

/// One thing for the storage thread: a job if `job` is set, else a group.
struct Work {
    WriteGroup group;
    Store::Job job;
    Store::Done done;
    bool is_read = false;  ///< The job is for the reader, once the counters are exact.
    bool is_lazy = false;
    bool is_barrier = false;  ///< `done` vouches for all that was pushed before it.
};

/// When lazy work alone returns from WorkQueue::take.
enum class Lazy {
    waits,      ///< Once the patience is over.
    may_begin,  ///< At once, if there is enough of it to be worth it.
};

/// Carries work from the loop to the storage thread. Thread-safe. Bounded by its user, who counts
/// what is on its way.
class WorkQueue {
public:
    /// Appends all of `works` under one lock and leaves it empty. Wakes the consumer if it sleeps;
    /// lazy work disturbs one that waits with patience only when there is enough of it.
    void push(std::vector<Work>& works);
    /// No more work will come: take() returns at once from now on.
    void close();

    struct Taken {
        std::vector<Work> works;
        bool is_closed = false;
        bool is_early = false;  ///< Only lazy work, and its time is not up.
    };
    /// Waits for work that is not lazy and takes everything. Returns with what there is after
    /// `patience` (nothing: without end); lazy work that arrives while it waits longer than
    /// `kLazyQuiet` is given that time to be joined by other work.
    [[nodiscard]] Taken take(std::optional<Milliseconds> patience, Lazy lazy = Lazy::waits);

    static constexpr Milliseconds kLazyQuiet{20};
    /// How much lazy work is worth waking up for.
    static constexpr std::size_t kWorthBeginning = 8;

private:
    [[nodiscard]] bool has_urgent() const noexcept { return urgent_ > 0 || is_closed_; }
    [[nodiscard]] bool may_begin() const noexcept {
        return lazy_ == Lazy::may_begin && works_.size() >= kWorthBeginning;
    }

    enum class Consumer { busy, patient, asleep };

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Work> works_;  ///< Guarded by mutex_, as all below.
    std::size_t urgent_ = 0;   ///< Of works_, not lazy.
    Consumer consumer_ = Consumer::busy;
    Lazy lazy_ = Lazy::waits;
    bool is_closed_ = false;
};

}  // namespace aifp::storage
