#include "storage/group_writer.hpp"

#include <algorithm>
#include <utility>

namespace aifp::storage {

namespace {

// Texts that are mostly absent are stored as NULL: one byte less and quicker to read past.
std::optional<std::string_view> unless_empty(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// Whatever fails ends the whole transaction: SQLite need not remember how to undo the statement
// alone.
std::string insert_all(std::string_view table, std::string_view columns, const RowFeed& rows) {
    std::string sql = "INSERT OR ROLLBACK INTO ";
    sql.append(table).append(" (").append(columns).append(") SELECT * FROM ").append(rows.name());
    return sql;
}

}  // namespace

GroupWriter::GroupWriter(Database& database, const Retention& retention, const Clock* clock)
    : decisions_(database),
      executions_(database),
      insert_decisions_(database, insert_all("ledger", DecisionRows::kColumns, decisions_)),
      start_run_(database, "UPDATE ledger SET decision = 'started' WHERE id = ?"),
      skip_late_(database,
                 "UPDATE ledger SET decision = 'skipped', reason = ?2, detail = ?3 WHERE id = ?1"),
      release_(
          database,
          "UPDATE ledger SET decision = ?2, detail = ?3, payload = ?4, released_at_ms = ?5 WHERE "
          "id = ?1 AND decision = 'waiting'"),
      insert_executions_(database,
                         insert_all("directive_executions", ExecutionRows::kColumns, executions_)),
      end_run_(database,
               "UPDATE ledger SET end_state = ?2, ended_at_ms = ?3, end_error = ?4 WHERE id = ?1"),
      upsert_cursor_(database,
                     "INSERT INTO schedule_cursors (directive_id, trigger_index, decided_until_ms) "
                     "VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET decided_until_ms = ?3, "
                     "edited_ms = CASE WHEN ?3 < edited_ms THEN edited_ms END, "
                     "edited_from = CASE WHEN ?3 < edited_ms THEN edited_from END"),
      upsert_state_(database,
                    "INSERT OR REPLACE INTO state_values (name, value_json, updated_at_ms, "
                    "attributes_json, changed_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)"),
      remove_state_(database, "DELETE FROM state_values WHERE name = ?"),
      insert_replay_(database, "INSERT INTO webhook_replay (key, forget_at_ms) VALUES (?, ?)"),
      upsert_wait_(database,
                   "INSERT OR REPLACE INTO waits (id, kind, directive_id, run_id, trigger_index, "
                   "key, deadline_ms, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      remove_wait_(database, "DELETE FROM waits WHERE id = ?"),
      upsert_streak_(database,
                     "INSERT OR REPLACE INTO failure_streaks (directive_id, failures) "
                     "VALUES (?, ?)"),
      remove_streak_(database, "DELETE FROM failure_streaks WHERE directive_id = ?"),
      traces_(database),
      counters_(database),
      index_(database),
      retention_(database, retention, clock) {}

void GroupWriter::write(const WriteGroup& group) {
    for (const model::DecisionRecord& record : group.decisions) {
        add_decision(record);
    }
    for (const model::Cursor& cursor : group.cursors) {
        upsert_cursor_.run(cursor.directive, cursor.trigger_index, cursor.decided_until);
    }
    if (!group.started.empty() || !group.skipped.empty() || !group.released.empty()) {
        write_rows();
    }
    for (const LedgerId id : group.started) {
        start_run_.run(id);
    }
    for (const LateSkip& skip : group.skipped) {
        skip_late_.run(skip.id, name_of(skip.reason), unless_empty(skip.detail));
        index_.close_run(skip.id.value);
    }
    for (const model::DecisionRecord& record : group.released) {
        release_.run(record.id,
                     name_of(record.kind),
                     unless_empty(record.detail),
                     unless_empty(record.event.payload),
                     record.event.released_at);
    }
    for (const model::OutcomeRecord& outcome : group.outcomes) {
        add_outcome(outcome);
    }
    for (const FailureStreak& streak : group.streaks) {
        write_streak(streak);
    }
    for (const StateWrite& state : group.states) {
        states_[state.name] = &state;
    }
    for (const ReplayMark& mark : group.replay_marks) {
        insert_replay_.run(mark.key, mark.forget_at);
    }
    write_waits(group);
    for (const TraceRow& trace : group.traces) {
        traces_.put(trace);
    }
    arrived_.decisions += group.decisions.size();
    arrived_.replay_marks += group.replay_marks.size();
}

void GroupWriter::add_decision(const model::DecisionRecord& record) {
    decisions_.add(record);
    index_.add(
        record.event.directive.value, record.kind != model::DecisionKind::skipped, record.id.value);
}

void GroupWriter::add_outcome(const model::OutcomeRecord& outcome) {
    const auto status = model::execution_status_of(outcome.state);
    if (status) {
        executions_.add(outcome, *status);
        counters_.add(outcome, *status);
    } else {
        write_rows();  // the row that it ends may be among them
        end_run_.run(
            outcome.id, name_of(outcome.state), outcome.ended_at, unless_empty(outcome.error));
    }
    index_.close_run(outcome.id.value);
}

void GroupWriter::write_streak(const FailureStreak& streak) {
    if (streak.failures > 0) {
        upsert_streak_.run(streak.directive, streak.failures);
    } else {
        remove_streak_.run(streak.directive);
    }
}

void GroupWriter::write_rows() {
    if (decisions_.size() > 0) {
        insert_decisions_.run();
        decisions_.clear();
    }
    if (executions_.size() > 0) {
        insert_executions_.run();
        executions_.clear();
    }
}

void GroupWriter::write_waits(const WriteGroup& group) {
    for (const model::Wait& wait : group.waits) {
        const bool of_run = wait.kind == model::WaitKind::run;
        upsert_wait_.run(wait.id,
                         static_cast<int>(wait.kind),
                         wait.directive,
                         of_run ? std::optional(wait.run) : std::nullopt,
                         of_run ? std::nullopt : std::optional(wait.trigger_index),
                         unless_empty(wait.key),
                         wait.deadline,
                         unless_empty(wait.data));
    }
    for (const WaitId id : group.waits_over) {
        remove_wait_.run(id);
    }
}

void GroupWriter::write_states() {
    for (const auto& [name, state] : states_) {
        if (state->value_json.empty()) {
            remove_state_.run(name);
            continue;
        }
        upsert_state_.run(name,
                          state->value_json,
                          state->at,
                          unless_empty(state->attributes_json),
                          state->changed_at.value_or(state->at),
                          state->expires_at);
    }
    states_.clear();
}

void GroupWriter::finish(WallTime now) {
    write_rows();
    write_states();
    counters_.finish(now);
    index_.write_part();
    sweep(now);
}

void GroupWriter::settle(WallTime now) {
    write_rows();
    write_states();
    counters_.settle(now);
    index_.write_rest();
    sweep(now);
}

void GroupWriter::sweep(WallTime now) {
    retention_.sweep(std::exchange(arrived_, {}), needed_above(), now);
}

bool GroupWriter::sweep_idle(WallTime now) {
    const bool has_more = retention_.sweep_idle(needed_above(), now);
    if (has_more || !retention_.has_expired_above(index_.watermark(), now)) {
        return has_more;
    }
    // A quiet project fills no slice in months: its old rows are indexed first, then deleted.
    index_.open_early();
    index_.write_rest();
    return index_.is_behind();
}

std::int64_t GroupWriter::needed_above() const {
    return std::min(index_.watermark(), counters_.settled_until());
}

void GroupWriter::committed() {
    counters_.committed();
    index_.committed();
    retention_.committed();
}

void GroupWriter::rolled_back() noexcept {
    arrived_ = {};
    decisions_.clear();
    executions_.clear();
    states_.clear();
    counters_.rolled_back();
    index_.rolled_back();
    retention_.rolled_back();
}

}  // namespace aifp::storage
