#pragma once

#include "base/clock.hpp"
#include "storage/counters.hpp"
#include "storage/database.hpp"
#include "storage/ledger_index.hpp"
#include "storage/retention_sweep.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

/// Turns WriteGroups into rows with statements that are prepared once. Storage thread only. Use:
/// begin a Transaction; write() each group; finish(); commit; then committed(), or rolled_back()
/// whatever failed. write and finish throw DatabaseError.
class GroupWriter {
public:
    GroupWriter(Database& database, const Retention& retention);

    void write(const WriteGroup& group);
    /// Counters, the next part of the index, retention.
    void finish(WallTime now);
    void committed();
    void rolled_back() noexcept;

private:
    void write_decision(const model::DecisionRecord& record);
    void write_outcome(const model::OutcomeRecord& outcome);

    Statement insert_decision_;
    Statement start_run_;
    Statement insert_execution_;
    Statement end_run_;
    Statement upsert_cursor_;
    Statement upsert_state_;
    Statement insert_replay_;
    Counters counters_;
    LedgerIndex index_;
    RetentionSweep retention_;
    RetentionSweep::Arrived arrived_;
};

}  // namespace aifp::storage
