#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/run.hpp"
#include "storage/database.hpp"

namespace aifp::storage {

/// Sums executions and writes them as one UPSERT per touched directive and hour: once a second when
/// there is much to do, in the same transaction when there is little. What is not written yet is in
/// memory and, durable, in the rows above `meta.counted_until`, from where a new process takes it
/// back. An execution that ends later than one with a higher id may stand below that mark: then it
/// is counted at once. So each is counted exactly once, whenever the process dies.
/// When a new hour begins, the hours before it are folded into `execution_totals`, so that sums
/// since ever stay cheap, and marked (execution_marks.hpp). Storage thread only; owned by
/// GroupWriter.
class Counters {
public:
    /// Throws DatabaseError, as all members do that are not noexcept.
    explicit Counters(Database& database);

    void add(const model::OutcomeRecord& outcome, model::ExecutionStatus status);
    /// Call one of both once, at the end of the transaction. finish: writes what may not wait.
    void finish(WallTime now);
    /// Writes all there is.
    void settle(WallTime now);
    void committed();
    void rolled_back() noexcept;

    /// Something waits to be written, the present transaction's included.
    [[nodiscard]] bool is_behind() const noexcept { return !pending_.empty() || !staged_.empty(); }
    /// Rows of executions up to this id are not needed any more: retention may take them.
    [[nodiscard]] std::int64_t settled_until() const noexcept;

    /// Hour rows are kept this long, for trends.
    static constexpr std::int64_t kHoursKept = 400 * 24;
    static constexpr Milliseconds kMaxDelay{1'000};
    /// So many executions at most are not written: a new process has to read them.
    static constexpr std::size_t kMaxPending = 16'384;

private:
    struct Sums {
        std::int64_t runs = 0;
        std::int64_t successes = 0;
        std::int64_t failures = 0;
        std::int64_t timeouts = 0;
        std::int64_t duration_ms = 0;
        std::int64_t last_ms = 0;
        model::ExecutionStatus last_status = model::ExecutionStatus::success;
        std::string last_error;
        void add(const Sums& other);
    };
    using Key = std::pair<std::int64_t, std::int64_t>;  ///< Hour, directive: the table's order.
    using SumsByKey = std::map<Key, Sums>;
    struct Execution {
        std::int64_t id;
        Key key;
        Sums sums;  ///< Of this one alone.
    };

    void take_back(Database& database);
    void write(const SumsByKey& sums);
    void add_to_folded(const Key& key, const Sums& sums);
    void fold_until(std::int64_t hour);
    static void upsert(Statement& statement, const Key& key, const Sums& sums);

    Database& database_;
    Statement upsert_hour_;
    Statement upsert_total_;
    Statement set_counted_until_;
    SumsByKey pending_;              ///< Committed, not written.
    std::size_t pending_count_ = 0;  ///< Executions in pending_.
    std::int64_t pending_until_ = 0;
    std::vector<Execution> staged_;  ///< Of the present transaction.
    bool has_settled_ = false;       ///< The present transaction has written everything.
    std::int64_t counted_until_ = 0;
    std::int64_t counted_staged_ = 0;
    WallTime settled_at_;
    WallTime settling_at_;
    std::int64_t folded_until_ = 0;
    std::int64_t fold_staged_ = 0;
};

}  // namespace aifp::storage
