#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "base/clock.hpp"
#include "storage/counters.hpp"
#include "storage/database.hpp"
#include "storage/group_rows.hpp"
#include "storage/ledger_index.hpp"
#include "storage/retention_sweep.hpp"
#include "storage/traces.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

/// Turns WriteGroups into rows with statements that are prepared once. Storage thread only. Use:
/// begin a Transaction; write() each group; finish() or settle(); commit; then committed(), or
/// rolled_back() whatever failed. write, finish and settle throw DatabaseError.
class GroupWriter {
public:
    /// `clock` as in RetentionSweep.
    GroupWriter(Database& database, const Retention& retention, const Clock* clock = nullptr);

    /// `group` must live until the transaction has ended.
    void write(const WriteGroup& group);
    void write(WriteGroup&&) = delete;
    /// The decisions and executions that were only collected so far: finish() does it, too.
    void write_rows();
    /// States, the next part of the index, retention; counters if it is time.
    void finish(WallTime now);
    /// The same, and leaves nothing for later: afterwards the counters are exact. Needs no group.
    void settle(WallTime now);
    /// Retention alone, in a transaction without groups. Whether there is more to do.
    bool sweep_idle(WallTime now);
    void committed();
    void rolled_back() noexcept;

    /// Counters of the present or of past transactions are not written yet.
    [[nodiscard]] bool has_unwritten_counts() const noexcept { return counters_.is_behind(); }
    /// settle() would find something to do.
    [[nodiscard]] bool is_behind() const noexcept {
        return counters_.is_behind() || index_.is_behind();
    }

private:
    void add_decision(const model::DecisionRecord& record);
    void add_outcome(const model::OutcomeRecord& outcome);
    void write_streak(const FailureStreak& streak);
    void write_waits(const WriteGroup& group);
    void write_states();
    void sweep(WallTime now);
    /// Index and counters still need the rows above it.
    [[nodiscard]] std::int64_t needed_above() const;

    DecisionRows decisions_;
    ExecutionRows executions_;
    Statement insert_decisions_;
    Statement start_run_;
    Statement skip_late_;
    Statement release_;
    Statement insert_executions_;
    Statement end_run_;
    Statement upsert_cursor_;
    Statement upsert_state_;
    Statement remove_state_;
    Statement insert_replay_;
    Statement upsert_wait_;
    Statement remove_wait_;
    Statement upsert_streak_;
    Statement remove_streak_;
    TraceWriter traces_;
    Counters counters_;
    LedgerIndex index_;
    RetentionSweep retention_;
    RetentionSweep::Arrived arrived_;
    /// The last value of each name in the present transaction.
    std::map<std::string_view, const StateWrite*> states_;
};

}  // namespace aifp::storage
