#include "storage/writer_thread.hpp"

#include <malloc.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/integrity.hpp"

namespace aifp::storage {

namespace {

constexpr std::size_t kMaxGroupsPerCommit = 4'096;
constexpr std::size_t kLargeBatch = 1'000;
constexpr int kIdleCheckpointPages = 1'000;
constexpr int kBusyCheckpointPages = 4'000;
constexpr std::int64_t kWorthVacuumingPages = 4'096;
constexpr Milliseconds kFirstRetryPause{50};
constexpr Milliseconds kLastRetryPause{5'000};
constexpr Milliseconds kTimeToRest{2'000};
constexpr Milliseconds kFirstSweep{60'000};
constexpr Milliseconds kSweepBreath{25};  // between two parts: others may want the disk

}  // namespace

WriterThread::WriterThread(std::unique_ptr<Database> database,
                           const StoreOptions& options,
                           const Clock& clock,
                           Deliver deliver,
                           PassToReader pass_to_reader)
    : clock_(clock),
      deliver_(std::move(deliver)),
      pass_to_reader_(std::move(pass_to_reader)),
      sweep_pause_(options.sweep_pause),
      database_(std::move(database)),
      writer_(*database_, options.retention, &clock),
      is_marked_closed_(was_closed_cleanly(*database_)),
      retry_pause_(kFirstRetryPause),
      next_sweep_(clock.mono() + std::min(sweep_pause_, kFirstSweep)),
      has_unwritten_counts_(writer_.has_unwritten_counts()),
      thread_([this] { run(); }) {}

WriterThread::~WriterThread() {
    queue_.close();
    thread_.join();
}

void WriterThread::push(std::vector<Work>& works) {
    queued_ += works.size();
    reads_under_way_ += static_cast<std::size_t>(
        std::count_if(works.begin(), works.end(), [](const Work& work) { return work.is_read; }));
    queue_.push(works);
}

StoreStatistics WriterThread::statistics() const {
    const std::lock_guard lock(mutex_);
    StoreStatistics copy = statistics_;
    copy.queued = queued();
    return copy;
}

void WriterThread::run() {
    std::optional<Milliseconds> patience = next_patience(writer_.is_behind());
    while (true) {
        const bool may_begin = retained_.empty() && patience != Milliseconds(0);
        WorkQueue::Taken taken = queue_.take(patience, may_begin ? Lazy::may_begin : Lazy::waits);
        if (taken.is_early) {
            write_ahead(std::move(taken.works));
            patience = next_patience(true);
            continue;
        }
        std::vector<Work> works = std::exchange(retained_, {});
        const bool had_work = !works.empty() || !taken.works.empty() || !ahead_.empty();
        if (works.empty()) {
            works.swap(taken.works);
        } else {
            works.insert(works.end(),
                         std::make_move_iterator(taken.works.begin()),
                         std::make_move_iterator(taken.works.end()));
        }
        if (had_work) {
            process(std::move(works));
        }
        if (taken.is_closed) {
            close();
            return;
        }
        patience = next_patience(had_work);
    }
}

void WriterThread::process(std::vector<Work> works) {
    largest_batch_ = std::max(largest_batch_, works.size());
    // With a failing disk or a lock each attempt may take seconds: one has to do for all.
    Outcome trouble;
    std::size_t next = 0;
    if (!ahead_.empty() && (works.empty() || works.front().job)) {
        trouble = commit_groups({}, false);
    }
    while (next < works.size()) {
        if (works[next].job) {
            trouble = process_job(works[next++], trouble);
            continue;
        }
        const std::size_t first = next;
        while (next < works.size() && !works[next].job && next - first < kMaxGroupsPerCommit) {
            ++next;
        }
        const std::span<Work> groups = std::span(works).subspan(first, next - first);
        if (trouble) {
            finish_groups(groups, trouble);
        } else {
            trouble = commit_groups(groups, next < works.size() && works[next].is_read);
        }
    }
    checkpoint_if(kBusyCheckpointPages);
}

WriterThread::Outcome WriterThread::process_job(Work& work, const Outcome& trouble) {
    Outcome error = trouble;
    if (!trouble) {
        error = work.is_read ? settle() : run_job(work.job);
    }
    --queued_;
    if (work.is_read) {
        // What it asks for may have nothing to do with what could not be written.
        pass_to_reader_(std::move(work.job), std::move(work.done));
        --reads_under_way_;
    } else {
        std::vector<Completion> completions(1);
        completions[0].done = std::move(work.done);
        if (error) {
            completions[0].status = failed(*error);
        }
        deliver(std::move(completions));
    }
    return error && error->is_passing() ? error : std::nullopt;
}

// The job may read the counters, too.
WriterThread::Outcome WriterThread::run_job(const Store::Job& job) {
    Outcome error = transact([&] {
        writer_.settle(clock_.wall());
        job(*database_);
    });
    if (!error) {
        const std::lock_guard lock(mutex_);
        statistics_.last_error.clear();
    }
    return error;
}

void WriterThread::close() {
    if (!retained_.empty() || settle() || is_marked_closed_) {
        return;
    }
    transact([this] { mark_closed(*database_); });
}

void WriterThread::deliver(std::vector<Completion> completions) {
    if (!completions.empty()) {
        deliver_(std::move(completions));
    }
}

void WriterThread::note_commit(std::size_t groups, MonoTime::duration took) {
    const std::lock_guard lock(mutex_);
    ++statistics_.commits;
    statistics_.groups += groups;
    statistics_.last_batch = groups;
    statistics_.last_commit = std::chrono::duration_cast<Milliseconds>(took);
    statistics_.commit_times.add(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    statistics_.batches.add(static_cast<std::int64_t>(groups));
    statistics_.last_error.clear();
}

void WriterThread::note_failure(const std::string& text) {
    const std::lock_guard lock(mutex_);
    ++statistics_.failures;
    statistics_.last_error = text;
}

std::optional<Milliseconds> WriterThread::next_patience(bool had_work) {
    if (!retained_.empty()) {
        rest_ = Rest::none;
        return next_retry_pause();
    }
    if (!ahead_.empty()) {
        rest_ = Rest::lingering;
        const auto left = std::chrono::ceil<Milliseconds>(ahead_until_ - clock_.mono());
        return ahead_.size() < kMaxGroupsPerCommit ? std::max(left, Milliseconds(0))
                                                   : Milliseconds(0);
    }
    if (had_work) {
        retry_pause_ = kFirstRetryPause;
        rest_ = Rest::lingering;
        return WorkQueue::kLazyQuiet;
    }
    if (rest_ == Rest::lingering) {
        if (settle()) {
            return next_retry_pause();
        }
        checkpoint_if(kIdleCheckpointPages);
        rest_ = Rest::resting;
        return kTimeToRest;
    }
    if (rest_ == Rest::resting) {
        rest();
        rest_ = Rest::asleep;
    }
    return sweep_when_due();
}

Milliseconds WriterThread::sweep_when_due() {
    const MonoTime now = clock_.mono();
    if (now >= next_sweep_) {
        bool has_more = false;
        const Outcome error = transact([&] { has_more = writer_.sweep_idle(clock_.wall()); });
        checkpoint_if(kBusyCheckpointPages);
        if (has_more && !error) {
            return kSweepBreath;
        }
        next_sweep_ = now + sweep_pause_;
        rest();
    }
    return std::chrono::ceil<Milliseconds>(next_sweep_ - now);
}

Milliseconds WriterThread::next_retry_pause() {
    return std::exchange(retry_pause_, std::min(2 * retry_pause_, kLastRetryPause));
}

void WriterThread::checkpoint_if(int pages) {
    // The log starts over after a checkpoint, unless a reader with an old snapshot still needs it:
    // what counts is its growth, or every commit of a long one would be followed by a sync.
    if (database_->wal_pages() < checkpointed_pages_) {
        checkpointed_pages_ = 0;
    }
    if (database_->wal_pages() - checkpointed_pages_ < pages) {
        return;
    }
    const Status status = guard([this] { database_->checkpoint(); });
    if (!status) {
        note_failure(status.error().detail());
    }
    checkpointed_pages_ = database_->wal_pages();
}

void WriterThread::rest() {
    const Status status = guard([this] {
        if (database_->integer("PRAGMA freelist_count") > kWorthVacuumingPages) {
            database_->execute("PRAGMA incremental_vacuum(1024)");
        }
    });
    if (!status) {
        note_failure(status.error().detail());
    }
    database_->release_memory();
    if (std::exchange(largest_batch_, 0) >= kLargeBatch) {
        malloc_trim(0);
    }
}

}  // namespace aifp::storage
