#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/run.hpp"
#include "storage/database.hpp"

namespace aifp::storage {

/// Sums the executions of one transaction and writes them as one UPSERT per touched directive and
/// hour. When a new hour begins, the hours before it are folded into `execution_totals`, so that
/// sums since ever stay cheap, and marked (execution_marks.hpp). Storage thread only; owned by
/// GroupWriter.
class Counters {
public:
    /// Throws DatabaseError, as all members do.
    explicit Counters(Database& database);

    void add(const model::OutcomeRecord& outcome, model::ExecutionStatus status);
    /// Writes what was added; call once at the end of the transaction.
    void write();
    void committed() noexcept { folded_until_ = fold_staged_; }
    void rolled_back() noexcept;

    /// Hour rows are kept this long, for trends.
    static constexpr std::int64_t kHoursKept = 400 * 24;

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
    };
    using Key = std::pair<std::int64_t, std::int64_t>;  ///< Hour, directive: the table's order.

    void fold_until(std::int64_t hour);
    static void upsert(Statement& statement, const Key& key, const Sums& sums);

    Database& database_;
    Statement upsert_hour_;
    Statement upsert_total_;
    std::map<Key, Sums> sums_;
    std::int64_t folded_until_ = 0;
    std::int64_t fold_staged_ = 0;
};

}  // namespace aifp::storage
