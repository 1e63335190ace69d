#include "storage/ledger_index.hpp"

#include <algorithm>

#include "storage/ledger_slice.hpp"
#include "storage/meta.hpp"

namespace aifp::storage {

LedgerIndex::LedgerIndex(Database& database)
    // A process that died in the middle of this slice may have left a row with fewer ids.
    : insert_row_(database,
                  "INSERT OR REPLACE INTO ledger_index (directive_id, runs, id, earlier) "
                  "VALUES (?, ?, ?, ?)"),
      insert_late_(database,
                   "INSERT OR IGNORE INTO ledger_index (directive_id, runs, id) VALUES (?, ?, ?)"),
      insert_open_(database, "INSERT OR IGNORE INTO open_runs (id) VALUES (?)"),
      delete_open_(database, "DELETE FROM open_runs WHERE id = ?"),
      set_watermark_(database, "UPDATE meta SET value = ? WHERE key = 'ledger_watermark'"),
      watermark_(ledger_watermark(database)),
      slice_end_(watermark_),
      open_end_(std::max(watermark_, database.integer("SELECT max(id) FROM open_runs"))) {
    Statement row(database,
                  "SELECT directive_id, decision <> 'skipped', id FROM ledger WHERE id > ?");
    row.bind(watermark_);
    while (row.step()) {
        collected_.push_back(Entry{row.integer(0), row.boolean(1), row.integer(2)});
    }
    Statement closed(database,
                     "SELECT id FROM directive_executions WHERE id > ?1 UNION ALL "
                     "SELECT id FROM ledger WHERE id > ?1 AND end_state IS NOT NULL");
    closed.bind(watermark_);
    while (closed.step()) {
        closed_.push_back(closed.integer(0));
    }
    open_slice(kSliceSize);
}

void LedgerIndex::add(std::int64_t directive, bool runs, std::int64_t id) {
    if (id > slice_end_) {
        staged_.push_back(Entry{directive, runs, id});
        return;
    }
    insert_late_.run(directive, runs, id);
    if (runs) {
        insert_open_.run(id);
    }
}

void LedgerIndex::close_run(std::int64_t id) {
    if (id <= open_end_) {
        delete_open_.run(id);
    }
    if (id > watermark_) {
        closed_staged_.push_back(id);
    }
}

void LedgerIndex::write_part() {
    // A large batch brings more than one part's worth of entries: keep pace with it.
    write_until(written_ + std::max(kPartSize, staged_.size()));
}

void LedgerIndex::write_rest() {
    write_until(slice_.size());
}

void LedgerIndex::write_until(std::size_t wanted) {
    if (slice_.empty()) {
        return;
    }
    std::size_t next = written_;
    while (next < slice_.size() && next < wanted) {
        next = write_row(next);
    }
    written_staged_ = next - written_;
    if (next == slice_.size()) {
        keep_open_runs();
        set_watermark_.run(slice_end_);
    }
}

// The row that begins with slice_[first]; gives where the next one begins.
std::size_t LedgerIndex::write_row(std::size_t first) {
    const Entry& head = slice_[first];
    ids_.clear();
    std::size_t next = first;
    while (next < slice_.size() && slice_[next].directive == head.directive &&
           slice_[next].runs == head.runs && slice_[next].id - head.id < kMaxSliceSpan) {
        ids_.push_back(slice_[next++].id);
    }
    const std::string earlier = pack_earlier(ids_);
    std::optional<Blob> bytes;
    if (!earlier.empty()) {
        bytes = Blob{earlier};
    }
    insert_row_.run(head.directive, head.runs, ids_.back(), bytes);
    return next;
}

void LedgerIndex::keep_open_runs() {
    std::sort(closed_.begin(), closed_.end());
    std::sort(closed_staged_.begin(), closed_staged_.end());
    const auto has_ended = [this](std::int64_t id) {
        return std::binary_search(closed_.begin(), closed_.end(), id) ||
               std::binary_search(closed_staged_.begin(), closed_staged_.end(), id);
    };
    for (const Entry& entry : slice_) {
        if (entry.runs && !has_ended(entry.id)) {
            insert_open_.run(entry.id);
        }
    }
}

void LedgerIndex::committed() {
    collected_.insert(collected_.end(), staged_.begin(), staged_.end());
    staged_.clear();
    closed_.insert(closed_.end(), closed_staged_.begin(), closed_staged_.end());
    closed_staged_.clear();
    written_ += std::exchange(written_staged_, 0);
    if (!slice_.empty() && written_ == slice_.size()) {
        finish_slice();
    }
    open_slice(kSliceSize);
}

void LedgerIndex::rolled_back() noexcept {
    staged_.clear();
    closed_staged_.clear();
    written_staged_ = 0;
}

void LedgerIndex::finish_slice() {
    watermark_ = slice_end_;
    std::erase_if(closed_, [this](std::int64_t id) { return id <= watermark_; });
    slice_ = {};
    written_ = 0;
}

void LedgerIndex::open_slice(std::size_t min_size) {
    if (!slice_.empty() || collected_.size() < min_size) {
        return;
    }
    slice_.swap(collected_);
    for (const Entry& entry : slice_) {
        slice_end_ = std::max(slice_end_, entry.id);
    }
    open_end_ = std::max(open_end_, slice_end_);
    std::sort(slice_.begin(), slice_.end());
}

}  // namespace aifp::storage
