#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/integrity.hpp"
#include "storage/not_stored.hpp"
#include "storage/writer_thread.hpp"

// The part of WriterThread that writes groups: ahead, while nobody waits for them, and for good.
namespace aifp::storage {
namespace {

constexpr int kSqliteError = 1;  // SQLITE_ERROR: what is no DatabaseError counts as lasting

}  // namespace

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

}  // namespace aifp::storage
