#include "storage/recovery.hpp"

#include "storage/ledger.hpp"
#include "storage/ledger_row.hpp"
#include "storage/meta.hpp"
#include "storage/names.hpp"

namespace aifp::storage {

model::DecisionRecord read_decision(const Statement& row) {
    model::DecisionRecord record;
    record.id = LedgerId{row.integer(0)};
    record.event.directive = DirectiveId{row.integer(1)};
    record.event.trigger_index = static_cast<std::uint32_t>(row.integer(2));
    record.event.cause = row.text(3);
    record.event.scheduled_for = row.optional_time(4);
    record.event.seen_at = row.time(5);
    record.kind = decision_kind_from(row.view(6));
    record.reason = model::reason_from(row.view(7)).value_or(model::Reason::none);
    record.detail = row.text(8);
    record.event.payload = row.text(9);
    record.event.key = row.text(10);
    record.event.vars = row.text(11);
    record.event.released_at = row.optional_time(12);
    return record;
}

namespace {

void append(const Statement& row, OpenRuns& runs) {
    model::DecisionRecord record = read_decision(row);
    auto& list = record.kind == model::DecisionKind::queued    ? runs.queued
                 : record.kind == model::DecisionKind::waiting ? runs.waiting
                                                               : runs.started;
    list.push_back(std::move(record));
}

}  // namespace

OpenRuns load_open_runs(Database& database, const std::function<bool(LedgerId)>& is_known) {
    const std::string select = "SELECT " + std::string(kDecisionColumns) + " FROM ledger l WHERE ";
    const std::int64_t watermark = ledger_watermark(database);
    OpenRuns runs;
    Statement old(database, "SELECT id FROM open_runs WHERE id <= ?1 ORDER BY id");
    Statement find(database, select + "l.id = ?1");
    old.bind(watermark);
    while (old.step()) {
        const LedgerId id{old.integer(0)};
        if (is_known(id)) {
            continue;
        }
        find.bind(id);
        while (find.step()) {
            append(find, runs);
        }
    }
    Statement recent(database,
                     select +
                         "l.id > ?1 AND l.decision <> 'skipped' AND "
                         "l.end_state IS NULL AND NOT EXISTS "
                         "(SELECT 1 FROM directive_executions e WHERE e.id = l.id) ORDER BY l.id");
    recent.bind(watermark);
    while (recent.step()) {
        if (!is_known(LedgerId{recent.integer(0)})) {
            append(recent, runs);
        }
    }
    return runs;
}

std::vector<FailureStreak> load_failure_streaks(Database& database) {
    std::vector<FailureStreak> streaks;
    Statement row(database, "SELECT directive_id, failures FROM failure_streaks");
    while (row.step()) {
        streaks.push_back({DirectiveId{row.integer(0)}, static_cast<int>(row.integer(1))});
    }
    return streaks;
}

std::vector<WallTime> load_run_times(Database& database,
                                     DirectiveId directive,
                                     const RunTimesQuery& query) {
    constexpr std::size_t kPage = 1'000;
    std::vector<WallTime> times;
    Statement row(database,
                  "SELECT ifnull(released_at_ms, seen_at_ms) FROM ledger WHERE id = ?1 AND "
                  "decision <> 'waiting'");
    HistoryQuery page{directive, std::nullopt, kPage, true};
    for (;;) {
        const auto ids = find_history_ids(database, page);
        for (const auto id : ids) {
            row.bind(id);
            if (!row.step()) {
                continue;
            }
            const auto seen_at = row.time(0);
            if (times.size() == query.limit || seen_at < query.since) {
                return times;
            }
            times.push_back(seen_at);
        }
        if (ids.size() < kPage) {
            return times;
        }
        page.before = ids.back();
    }
}

}  // namespace aifp::storage
