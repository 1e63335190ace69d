#include "storage/traces.hpp"

#include <string_view>

namespace aifp::storage {
namespace {

constexpr std::string_view kNotRun = "not_run";

}  // namespace

// The share of a state is worked out here and in share_of(): a test holds them equal.
TraceWriter::TraceWriter(Database& database)
    : put_(database, "INSERT OR REPLACE INTO run_traces VALUES (?1, ?2, ?3, ?4, ?5)"),
      trim_(database,
            "DELETE FROM run_traces WHERE (CASE WHEN state IN ('ok', 'ok_after_retry') THEN 0 "
            "WHEN state = 'not_run' THEN 2 ELSE 1 END) = ?1 AND run_id <= (SELECT run_id FROM "
            "run_traces WHERE (CASE WHEN state IN ('ok', 'ok_after_retry') THEN 0 WHEN state = "
            "'not_run' THEN 2 ELSE 1 END) = ?1 ORDER BY run_id DESC LIMIT 1 OFFSET ?2)") {}

TraceWriter::Share TraceWriter::share_of(const TraceRow& trace) noexcept {
    if (!trace.is_run) {
        return Share::not_run;
    }
    const bool is_good =
        trace.state == model::RunState::ok || trace.state == model::RunState::ok_after_retry;
    return is_good ? Share::good : Share::bad;
}

void TraceWriter::put(const TraceRow& trace) {
    put_.run(trace.run,
             trace.directive,
             trace.is_run ? model::name_of(trace.state) : kNotRun,
             trace.ended_at,
             std::string_view(trace.steps));
    const auto share = static_cast<int>(share_of(trace));
    auto& since = since_trim_[share];
    if (++since > kTraceSlack) {
        since = 0;
        trim_.run(share, kMaxTraceRows);
    }
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
    trace.is_run = row.view(1) != kNotRun;
    trace.state = model::run_state_from(row.view(1)).value_or(model::RunState::failed);
    trace.ended_at = row.time(2);
    trace.steps = row.text(3);
    return trace;
}

}  // namespace aifp::storage
