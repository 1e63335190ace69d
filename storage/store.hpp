#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "base/result.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

class Database;

/// How safe a commit is before it is acknowledged.
enum class Durability {
    full,    ///< fsync before acknowledging. The default.
    normal,  ///< The operating system may lose the last commits when the power fails.
};

/// Groups of one commit.
inline constexpr std::array<std::int64_t, 8> kBatchSizes{1, 4, 16, 64, 256, 1'024, 2'048, 4'096};

/// What the storage thread did so far.
struct StoreStatistics {
    std::uint64_t commits = 0;
    std::uint64_t groups = 0;    ///< Groups committed.
    std::uint64_t failures = 0;  ///< Transactions that were rolled back.
    std::uint64_t dropped = 0;   ///< Lazy groups that can never be stored (a defect of the caller).
    std::size_t queued = 0;      ///< Groups that are not stored yet.
    std::size_t last_batch = 0;  ///< Groups in the last commit.
    Milliseconds last_commit{0};
    Histogram<kShortTimes_us> commit_times;  ///< Of each transaction of groups, fsync included.
    Histogram<kBatchSizes> batches;
    std::string last_error;  ///< Text of the last failure; empty again after a commit.
};

/// The one writer of a project's database, and the way to read it. All members are called from the
/// loop thread; completions are posted back to the loop's executor, in the order of submission
/// (those of `read` among themselves). While one is due the loop's run() does not return for want
/// of work. Owned by the wiring. Destroying it commits what is queued (a failing disk gets one more
/// try) and joins the threads; completions that have not been called by then never are: flush
/// first.
class Store {
public:
    using Done = std::function<void(Status)>;
    using Job = std::function<void(Database&)>;

    virtual ~Store() = default;

    /// Queues a group; `done` is called after its commit (fsynced with Durability::full), or with
    /// io_failure; or, when it never can be stored (a rule of the schema), alone with internal. All
    /// queued is one transaction once the storage thread is free (reference/ledger_write_path.md).
    /// Returns busy, and keeps nothing, when the bounded queue is full.
    [[nodiscard]] virtual Status submit(WriteGroup group, Done done) = 0;

    /// Queues a group that nobody waits for (outcomes): it rides with the next commit, or goes
    /// after 20 ms of quiet. Never refused: what it records has happened. A failing disk keeps it
    /// queued and tries again, with a pause that grows from 50 ms to 5 s. Only a group that breaks
    /// a rule of the schema (an outcome stored twice) is dropped, and counted.
    virtual void submit_lazily(WriteGroup group) = 0;

    /// Runs a job in a transaction of its own on the storage thread, after everything queued before
    /// it; `done` follows on the loop. The job reports through what it captures; an exception rolls
    /// back and becomes io_failure.
    virtual void write(Job job, Done done) = 0;

    /// Runs a job on a read-only connection on a thread of its own: it never holds up the writer.
    /// It sees counters that hold every execution committed when it was asked for; while there is
    /// much to do that costs a commit. With a failing disk they may lag behind.
    virtual void read(Job job, Done done) = 0;

    /// The id for the next decision. Rising; starts above every id in the file.
    [[nodiscard]] virtual LedgerId next_ledger_id() = 0;

    [[nodiscard]] virtual StoreStatistics statistics() const = 0;

    /// Calls `done` once everything submitted so far, lazily or not, is stored; with io_failure if
    /// some of it could not be stored yet (it stays queued), or not within `flush_limit`.
    virtual void flush(Done done) = 0;
};

struct StoreOptions {
    /// ":memory:" is for tests (`read` then runs on the storage thread).
    std::filesystem::path file;
    Durability durability = Durability::full;
    std::size_t max_queued_groups = 65'536;  ///< submit answers busy beyond it.
    Retention retention;
    Milliseconds sweep_pause{3'600'000};  ///< How often an idle store looks for rows to delete.
    Milliseconds flush_limit{10'000};     ///< How long flush waits for a disk that does not answer.
};

/// Opens (creating and migrating as needed), checks integrity quickly unless the file was closed
/// cleanly, and starts the threads. Blocks. A file that is corrupt or not ours is set aside under a
/// new name, never overwritten, and said in `notices`. Errors: conflict when a newer version of the
/// program wrote the file; busy when another program holds it locked; io_failure.
struct OpenedStore {
    std::unique_ptr<Store> store;
    std::vector<std::string> notices;
    std::optional<std::filesystem::path> neighbour;  ///< AIFP's own database, set aside: to import.
    bool is_unchecked = false;  ///< find_damage (integrity.hpp) is to be asked soon, by a read.
};
[[nodiscard]] Result<OpenedStore> open_store(const StoreOptions& options,
                                             boost::asio::any_io_executor loop,
                                             const Clock& clock);

}  // namespace aifp::storage
