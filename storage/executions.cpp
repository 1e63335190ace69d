#include "storage/executions.hpp"

#include <algorithm>
#include <limits>

#include "storage/ledger.hpp"
#include "storage/meta.hpp"
#include "storage/names.hpp"

namespace aifp::storage {

namespace {

constexpr std::size_t kMaxPage = 1'000;
constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::string_view kColumns =
    "id, directive_id, status, executed_at, duration_ms, error_message, run_state, ended_at_ms";

ExecutionRow read_row(const Statement& row) {
    ExecutionRow execution;
    execution.id = LedgerId{row.integer(0)};
    execution.directive = DirectiveId{row.integer(1)};
    execution.status = execution_status_from(row.view(2));
    execution.executed_at = row.text(3);
    if (!row.is_null(4)) {
        execution.duration = Milliseconds(row.integer(4));
    }
    execution.error_message = row.text(5);
    execution.run_state = model::run_state_from(row.view(6)).value_or(model::RunState::failed);
    execution.ended_at = row.time(7);
    return execution;
}

std::string newest_sql(std::string_view condition) {
    std::string sql = "SELECT " + std::string(kColumns) +
                      " FROM directive_executions WHERE id < ?1 AND (?2 IS NULL OR ended_at_ms >= "
                      "?2)";
    return sql.append(condition).append(" ORDER BY id DESC LIMIT ?3");
}

// The index of what did not succeed has one order per status.
std::string newest_failed_sql() {
    std::string sql = "SELECT * FROM (";
    sql += newest_sql(" AND status <> 'success' AND status = 'failure'");
    sql += ") UNION ALL SELECT * FROM (";
    sql += newest_sql(" AND status <> 'success' AND status = 'timeout'");
    return sql + ") ORDER BY id DESC LIMIT ?3";
}

// Newest first by primary key, or by one of the indexes of what did not succeed.
std::vector<ExecutionRow> load_by_id(Database& database, const ExecutionQuery& query) {
    const LedgerId before =
        query.before.value_or(LedgerId{std::numeric_limits<std::int64_t>::max()});
    Statement row;
    if (query.directive) {
        row = Statement(database, newest_sql(" AND status <> 'success' AND directive_id = ?4"));
        row.bind(before, query.since, query.limit, query.directive);
    } else {
        row = Statement(database, query.failed_only ? newest_failed_sql() : newest_sql(""));
        row.bind(before, query.since, query.limit);
    }
    std::vector<ExecutionRow> rows;
    while (row.step()) {
        rows.push_back(read_row(row));
    }
    return rows;
}

// The directive's run ids come from the ledger's index, a page at a time: some have no execution.
std::vector<ExecutionRow> load_of_directive(Database& database, const ExecutionQuery& query) {
    Statement row(database,
                  "SELECT " + std::string(kColumns) +
                      " FROM directive_executions WHERE id = ?1 AND (?2 IS NULL OR ended_at_ms >= "
                      "?2)");
    HistoryQuery page;
    page.directive = query.directive;
    page.before = query.before;
    page.limit = kMaxPage;
    page.runs_only = true;
    std::vector<ExecutionRow> rows;
    while (true) {
        const std::vector<LedgerId> ids = find_history_ids(database, page);
        for (const LedgerId id : ids) {
            row.bind(id, query.since);
            while (row.step()) {
                rows.push_back(read_row(row));
            }
            if (rows.size() == query.limit) {
                return rows;
            }
        }
        if (ids.size() < page.limit) {
            return rows;
        }
        page.before = ids.back();
    }
}

// Columns from `first`: runs, successes, failures, timeouts, duration_sum_ms, last_execution_ms,
// last_status, last_error.
ExecutionCounts read_counts(const Statement& row, int first) {
    ExecutionCounts counts;
    counts.runs = row.integer(first);
    counts.successes = row.integer(first + 1);
    counts.failures = row.integer(first + 2);
    counts.timeouts = row.integer(first + 3);
    counts.duration_sum = Milliseconds(row.integer(first + 4));
    counts.last_execution = row.time(first + 5);
    counts.last_status = execution_status_from(row.view(first + 6));
    counts.last_error = row.text(first + 7);
    return counts;
}

// ?1 is the hour that the totals reach to. The bare columns take the values of the row that max()
// found (SQLite, "lang_select").
std::string counts_sql(std::string_view filter) {
    const std::string columns =
        "SELECT directive_id, runs, successes, failures, timeouts, duration_sum_ms, "
        "last_execution_ms, last_status, last_error FROM ";
    std::string sql =
        "SELECT directive_id, sum(runs), sum(successes), sum(failures), sum(timeouts), "
        "sum(duration_sum_ms), max(last_execution_ms), last_status, last_error FROM (";
    sql += columns + "execution_totals WHERE true";
    sql.append(filter).append(" UNION ALL ");
    sql += columns + "execution_counters WHERE hour >= ?1";
    sql.append(filter).append(") GROUP BY directive_id ORDER BY directive_id");
    return sql;
}

}  // namespace

std::vector<ExecutionRow> load_executions(Database& database, const ExecutionQuery& query) {
    ExecutionQuery bounded = query;
    bounded.limit = std::min(query.limit, kMaxPage);
    if (bounded.limit == 0) {
        return {};
    }
    const bool by_directive = bounded.directive && !bounded.failed_only;
    return by_directive ? load_of_directive(database, bounded) : load_by_id(database, bounded);
}

std::vector<DirectiveCounts> load_counts(Database& database) {
    Statement row(database, counts_sql(""));
    row.bind(totals_until_hour(database));
    std::vector<DirectiveCounts> all;
    while (row.step()) {
        DirectiveCounts one;
        one.directive = DirectiveId{row.integer(0)};
        one.counts = read_counts(row, 1);
        all.push_back(std::move(one));
    }
    return all;
}

ExecutionCounts find_counts(Database& database, DirectiveId directive) {
    Statement row(database, counts_sql(" AND directive_id = ?2"));
    row.bind(totals_until_hour(database), directive);
    return row.step() ? read_counts(row, 1) : ExecutionCounts();
}

std::vector<HourCounts> load_hours(Database& database, WallTime since) {
    Statement row(database,
                  "SELECT hour, directive_id, runs, successes, failures, timeouts, "
                  "duration_sum_ms, last_execution_ms, last_status, last_error "
                  "FROM execution_counters WHERE hour >= ?1 ORDER BY hour, directive_id");
    row.bind(to_unix_ms(since) / kMsPerHour);
    std::vector<HourCounts> hours;
    while (row.step()) {
        HourCounts one;
        one.hour = row.integer(0);
        one.directive = DirectiveId{row.integer(1)};
        one.counts = read_counts(row, 2);
        hours.push_back(std::move(one));
    }
    return hours;
}

}  // namespace aifp::storage
