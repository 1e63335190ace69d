#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/group_writer.hpp"
#include "storage/store.hpp"
#include "storage/work_queue.hpp"

namespace aifp::storage {

/// A Done that is due, and what it is to be told.
struct Completion {
    Store::Done done;
    Status status;
    /// Its memory goes back to the thread that it came from: that is cheaper for both.
    WriteGroup group = {};
    bool was_lazy = false;  ///< Nobody waits: there is only the group.
};
/// Hands completions to the loop; called on a storage thread, once per transaction.
using Deliver = std::function<void(std::vector<Completion>)>;
/// Hands a read job on; called on the storage thread.
using PassToReader = std::function<void(Store::Job, Store::Done)>;

/// The storage thread: commits everything queued as one transaction, keeps what must not be lost
/// when the disk fails, checkpoints when the answers are out, and deletes what has expired, also
/// while nothing comes. Owned by the Store.
class WriterThread {
public:
    /// Prepares on the calling thread (throws DatabaseError), then starts the thread.
    WriterThread(std::unique_ptr<Database> database,
                 const StoreOptions& options,
                 const Clock& clock,
                 Deliver deliver,
                 PassToReader pass_to_reader);
    /// Does what is queued, gives failing groups one more try, and joins.
    ~WriterThread();

    /// Thread-safe. Leaves `works` empty.
    void push(std::vector<Work>& works);
    /// Thread-safe. `queued` counts what was pushed and is not done with.
    [[nodiscard]] StoreStatistics statistics() const;
    [[nodiscard]] std::size_t queued() const noexcept { return queued_.load(); }
    /// Thread-safe. A read that is to see exact counters has to go through push().
    [[nodiscard]] bool must_pass_reads() const noexcept {
        return has_unwritten_counts_.load() || reads_under_way_.load() > 0;
    }

private:
    enum class Rest { none, lingering, resting, asleep };

    /// How a transaction ended: the error if it was rolled back.
    using Outcome = std::optional<DatabaseError>;

    void run();
    void process(std::vector<Work> works);
    /// Writes lazy groups without committing them: the next transaction is shorter by them.
    void write_ahead(std::vector<Work> works);
    Outcome process_job(Work& work, const Outcome& trouble);
    Outcome run_job(const Store::Job& job);
    Outcome commit_groups(std::span<Work> works, bool settles);
    Outcome try_commit(std::span<const Work> works, bool settles);
    Outcome settle();
    void close();
    enum class Then { commit, stay_open };
    /// Runs `statements` in a transaction, the one that is open if there is one, and tells the
    /// writer how it ended.
    Outcome transact(const std::function<void()>& statements, Then then = Then::commit);
    /// `ahead` was stored with them.
    void finish_groups(std::span<Work> works, const Outcome& error, std::span<Work> ahead = {});
    void deliver(std::vector<Completion> completions);
    void note_commit(std::size_t groups, MonoTime::duration took);
    void note_failure(const std::string& text);
    [[nodiscard]] std::optional<Milliseconds> next_patience(bool had_work);
    [[nodiscard]] Milliseconds next_retry_pause();
    void checkpoint_if(int pages);
    void rest();
    /// Deletes a part of what has expired if it is time; when to look again.
    [[nodiscard]] Milliseconds sweep_when_due();

    const Clock& clock_;
    const Deliver deliver_;
    const PassToReader pass_to_reader_;
    const Milliseconds sweep_pause_;
    std::unique_ptr<Database> database_;  ///< Storage thread only, as all down to rest_.
    GroupWriter writer_;
    bool is_marked_closed_;       ///< The file says so: the first transaction takes it back.
    std::vector<Work> retained_;  ///< Lazy groups that could not be stored yet.
    std::optional<Transaction> transaction_;
    std::vector<Work> ahead_;  ///< Lazy groups that are written in it, and not committed.
    MonoTime ahead_until_;     ///< They wait no longer for others.
    Milliseconds retry_pause_;
    MonoTime next_sweep_;
    int checkpointed_pages_ = 0;     ///< Length of the log at the last checkpoint.
    std::size_t largest_batch_ = 0;  ///< Since the last rest.
    Rest rest_ = Rest::asleep;

    WorkQueue queue_;  ///< Has its own lock.
    std::atomic<std::size_t> queued_ = 0;
    std::atomic<std::size_t> reads_under_way_ = 0;    ///< Pushed, not handed on yet.
    std::atomic<bool> has_unwritten_counts_ = false;  ///< In rows that are, or may be, committed.
    mutable std::mutex mutex_;
    StoreStatistics statistics_;  ///< Guarded by mutex_.
    std::thread thread_;
};

}  // namespace aifp::storage
