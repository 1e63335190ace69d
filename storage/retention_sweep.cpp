#include "storage/retention_sweep.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace aifp::storage {

namespace {

constexpr std::size_t kRowsBeforeALook = 64;
constexpr std::size_t kRowsBeforeATrim = 4'096;
constexpr std::size_t kDirectivesPerTrim = 8;

}  // namespace

RetentionSweep::RetentionSweep(Database& database, const Retention& retention, const Clock* clock)
    : retention_(retention),
      expiry_(clock),
      oldest_rows_(database,
                   "SELECT id, directive_id, seen_at_ms FROM ledger WHERE id > ?1 AND id <= ?2 "
                   "ORDER BY id LIMIT ?3"),
      newest_id_(database, "SELECT max(id) FROM ledger"),
      delete_ledger_(database,
                     "DELETE FROM ledger WHERE id > ?1 AND id <= ?2 AND id NOT IN "
                     "(SELECT id FROM open_runs)"),
      delete_executions_(database, "DELETE FROM directive_executions WHERE id > ?1 AND id <= ?2"),
      delete_index_(database,
                    "DELETE FROM ledger_index WHERE directive_id = ?1 AND runs IN (0, 1) "
                    "AND id <= ?2"),
      keep_open_(database,
                 "INSERT INTO ledger_index (directive_id, runs, id) SELECT l.directive_id, 1, l.id "
                 "FROM open_runs o CROSS JOIN ledger l ON l.id = o.id WHERE o.id <= ?2 AND "
                 "l.directive_id = ?1"),
      delete_replay_(database,
                     "DELETE FROM webhook_replay WHERE id IN (SELECT id FROM webhook_replay "
                     "ORDER BY id LIMIT ?1) AND forget_at_ms <= ?2"),
      floor_(database.integer("SELECT min(id) FROM ledger", 0) - 1),
      floor_staged_(floor_) {
    Statement newest(database, "SELECT seen_at_ms FROM ledger ORDER BY id DESC LIMIT 1");
    expiry_.begin(newest.step() ? std::optional(newest.time(0)) : std::nullopt);
}

void RetentionSweep::sweep(Arrived arrived, std::int64_t watermark, WallTime now) {
    now = expiry_.at(now);
    if (arrived.replay_marks > 0) {
        delete_replay_.run(std::min(2 * arrived.replay_marks, kMaxPerCommit), now);
    }
    owed_ += arrived.decisions;
    if (owed_ < kRowsBeforeALook) {
        return;
    }
    const std::size_t limit = std::min(2 * std::exchange(owed_, 0), kMaxPerCommit);
    delete_expired(limit, watermark, now);
    if (to_trim_.empty() && deleted_ >= kRowsBeforeATrim) {
        begin_trim();
    }
    trim_index();
}

bool RetentionSweep::sweep_idle(std::int64_t watermark, WallTime now) {
    now = expiry_.at(now);
    delete_replay_.run(kMaxPerCommit, now);
    const bool found = delete_expired(kMaxPerCommit, watermark, now);
    if (!found && to_trim_.empty()) {
        begin_trim();
    }
    trim_index();
    return found || !to_trim_.empty();
}

bool RetentionSweep::has_expired_above(std::int64_t watermark, WallTime now) {
    now = expiry_.at(now);
    std::int64_t newest = 0;
    if (newest_id_.step()) {
        newest = newest_id_.integer(0);
    }
    newest_id_.reset();
    bool has_expired = false;
    oldest_rows_.bind(watermark, std::numeric_limits<std::int64_t>::max(), 1);
    if (oldest_rows_.step()) {
        has_expired = oldest_rows_.time(2) < now - retention_.age ||
                      oldest_rows_.integer(0) <= newest - retention_.rows;
    }
    oldest_rows_.reset();
    return has_expired;
}

bool RetentionSweep::delete_expired(std::size_t limit, std::int64_t watermark, WallTime now) {
    const std::int64_t last = find_last_expired(limit, watermark, now);
    if (last <= floor_) {
        return false;
    }
    delete_ledger_.run(floor_, last);
    delete_executions_.run(floor_, last);
    floor_staged_ = last;
    return true;
}

std::int64_t RetentionSweep::find_last_expired(std::size_t limit,
                                               std::int64_t watermark,
                                               WallTime now) {
    const WallTime oldest_kept = now - retention_.age;
    // Ids are given one after the other, so their distance counts the rows between them.
    const std::int64_t first_kept = watermark - retention_.rows + 1;
    std::int64_t last = floor_;
    oldest_rows_.bind(floor_, watermark, limit);
    while (oldest_rows_.step()) {
        if (oldest_rows_.integer(0) >= first_kept && oldest_rows_.time(2) >= oldest_kept) {
            break;
        }
        last = oldest_rows_.integer(0);
        touched_.insert(oldest_rows_.integer(1));
        ++deleted_;
    }
    oldest_rows_.reset();
    return last;
}

void RetentionSweep::begin_trim() {
    to_trim_.swap(touched_);
    deleted_ = 0;
}

void RetentionSweep::trim_index() {
    for (std::size_t i = 0; i < kDirectivesPerTrim && !to_trim_.empty(); ++i) {
        const std::int64_t directive = *to_trim_.begin();
        delete_index_.run(directive, floor_staged_);
        keep_open_.run(directive, floor_staged_);
        to_trim_.erase(to_trim_.begin());
    }
}

}  // namespace aifp::storage
