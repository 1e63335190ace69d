#pragma once

#include <cstdint>
#include <optional>

#include "storage/database.hpp"
#include "storage/statement.hpp"
#include "storage/trace_row.hpp"

// Rows of `run_traces`. All throw DatabaseError.
namespace aifp::storage {

/// How many are kept of runs that ended well, of runs that did not, and of decisions not to run:
/// each kind has its own share, so that a flood of one never pushes out another. The oldest go
/// first.
inline constexpr std::int64_t kMaxTraceRows = 5'000;

/// Writes traces, and removes what is more than kMaxTraceRows of a kind: not with every row, so
/// there may be up to kTraceSlack more. Storage thread only.
class TraceWriter {
public:
    static constexpr int kTraceSlack = 64;

    explicit TraceWriter(Database& database);
    /// In place of one that is there.
    void put(const TraceRow& trace);

private:
    enum class Share { good, bad, not_run };
    [[nodiscard]] static Share share_of(const TraceRow& trace) noexcept;

    Statement put_;
    Statement trim_;
    int since_trim_[3] = {kTraceSlack, kTraceSlack, kTraceSlack};
};

[[nodiscard]] std::optional<TraceRow> find_trace(Database& database, LedgerId run);

}  // namespace aifp::storage
