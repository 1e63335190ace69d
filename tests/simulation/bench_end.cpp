#include <boost/json/array.hpp>

#include "storage/database.hpp"
#include "tests/simulation/bench.hpp"

// The end of a seed: everything comes to rest, and what is left is read from the database.
namespace aifp::simulation {

namespace {

using storage::Database;
using storage::Statement;

// Longer than any `for`, `within` and `every` that is drawn, twice.
constexpr Milliseconds kQuiet = std::chrono::minutes(15);
// Every wait has a time-out, and the steps of a run are few.
constexpr Milliseconds kDrainStep = std::chrono::minutes(20);
constexpr int kDrainSteps = 20;
// ... but after a step of the clock they last longer.
constexpr Milliseconds kLongStep = std::chrono::hours(6);

void read_rows(Database& database, Evidence& evidence) {
    Statement rows(
        database,
        "SELECT l.id, coalesce(d.name, ''), l.trigger_index, l.cause, l.scheduled_for_ms, "
        "l.seen_at_ms, l.decision, l.reason, l.detail, l.payload, l.end_state, "
        "coalesce(l.end_error, e.error_message), e.run_state, l.released_at_ms FROM ledger l "
        "LEFT JOIN user_directives d ON d.id = l.directive_id "
        "LEFT JOIN directive_executions e ON e.id = l.id ORDER BY l.id");
    while (rows.step()) {
        Row row;
        row.id = rows.integer(0);
        row.directive = rows.text(1);
        row.trigger_index = static_cast<std::uint32_t>(rows.integer(2));
        row.cause = rows.text(3);
        row.scheduled_for = rows.optional_time(4);
        row.seen_at = rows.time(5);
        row.decision = rows.text(6);
        row.reason = rows.text(7);
        row.detail = rows.text(8);
        row.payload = rows.text(9);
        row.error = rows.text(11);
        row.released_at = rows.optional_time(13);
        for (const int end : {10, 12}) {
            if (!rows.is_null(end)) {
                row.ends.push_back(rows.text(end));
            }
        }
        evidence.rows.push_back(std::move(row));
    }
}

}  // namespace

void read_database(Evidence& evidence) {
    storage::DatabaseOptions options;
    options.file = StepStore::kFile;
    options.access = storage::Access::read_write;
    const auto database = Database::open(options);
    read_rows(*database, evidence);
    Statement armed(*database, "SELECT name, first_armed_at_ms FROM user_directives");
    while (armed.step()) {
        evidence.first_armed[armed.text(0)] = armed.time(1);
    }
    evidence.waits_left =
        static_cast<int>(database->integer("SELECT count(*) FROM waits WHERE kind = 0"));
    evidence.open_left = static_cast<int>(database->integer("SELECT count(*) FROM open_runs"));
    Statement check(*database, "PRAGMA integrity_check(1)");
    evidence.integrity = check.step() ? check.text(0) : "no answer";
}

void Bench::finish() {
    journal.say("-- quiet");
    computer.disk().set_full(false);
    computer.drop_crash_plan();
    if (!computer.is_up()) {
        start();
    }
    if (!computer.is_up()) {
        journal.violated("the engine starts again", "it does not");
        return;
    }
    computer.store().set_latency(Milliseconds(0));
    pass(Seconds(30));  // a store that was full has been tried again
    reload();
    for (int tries = 0; tries < 3; ++tries) {
        resolve();
        pass(Seconds(2));
    }
    pass(kQuiet);
    evidence.end = now();
    drain();
    if (computer.is_up()) {
        stop();
    }
    read_database(evidence);
    evidence.calls = world.calls();
}

void Bench::drain() {
    journal.say("-- drain");
    for (auto& track : tracks) {
        if (computer.is_up() && track.file != nullptr && track.paused == Known::no) {
            pause(track, true);
        }
    }
    std::size_t left = computer.is_up() ? runs().size() : 0;
    for (int step = 0; computer.is_up() && left > 0 && step < 2 * kDrainSteps; ++step) {
        pass(step < kDrainSteps ? kDrainStep : kLongStep);
        left = runs().size();
    }
    if (left > 0) {
        journal.violated("no wait is lost", fmt::format("{} runs never end", left));
    }
    pass(Seconds(10));
}

}  // namespace aifp::simulation
