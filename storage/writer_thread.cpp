#include "storage/writer_thread.hpp"

#include <malloc.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/integrity.hpp"
#include "storage/not_stored.hpp"

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
constexpr int kSqliteError = 1;  // SQLITE_ERROR: what is no DatabaseError counts as lasting

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

// While nobody waits there is time for what need not be durable yet.
void WriterThread::write_ahead(std::vector<Work> works) {
    if (ahead_.empty()) {
        ahead_until_ = clock_.mono() + WorkQueue::kLazyQuiet;
    }
    const std::size_t first = ahead_.size();
    std::move(works.begin(), works.end(), std::back_inserter(ahead_));
    const auto write = [&] {
        for (const Work& work : std::span(ahead_).subspan(first)) {
            writer_.write(work.group);
        }
        writer_.write_rows();
    };
    if (transact(write, Then::stay_open)) {
        auto again = std::exchange(ahead_, {});
        commit_groups(again, false);
    }
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

// The error if it may pass; others are the matter of the group that broke a rule.
WriterThread::Outcome WriterThread::commit_groups(std::span<Work> works, bool settles) {
    auto ahead = std::exchange(ahead_, {});
    const Outcome error = try_commit(works, settles);
    if (error && !ahead.empty()) {
        // What was written ahead is gone with it, and may be what broke it: it is first once more.
        const Outcome trouble = commit_groups(ahead, false);
        if (!trouble) {
            return commit_groups(works, settles);
        }
        finish_groups(works, trouble);
        return trouble;
    }
    if (error && !error->is_passing() && works.size() > 1) {
        // One of them breaks a rule; the others must not suffer for it.
        const std::size_t half = works.size() / 2;
        const Outcome trouble = commit_groups(works.first(half), settles);
        if (!trouble) {
            return commit_groups(works.subspan(half), settles);
        }
        finish_groups(works.subspan(half), trouble);  // what came later does not overtake
        return trouble;
    }
    finish_groups(works, error, ahead);
    return error && error->is_passing() ? error : std::nullopt;
}

WriterThread::Outcome WriterThread::try_commit(std::span<const Work> works, bool settles) {
    const MonoTime began = clock_.mono();
    Outcome error = transact([&] {
        for (const Work& work : works) {
            writer_.write(work.group);
            settles = settles || work.is_barrier;
        }
        const WallTime now = clock_.wall();
        settles ? writer_.settle(now) : writer_.finish(now);
    });
    if (!error) {
        note_commit(works.size(), clock_.mono() - began);
    }
    return error;
}

WriterThread::Outcome WriterThread::settle() {
    if (!writer_.is_behind()) {
        return std::nullopt;
    }
    return transact([this] { writer_.settle(clock_.wall()); });
}

void WriterThread::close() {
    if (!retained_.empty() || settle() || is_marked_closed_) {
        return;
    }
    transact([this] { mark_closed(*database_); });
}

WriterThread::Outcome WriterThread::transact(const std::function<void()>& statements, Then then) {
    Outcome error;
    try {
        if (!transaction_) {
            transaction_.emplace(*database_);
            if (is_marked_closed_) {
                forget_closed(*database_);
            }
        }
        statements();
        if (then == Then::stay_open) {
            return std::nullopt;
        }
        // Before a reader can see the rows: it asks first whether their counts are written.
        has_unwritten_counts_ = has_unwritten_counts_ || writer_.has_unwritten_counts();
        transaction_->commit();
    } catch (const DatabaseError& caught) {
        error.emplace(caught);
    } catch (const std::exception& caught) {
        error.emplace(kSqliteError, caught.what());
    }
    transaction_.reset();
    if (error) {
        writer_.rolled_back();
        note_failure(error->what());
    } else {
        is_marked_closed_ = false;
        writer_.committed();
    }
    has_unwritten_counts_ = writer_.has_unwritten_counts();
    return error;
}

void WriterThread::finish_groups(std::span<Work> works,
                                 const Outcome& error,
                                 std::span<Work> ahead) {
    std::size_t dropped = 0;
    std::size_t kept = 0;
    std::vector<Completion> completions;
    completions.reserve(works.size() + ahead.size());
    for (Work& work : ahead) {
        completions.push_back(Completion{{}, {}, std::move(work.group), true});
    }
    for (Work& work : works) {
        if (!work.is_lazy) {
            completions.push_back(Completion{std::move(work.done), {}, std::move(work.group)});
            if (error) {
                completions.back().status = not_stored(*error);
            } else if (work.is_barrier && !retained_.empty()) {
                completions.back().status =
                    fail(ErrorCode::io_failure, "storing: earlier records are not stored yet");
            }
        } else if (error && error->is_passing()) {
            retained_.push_back(std::move(work));
            ++kept;
        } else {
            dropped += error ? 1 : 0;
            completions.push_back(Completion{{}, {}, std::move(work.group), true});
        }
    }
    // Outcomes alone never wake anybody.
    if (std::all_of(completions.begin(), completions.end(), [](const Completion& completion) {
            return completion.was_lazy;
        })) {
        completions.clear();
    }
    queued_ -= works.size() + ahead.size() - kept;
    if (dropped > 0) {
        const std::lock_guard lock(mutex_);
        statistics_.dropped += dropped;
    }
    deliver(std::move(completions));
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
