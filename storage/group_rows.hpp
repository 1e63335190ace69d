#pragma once

#include <string>
#include <vector>

#include "model/run.hpp"
#include "storage/row_feed.hpp"

// The rows of one transaction that come in numbers. Storage thread only; what is added must live
// until clear().
namespace aifp::storage {

/// For `ledger`.
class DecisionRows final : public RowFeed {
public:
    explicit DecisionRows(Database& database);
    static constexpr std::string_view kColumns =
        "id, directive_id, trigger_index, cause, scheduled_for_ms, seen_at_ms, decision, reason, "
        "detail, payload, key, vars";

    void add(const model::DecisionRecord& record) { records_.push_back(&record); }
    void clear() noexcept { records_.clear(); }
    [[nodiscard]] std::size_t size() const noexcept override { return records_.size(); }
    void read(std::size_t row, int column, const Cell& cell) override;

private:
    std::vector<const model::DecisionRecord*> records_;
};

/// For `directive_executions`: ends that are a success, a failure or a timeout.
class ExecutionRows final : public RowFeed {
public:
    explicit ExecutionRows(Database& database);
    static constexpr std::string_view kColumns =
        "id, directive_id, status, executed_at, duration_ms, error_message, run_state, ended_at_ms";

    void add(const model::OutcomeRecord& outcome, model::ExecutionStatus status) {
        ends_.push_back({&outcome, status});
    }
    void clear() noexcept { ends_.clear(); }
    [[nodiscard]] std::size_t size() const noexcept override { return ends_.size(); }
    void read(std::size_t row, int column, const Cell& cell) override;

private:
    struct End {
        const model::OutcomeRecord* outcome;
        model::ExecutionStatus status;
    };
    std::string_view text_of_second(WallTime time);

    std::vector<End> ends_;
    std::int64_t second_ = -1;  ///< Whose text second_text_ is.
    std::string second_text_;
};

}  // namespace aifp::storage
