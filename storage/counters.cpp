#include "storage/counters.hpp"

#include <string>

#include "storage/execution_marks.hpp"
#include "storage/meta.hpp"

namespace aifp::storage {

namespace {

constexpr std::int64_t kMsPerHour = 3'600'000;

// What both tables do when the row is there already. Of two ends the later one is the last.
constexpr std::string_view kAddUp =
    "DO UPDATE SET runs = runs + excluded.runs, successes = successes + excluded.successes, "
    "failures = failures + excluded.failures, timeouts = timeouts + excluded.timeouts, "
    "duration_sum_ms = duration_sum_ms + excluded.duration_sum_ms, "
    "last_status = iif(excluded.last_execution_ms >= last_execution_ms, excluded.last_status, "
    "last_status), last_error = iif(excluded.last_execution_ms >= last_execution_ms, "
    "excluded.last_error, last_error), "
    "last_execution_ms = max(last_execution_ms, excluded.last_execution_ms)";

constexpr std::string_view kColumns =
    "directive_id, runs, successes, failures, timeouts, duration_sum_ms, last_execution_ms, "
    "last_status, last_error";

std::string upsert_sql(std::string_view head, std::string_view conflict) {
    std::string sql(head);
    return sql.append(" ON CONFLICT (").append(conflict).append(") ").append(kAddUp);
}

std::string hour_sql() {
    return upsert_sql("INSERT INTO execution_counters (hour, " + std::string(kColumns) +
                          ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                      "hour, directive_id");
}

// ?1, the hour, is bound but not stored, so that both statements take the same parameters.
std::string total_sql() {
    return upsert_sql("INSERT INTO execution_totals (" + std::string(kColumns) +
                          ") SELECT ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE ?1 IS NOT NULL",
                      "directive_id");
}

}  // namespace

Counters::Counters(Database& database)
    : database_(database),
      upsert_hour_(database, hour_sql()),
      upsert_total_(database, total_sql()),
      folded_until_(totals_until_hour(database)),
      fold_staged_(folded_until_) {}

void Counters::add(const model::OutcomeRecord& outcome, model::ExecutionStatus status) {
    const std::int64_t ended_ms = to_unix_ms(outcome.ended_at);
    Sums& sums = sums_[Key{ended_ms / kMsPerHour, outcome.directive.value}];
    ++sums.runs;
    sums.successes += status == model::ExecutionStatus::success ? 1 : 0;
    sums.failures += status == model::ExecutionStatus::failure ? 1 : 0;
    sums.timeouts += status == model::ExecutionStatus::timeout ? 1 : 0;
    sums.duration_ms += outcome.duration.count();
    if (ended_ms >= sums.last_ms) {
        sums.last_ms = ended_ms;
        sums.last_status = status;
        sums.last_error = outcome.error;
    }
}

void Counters::write() {
    for (const auto& [key, sums] : sums_) {  // by rising hour
        if (key.first > fold_staged_) {
            fold_until(key.first);
        }
        upsert(upsert_hour_, key, sums);
        if (key.first < fold_staged_) {
            // Its hour has been folded already: a late end, or the clock was set back.
            upsert(upsert_total_, key, sums);
            add_to_marks(database_,
                         {key.first,
                          DirectiveId{key.second},
                          {sums.runs,
                           sums.successes,
                           sums.failures,
                           sums.timeouts,
                           Milliseconds(sums.duration_ms)}});
        }
    }
    sums_.clear();
}

void Counters::rolled_back() noexcept {
    sums_.clear();
    fold_staged_ = folded_until_;
}

void Counters::fold_until(std::int64_t hour) {
    Statement(database_,
              upsert_sql("INSERT INTO execution_totals SELECT directive_id, sum(runs), "
                         "sum(successes), sum(failures), sum(timeouts), sum(duration_sum_ms), "
                         "max(last_execution_ms), last_status, last_error FROM execution_counters "
                         "WHERE hour >= ?1 AND hour < ?2 GROUP BY directive_id",
                         "directive_id"))
        .run(fold_staged_, hour);
    write_marks(database_, fold_staged_, hour);
    Statement(database_, "DELETE FROM execution_counters WHERE hour < ?1").run(hour - kHoursKept);
    Statement(database_, "UPDATE meta SET value = ?1 WHERE key = 'totals_until_hour'").run(hour);
    fold_staged_ = hour;
}

void Counters::upsert(Statement& statement, const Key& key, const Sums& sums) {
    statement.run(key.first,
                  key.second,
                  sums.runs,
                  sums.successes,
                  sums.failures,
                  sums.timeouts,
                  sums.duration_ms,
                  sums.last_ms,
                  name_of(sums.last_status),
                  sums.last_error);
}

}  // namespace aifp::storage
