#include "storage/ledger.hpp"

#include <algorithm>
#include <limits>
#include <queue>
#include <utility>

#include "storage/ledger_row.hpp"
#include "storage/ledger_slice.hpp"
#include "storage/meta.hpp"

namespace aifp::storage {

namespace {

constexpr std::size_t kMaxPage = 1'000;

std::string select_history() {
    return "SELECT " + std::string(kDecisionColumns) +
           ", l.end_state, l.ended_at_ms, l.end_error, e.run_state, e.ended_at_ms, e.duration_ms, "
           "e.error_message FROM ledger l LEFT JOIN directive_executions e ON e.id = l.id "
           "WHERE l.id = ?1";
}

std::optional<RunEnd> read_end(const Statement& row) {
    constexpr int kLedger = kDecisionColumnCount;
    constexpr int kExecution = kLedger + 3;
    const bool is_execution = !row.is_null(kExecution);
    const int first = is_execution ? kExecution : kLedger;
    if (row.is_null(first)) {
        return std::nullopt;
    }
    RunEnd end;
    end.state = model::run_state_from(row.view(first)).value_or(model::RunState::failed);
    end.ended_at = row.time(first + 1);
    if (is_execution && !row.is_null(kExecution + 2)) {
        end.duration = Milliseconds(row.integer(kExecution + 2));
    }
    end.error = row.text(is_execution ? kExecution + 3 : kLedger + 2);
    return end;
}

std::optional<HistoryEntry> read_entry(Statement& row, LedgerId id) {
    row.bind(id);
    if (!row.step()) {
        return std::nullopt;
    }
    HistoryEntry entry;
    entry.decision = read_decision(row);
    entry.end = read_end(row);
    return entry;
}

void append_ids(Statement& row, std::vector<LedgerId>& ids) {
    while (row.step()) {
        ids.push_back(LedgerId{row.integer(0)});
    }
}

// By rising id above `floor`: the primary key of the ledger itself.
void append_scanned(Database& database,
                    const HistoryQuery& query,
                    std::int64_t floor,
                    std::vector<LedgerId>& ids) {
    std::string sql = "SELECT id FROM ledger WHERE id > ?1 AND id < ?2";
    sql += query.directive ? " AND directive_id = ?3" : " AND ?3 IS NULL";
    sql += query.runs_only ? " AND decision <> 'skipped'" : "";
    Statement row(database, sql + " ORDER BY id DESC LIMIT ?4");
    row.bind(floor,
             query.before.value_or(LedgerId{std::numeric_limits<std::int64_t>::max()}),
             query.directive,
             query.limit - ids.size());
    append_ids(row, ids);
}

// Gives ids that came in heaps as one falling list, each once and only if it is still in the
// ledger: rows that retention removed may stand in the index.
class FallingIds {
public:
    FallingIds(Database& database, const HistoryQuery& query, std::vector<LedgerId>& ids)
        // What was to run and was skipped later stands among the runs of the index.
        : find_(database,
                query.runs_only ? "SELECT 1 FROM ledger WHERE id = ? AND decision <> 'skipped'"
                                : "SELECT 1 FROM ledger WHERE id = ?"),
          limit_(query.limit),
          ids_(ids) {}

    void add(std::int64_t id) { heap_.push(id); }
    [[nodiscard]] bool is_full() const { return ids_.size() >= limit_; }
    void give_above(std::int64_t floor) {
        while (!heap_.empty() && heap_.top() > floor && !is_full()) {
            const std::int64_t id = heap_.top();
            heap_.pop();
            find_.bind(id);
            if (id != std::exchange(last_, id) && find_.step()) {
                ids_.push_back(LedgerId{id});
            }
        }
    }

private:
    Statement find_;
    const std::size_t limit_;
    std::vector<LedgerId>& ids_;
    std::priority_queue<std::int64_t> heap_;
    std::int64_t last_ = std::numeric_limits<std::int64_t>::max();
};

// Up to the watermark: the directive index. Its rows come by falling highest id, so what is above
// the next row's is complete.
void append_indexed(Database& database,
                    const HistoryQuery& query,
                    std::int64_t watermark,
                    std::vector<LedgerId>& ids) {
    const std::int64_t before =
        std::min(query.before.value_or(LedgerId{watermark + 1}).value, watermark + 1);
    const std::string of_kind =
        "SELECT id, earlier FROM ledger_index WHERE directive_id = ?1 AND id < ?2 AND runs = ";
    const std::string both =
        query.runs_only ? of_kind + "1" : of_kind + "0 UNION ALL " + of_kind + "1";
    Statement row(database, both + " ORDER BY id DESC");
    row.bind(query.directive, std::min(before + kMaxSliceSpan, watermark + 1));
    FallingIds falling(database, query, ids);
    while (!falling.is_full() && row.step()) {
        falling.give_above(row.integer(0));
        for (const std::int64_t id : unpack_slice(row.integer(0), row.bytes(1))) {
            if (id < before) {
                falling.add(id);
            }
        }
    }
    falling.give_above(std::numeric_limits<std::int64_t>::min());
}

}  // namespace

std::vector<LedgerId> find_history_ids(Database& database, const HistoryQuery& query) {
    HistoryQuery bounded = query;
    bounded.limit = std::min(query.limit, kMaxPage);
    std::vector<LedgerId> ids;
    if (!bounded.directive) {
        append_scanned(database, bounded, std::numeric_limits<std::int64_t>::min(), ids);
        return ids;
    }
    const std::int64_t watermark = ledger_watermark(database);
    append_scanned(database, bounded, watermark, ids);
    if (ids.size() < bounded.limit) {
        append_indexed(database, bounded, watermark, ids);
    }
    return ids;
}

std::vector<HistoryEntry> load_history(Database& database, const HistoryQuery& query) {
    Statement row(database, select_history());
    std::vector<HistoryEntry> entries;
    for (const LedgerId id : find_history_ids(database, query)) {
        if (auto entry = read_entry(row, id)) {
            entries.push_back(std::move(*entry));
        }
    }
    return entries;
}

std::optional<HistoryEntry> find_decision(Database& database, LedgerId id) {
    Statement row(database, select_history());
    return read_entry(row, id);
}

LedgerId first_free_ledger_id(Database& database) {
    const std::int64_t ledger = database.integer("SELECT max(id) FROM ledger");
    const std::int64_t executions = database.integer("SELECT max(id) FROM directive_executions");
    return LedgerId{std::max({ledger, executions, ledger_watermark(database)}) + 1};
}

}  // namespace aifp::storage
