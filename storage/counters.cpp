#include "storage/counters.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "storage/execution_marks.hpp"
#include "storage/meta.hpp"
#include "storage/names.hpp"

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

void Counters::Sums::add(const Sums& other) {
    runs += other.runs;
    successes += other.successes;
    failures += other.failures;
    timeouts += other.timeouts;
    duration_ms += other.duration_ms;
    if (other.last_ms >= last_ms) {
        last_ms = other.last_ms;
        last_status = other.last_status;
        last_error = other.last_error;
    }
}

Counters::Counters(Database& database)
    : database_(database),
      upsert_hour_(database, hour_sql()),
      upsert_total_(database, total_sql()),
      set_counted_until_(database, "UPDATE meta SET value = ? WHERE key = 'counted_until'"),
      counted_until_(counted_until(database)),
      folded_until_(totals_until_hour(database)),
      fold_staged_(folded_until_) {
    take_back(database);
}

void Counters::take_back(Database& database) {
    Statement row(database,
                  "SELECT id, directive_id, status, ended_at_ms, duration_ms, error_message "
                  "FROM directive_executions WHERE id > ?");
    row.bind(counted_until_);
    while (row.step()) {
        model::OutcomeRecord outcome;
        outcome.id = LedgerId{row.integer(0)};
        outcome.directive = DirectiveId{row.integer(1)};
        outcome.ended_at = row.time(3);
        outcome.duration = Milliseconds(row.integer(4));
        outcome.error = row.text(5);
        add(outcome, execution_status_from(row.view(2)));
    }
    committed();
}

void Counters::add(const model::OutcomeRecord& outcome, model::ExecutionStatus status) {
    Sums one;
    one.runs = 1;
    one.successes = status == model::ExecutionStatus::success ? 1 : 0;
    one.failures = status == model::ExecutionStatus::failure ? 1 : 0;
    one.timeouts = status == model::ExecutionStatus::timeout ? 1 : 0;
    one.duration_ms = outcome.duration.count();
    one.last_ms = to_unix_ms(outcome.ended_at);
    one.last_status = status;
    one.last_error = outcome.error;
    const Key key{one.last_ms / kMsPerHour, outcome.directive.value};
    staged_.push_back(Execution{outcome.id.value, key, std::move(one)});
}

void Counters::finish(WallTime now) {
    const bool is_due = now < settled_at_ || now - settled_at_ >= kMaxDelay ||
                        pending_count_ + staged_.size() >= kMaxPending;
    if (is_due) {
        settle(now);
        return;
    }
    SumsByKey below;
    for (const Execution& execution : staged_) {
        if (execution.id <= counted_until_) {
            below[execution.key].add(execution.sums);
        }
    }
    write(below);
}

void Counters::settle(WallTime now) {
    if (!is_behind()) {
        return;
    }
    SumsByKey all = pending_;
    counted_staged_ = std::max(counted_until_, pending_until_);
    for (const Execution& execution : staged_) {
        all[execution.key].add(execution.sums);
        counted_staged_ = std::max(counted_staged_, execution.id);
    }
    write(all);
    set_counted_until_.run(counted_staged_);
    settling_at_ = now;
    has_settled_ = true;
}

void Counters::committed() {
    folded_until_ = fold_staged_;
    if (std::exchange(has_settled_, false)) {
        pending_.clear();
        pending_count_ = 0;
        counted_until_ = counted_staged_;
        settled_at_ = settling_at_;
        staged_.clear();
        return;
    }
    for (const Execution& execution : staged_) {
        if (execution.id > counted_until_) {
            pending_[execution.key].add(execution.sums);
            pending_until_ = std::max(pending_until_, execution.id);
            ++pending_count_;
        }
    }
    staged_.clear();
}

void Counters::rolled_back() noexcept {
    staged_.clear();
    has_settled_ = false;
    fold_staged_ = folded_until_;
}

std::int64_t Counters::settled_until() const noexcept {
    const bool is_all_written = has_settled_ || !is_behind();
    return is_all_written ? std::numeric_limits<std::int64_t>::max() : counted_until_;
}

void Counters::write(const SumsByKey& sums) {
    for (const auto& [key, of_key] : sums) {  // by rising hour
        if (key.first > fold_staged_) {
            fold_until(key.first);
        }
        upsert(upsert_hour_, key, of_key);
        if (key.first < fold_staged_) {
            add_to_folded(key, of_key);
        }
    }
}

// Its hour has been folded already: a late end, or the clock was set back.
void Counters::add_to_folded(const Key& key, const Sums& sums) {
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
