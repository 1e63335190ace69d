#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "storage/database.hpp"

namespace aifp::storage {

/// Fills `ledger_index` and `open_runs` behind a watermark. An index kept row by row dirties a page
/// per row and costs a third of the throughput; here 4,096 entries are collected and sorted into a
/// slice, which becomes one row per directive, a few hundred entries per commit or the rest of it
/// in a quiet moment. Storage thread only; owned by GroupWriter.
class LedgerIndex {
public:
    /// Reads back what stands above the watermark. Throws DatabaseError.
    explicit LedgerIndex(Database& database);

    /// A new ledger row of the present transaction. An id that a closed slice has already passed is
    /// indexed at once. Throws DatabaseError.
    void add(std::int64_t directive, bool runs, std::int64_t id);
    /// The run `id` has ended in the present transaction. Throws DatabaseError.
    void close_run(std::int64_t id);
    /// Writes the next part of the slice; call last in the transaction. Throws DatabaseError.
    void write_part();
    /// The same with all that is left of it.
    void write_rest();
    /// Makes a slice of what there is, however little, so that write_rest() comes to the last row:
    /// when rows are to be deleted that no slice holds yet.
    void open_early() { open_slice(1); }
    /// A slice is being written.
    [[nodiscard]] bool is_behind() const noexcept { return !slice_.empty(); }

    void committed();
    void rolled_back() noexcept;

    /// The watermark of the last commit.
    [[nodiscard]] std::int64_t watermark() const noexcept { return watermark_; }

    static constexpr std::size_t kSliceSize = 4'096;
    static constexpr std::size_t kPartSize = 256;

private:
    struct Entry {
        std::int64_t directive;
        bool runs;
        std::int64_t id;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    void write_until(std::size_t wanted);
    std::size_t write_row(std::size_t first);
    void keep_open_runs();
    void finish_slice();
    void open_slice(std::size_t min_size);

    Statement insert_row_;
    Statement insert_late_;
    Statement insert_open_;
    Statement delete_open_;
    Statement set_watermark_;
    std::int64_t watermark_ = 0;
    std::int64_t slice_end_ = 0;        ///< Highest id of the slice being written; else watermark_.
    std::int64_t open_end_ = 0;         ///< No id in open_runs is above it.
    std::vector<Entry> staged_;         ///< Of the present transaction.
    std::vector<Entry> collected_;      ///< Committed, not yet in a slice.
    std::vector<Entry> slice_;          ///< Sorted, being written.
    std::size_t written_ = 0;           ///< Of slice_, committed.
    std::size_t written_staged_ = 0;    ///< Of slice_, written in the present transaction.
    std::vector<std::int64_t> closed_;  ///< Runs above watermark_ that have ended.
    std::vector<std::int64_t> closed_staged_;
    std::vector<std::int64_t> ids_;  ///< Of the row being written.
};

}  // namespace aifp::storage
