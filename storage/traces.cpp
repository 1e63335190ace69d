#include "storage/traces.hpp"

#include "storage/statement.hpp"

namespace aifp::storage {

void put_trace(Database& database, const TraceRow& trace) {
    Statement(database, "INSERT OR REPLACE INTO run_traces VALUES (?1, ?2, ?3, ?4, ?5)")
        .run(trace.run,
             trace.directive,
             model::name_of(trace.state),
             trace.ended_at,
             std::string_view(trace.steps));
    Statement(database,
              "DELETE FROM run_traces WHERE run_id <= (SELECT run_id FROM run_traces "
              "ORDER BY run_id DESC LIMIT 1 OFFSET ?1)")
        .run(kMaxTraceRows);
}

std::optional<TraceRow> find_trace(Database& database, LedgerId run) {
    Statement row(database,
                  "SELECT directive_id, state, ended_at_ms, steps FROM run_traces "
                  "WHERE run_id = ?1");
    row.bind(run);
    if (!row.step()) {
        return std::nullopt;
    }
    TraceRow trace;
    trace.run = run;
    trace.directive = DirectiveId{row.integer(0)};
    trace.state = model::run_state_from(row.view(1)).value_or(model::RunState::failed);
    trace.ended_at = row.time(2);
    trace.steps = row.text(3);
    return trace;
}

}  // namespace aifp::storage
