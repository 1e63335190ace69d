#include "storage/execution_marks.hpp"

#include <algorithm>

#include "storage/meta.hpp"

namespace aifp::storage {
namespace {

constexpr std::int64_t kHoursPerDay = 24;
// "The last 24 hours" begins within the hour before them.
constexpr std::int64_t kHourMarksKept = kHoursPerDay + 1;

RunSums read_sums(const Statement& row, int first) {
    RunSums sums;
    sums.runs = row.integer(first);
    sums.successes = row.integer(first + 1);
    sums.failures = row.integer(first + 2);
    sums.timeouts = row.integer(first + 3);
    sums.duration = Milliseconds(row.integer(first + 4));
    return sums;
}

std::vector<DirectiveSums> read_all(Statement& row) {
    std::vector<DirectiveSums> all;
    while (row.step()) {
        all.push_back(DirectiveSums{DirectiveId{row.integer(0)}, read_sums(row, 1)});
    }
    return all;
}

// Nothing ran between `hour` and the next mark, or the mark at `hour` would be the next one.
std::optional<std::int64_t> mark_from(Database& database, std::int64_t hour) {
    Statement row(database, "SELECT min(hour) FROM execution_marks WHERE hour >= ?1");
    row.bind(hour);
    return row.step() ? row.optional_integer(0) : std::nullopt;
}

void copy_mark(Database& database, std::int64_t from, std::int64_t to) {
    Statement(database,
              "INSERT OR IGNORE INTO execution_marks SELECT ?2, directive_id, runs, successes, "
              "failures, timeouts, duration_sum_ms FROM execution_marks WHERE hour = ?1")
        .run(from, to);
}

}  // namespace

RunSums& RunSums::operator+=(const RunSums& other) noexcept {
    runs += other.runs;
    successes += other.successes;
    failures += other.failures;
    timeouts += other.timeouts;
    duration += other.duration;
    return *this;
}

RunSums& RunSums::operator-=(const RunSums& other) noexcept {
    runs -= other.runs;
    successes -= other.successes;
    failures -= other.failures;
    timeouts -= other.timeouts;
    duration -= other.duration;
    return *this;
}

// Two plain scans: GROUP BY over their union takes four times as long.
std::vector<DirectiveSums> load_sums(Database& database) {
    Statement totals(database,
                     "SELECT directive_id, runs, successes, failures, timeouts, duration_sum_ms "
                     "FROM execution_totals ORDER BY directive_id");
    auto all = read_all(totals);
    Statement hours(database,
                    "SELECT directive_id, runs, successes, failures, timeouts, duration_sum_ms "
                    "FROM execution_counters WHERE hour >= ?1");
    hours.bind(totals_until_hour(database));
    for (const auto& one : read_all(hours)) {
        auto place = std::lower_bound(
            all.begin(), all.end(), one.directive, [](const auto& known, DirectiveId id) {
                return known.directive < id;
            });
        if (place == all.end() || place->directive != one.directive) {
            place = all.insert(place, DirectiveSums{one.directive, {}});
        }
        place->sums += one.sums;
    }
    return all;
}

std::vector<DirectiveSums> load_sums_before(Database& database, std::int64_t hour) {
    const auto mark = mark_from(database, hour);
    if (!mark) {
        return load_sums(database);  // nothing has run since
    }
    Statement row(database,
                  "SELECT directive_id, runs, successes, failures, timeouts, duration_sum_ms "
                  "FROM execution_marks WHERE hour = ?1 AND directive_id > 0");
    row.bind(*mark);
    return read_all(row);
}

std::optional<RunSums> find_all_sums_before(Database& database, std::int64_t hour) {
    const auto mark = mark_from(database, hour);
    if (!mark) {
        return std::nullopt;
    }
    Statement row(database,
                  "SELECT runs, successes, failures, timeouts, duration_sum_ms "
                  "FROM execution_marks WHERE hour = ?1 AND directive_id = 0");
    row.bind(*mark);
    return row.step() ? read_sums(row, 0) : RunSums();
}

RunSums add_up(const std::vector<DirectiveSums>& all) noexcept {
    RunSums sums;
    for (const auto& one : all) {
        sums += one.sums;
    }
    return sums;
}

void write_marks(Database& database, std::int64_t held_until, std::int64_t hour) {
    Statement(database,
              "INSERT OR REPLACE INTO execution_marks SELECT ?1, directive_id, runs, successes, "
              "failures, timeouts, duration_sum_ms FROM execution_totals")
        .run(hour);
    Statement(database,
              "INSERT OR REPLACE INTO execution_marks SELECT ?1, 0, coalesce(sum(runs), 0), "
              "coalesce(sum(successes), 0), coalesce(sum(failures), 0), coalesce(sum(timeouts), "
              "0), coalesce(sum(duration_sum_ms), 0) FROM execution_totals")
        .run(hour);
    const std::int64_t day = hour / kHoursPerDay * kHoursPerDay;
    if (day > held_until) {
        copy_mark(database, hour, day);  // nothing ran between the two
    }
    Statement(database,
              "DELETE FROM execution_marks WHERE hour >= ?1 AND hour < ?2 AND hour % 24 <> 0")
        .run(held_until - 2 * kHourMarksKept, hour - kHourMarksKept);
    Statement(database, "DELETE FROM execution_marks WHERE hour < ?1").run(hour - kMarkHoursKept);
}

void add_to_marks(Database& database, const LateRuns& late) {
    const std::int64_t day = late.hour / kHoursPerDay * kHoursPerDay;
    // The hour had no runs perhaps, and so no mark that could stay as it is.
    for (const std::int64_t before : {day, late.hour}) {
        if (const auto mark = mark_from(database, before)) {
            copy_mark(database, *mark, before);
        }
    }
    Statement insert(database,
                     "INSERT INTO execution_marks SELECT DISTINCT hour, ?2, ?3, ?4, ?5, ?6, ?7 "
                     "FROM execution_marks WHERE hour > ?1 AND directive_id = 0 "
                     "ON CONFLICT DO UPDATE SET runs = runs + ?3, successes = successes + ?4, "
                     "failures = failures + ?5, timeouts = timeouts + ?6, "
                     "duration_sum_ms = duration_sum_ms + ?7");
    for (const DirectiveId directive : {late.directive, DirectiveId{0}}) {
        insert.run(late.hour,
                   directive,
                   late.sums.runs,
                   late.sums.successes,
                   late.sums.failures,
                   late.sums.timeouts,
                   late.sums.duration.count());
    }
}

}  // namespace aifp::storage
