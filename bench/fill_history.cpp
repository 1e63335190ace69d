// Fills a project's database with runs, as the engine would have left them: executions, ledger and
// its index, hourly counters, totals and marks. For bench/tools.py; the daemon must not be running.
//
//   fill_history DATABASE [ROWS] [DAYS]      defaults 10,000,000 rows over the last 90 days
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "storage/database.hpp"
#include "storage/execution_marks.hpp"

namespace {

using aifp::storage::Database;
using aifp::storage::Statement;
using aifp::storage::Transaction;

constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kHoursPerDay = 24;

struct Plan {
    std::int64_t rows = 10'000'000;
    std::int64_t days = 90;
    std::int64_t directives = 0;
    std::int64_t last_hour = 0;
};

/// Writes the runs of one hour after the other.
class Filler {
public:
    Filler(Database& database, const Plan& plan)
        : database_(database),
          plan_(plan),
          execution_(database,
                     "INSERT INTO directive_executions (id, directive_id, status, executed_at, "
                     "duration_ms, error_message, run_state, ended_at_ms) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
          decision_(database,
                    "INSERT INTO ledger (id, directive_id, trigger_index, cause, seen_at_ms, "
                    "decision) VALUES (?, ?, 0, 'schedule', ?, 'started')") {}

    void run() {
        const std::int64_t hours = plan_.days * kHoursPerDay;
        for (std::int64_t i = 0; i < hours; ++i) {
            const std::int64_t until = plan_.rows * (i + 1) / hours;
            fill_hour(plan_.last_hour - hours + 1 + i, until);
        }
        finish();
    }

private:
    void fill_hour(std::int64_t hour, std::int64_t until) {
        Transaction transaction(database_);
        fold(hour);
        const std::int64_t first = id_ + 1;
        const std::int64_t count = until - id_;
        while (id_ < until) {
            write_run(hour, (id_ - first + 1) * kMsPerHour / count);
        }
        Statement(database_,
                  "INSERT INTO execution_counters SELECT ?1, directive_id, count(*), "
                  "sum(status = 'success'), sum(status = 'failure'), sum(status = 'timeout'), "
                  "sum(duration_ms), max(ended_at_ms), status, error_message "
                  "FROM directive_executions WHERE id >= ?2 GROUP BY directive_id")
            .run(hour, first);
        transaction.commit();
    }

    // As Counters does when the first run of an hour ends.
    void fold(std::int64_t hour) {
        Statement(database_,
                  "INSERT INTO execution_totals SELECT directive_id, runs, successes, failures, "
                  "timeouts, duration_sum_ms, last_execution_ms, last_status, last_error "
                  "FROM execution_counters WHERE hour = ?1 ON CONFLICT DO UPDATE SET "
                  "runs = runs + excluded.runs, successes = successes + excluded.successes, "
                  "failures = failures + excluded.failures, timeouts = timeouts + "
                  "excluded.timeouts, duration_sum_ms = duration_sum_ms + "
                  "excluded.duration_sum_ms, last_execution_ms = excluded.last_execution_ms, "
                  "last_status = excluded.last_status, last_error = excluded.last_error")
            .run(hour - 1);
        aifp::storage::write_marks(database_, hour - 1, hour);
    }

    void write_run(std::int64_t hour, std::int64_t offset_ms) {
        ++id_;
        const std::int64_t directive = 1 + id_ * 7'919 % plan_.directives;
        // One in fifty does not go well; more often with some directives than with others.
        const bool failed = id_ * 31 % (directive % 10 == 0 ? 10 : 80) == 0;
        const char* status = failed ? (id_ % 3 == 0 ? "timeout" : "failure") : "success";
        const std::int64_t duration = 20 + id_ * 13 % 400;
        const std::int64_t started = hour * kMsPerHour + offset_ms;
        const auto executed_at = aifp::format_utc_seconds(aifp::from_unix_ms(started));
        execution_.run(
            id_,
            directive,
            std::string_view(status),
            executed_at,
            duration,
            failed ? std::optional<std::string_view>("connection refused") : std::nullopt,
            std::string_view(failed ? "failed" : "ok"),
            std::min(started + duration, (hour + 1) * kMsPerHour - 1));
        decision_.run(id_, directive, started);
    }

    void finish() {
        Transaction transaction(database_);
        database_.execute(
            "INSERT INTO ledger_index (directive_id, runs, id) SELECT directive_id, 1, id FROM "
            "ledger "
            "ORDER BY directive_id, id");
        Statement(database_, "UPDATE meta SET value = ?1 WHERE key = 'ledger_watermark'").run(id_);
        Statement(database_, "UPDATE meta SET value = ?1 WHERE key = 'totals_until_hour'")
            .run(plan_.last_hour);
        Statement(database_, "UPDATE meta SET value = ?1 WHERE key = 'counted_until'").run(id_);
        transaction.commit();
        database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    Database& database_;
    const Plan plan_;
    std::int64_t id_ = 0;
    Statement execution_;
    Statement decision_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: fill_history DATABASE [ROWS] [DAYS]\n");
        return 2;
    }
    aifp::storage::DatabaseOptions options;
    options.file = argv[1];
    options.access = aifp::storage::Access::read_write;
    options.synchronous_full = false;
    const auto database = Database::open(options);
    Plan plan;
    plan.rows = argc > 2 ? std::atoll(argv[2]) : plan.rows;
    plan.days = argc > 3 ? std::atoll(argv[3]) : plan.days;
    plan.directives = database->integer("SELECT count(*) FROM user_directives");
    plan.last_hour = aifp::to_unix_ms(aifp::SystemClock().wall()) / kMsPerHour;
    if (plan.directives == 0 ||
        database->integer("SELECT count(*) FROM directive_executions") != 0) {
        fmt::print(stderr, "fill_history: the project must have directives and no runs yet\n");
        return 1;
    }
    Filler(*database, plan).run();
    fmt::print("{} runs of {} directives over {} days\n", plan.rows, plan.directives, plan.days);
    return 0;
}
