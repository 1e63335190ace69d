#pragma once

#include <cstddef>
#include <cstdint>
#include <set>

#include "base/clock.hpp"
#include "base/expiry_clock.hpp"
#include "storage/database.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

/// Deletes the oldest ledger rows and their executions as new ones come: at most twice as many as
/// arrived and 256 per commit, never one big DELETE; and while nothing comes, as often as it is
/// asked. Runs without an end stay. Index entries of deleted rows are harmless to readers and go
/// later, a few directives per commit. Storage thread only; owned by GroupWriter.
class RetentionSweep {
public:
    /// Throws DatabaseError, as sweep does. What a leap of `clock` makes old stays (ExpiryClock);
    /// null: every time is believed.
    RetentionSweep(Database& database, const Retention& retention, const Clock* clock = nullptr);

    /// What the present transaction brought.
    struct Arrived {
        std::size_t decisions = 0;
        std::size_t replay_marks = 0;
    };
    /// Takes part in the transaction; nothing above `watermark` is deleted: index and counters may
    /// still need it.
    void sweep(Arrived arrived, std::int64_t watermark, WallTime now);
    /// The same without anything having come. Whether there is more to do.
    bool sweep_idle(std::int64_t watermark, WallTime now);
    /// Whether rows have expired that sweep_idle may not delete yet: they are above the watermark.
    [[nodiscard]] bool has_expired_above(std::int64_t watermark, WallTime now);
    void committed() noexcept { floor_ = floor_staged_; }
    void rolled_back() noexcept { floor_staged_ = floor_; }

    static constexpr std::size_t kMaxPerCommit = 256;

private:
    /// The last id above floor_ that has expired, looking at `limit` rows; floor_ if none has.
    std::int64_t find_last_expired(std::size_t limit, std::int64_t watermark, WallTime now);
    /// Deletes what has expired of the next `limit` rows. Whether anything had.
    bool delete_expired(std::size_t limit, std::int64_t watermark, WallTime now);
    void begin_trim();
    void trim_index();

    Retention retention_;
    ExpiryClock expiry_;
    Statement oldest_rows_;
    Statement newest_id_;
    Statement delete_ledger_;
    Statement delete_executions_;
    Statement delete_index_;
    Statement keep_open_;
    Statement delete_replay_;
    std::size_t owed_ = 0;    ///< Rows that arrived since the last look.
    std::int64_t floor_ = 0;  ///< Every id up to it has been dealt with.
    std::int64_t floor_staged_ = 0;
    std::size_t deleted_ = 0;         ///< Since the last index trim began.
    std::set<std::int64_t> touched_;  ///< Directives that have lost rows since then.
    std::set<std::int64_t> to_trim_;
};

}  // namespace aifp::storage
