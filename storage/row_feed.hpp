#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

struct sqlite3_context;

namespace aifp::storage {

/// Takes one value of a row. A text is not copied: it stays until the next row is asked for.
class Cell {
public:
    explicit Cell(sqlite3_context* context) noexcept : context_(context) {}

    void put(std::int64_t value) const noexcept;
    void put(std::string_view text) const noexcept;
    void put(WallTime time) const noexcept { put(to_unix_ms(time)); }
    template <class Tag>
    void put(Id<Tag> id) const noexcept {
        put(id.value);
    }
    /// Nothing becomes NULL, as does a cell into which nothing is put.
    template <class T>
    void put(const std::optional<T>& value) const noexcept {
        if (value) {
            put(*value);
        }
    }

private:
    sqlite3_context* context_;
};

/// Rows in memory that one statement reads: `INSERT INTO ledger SELECT * FROM NAME` costs half of
/// what binding and running an INSERT for each row costs. Storage thread only; outlives the
/// statements that name it. Throws DatabaseError when it is made.
class RowFeed {
public:
    RowFeed(const RowFeed&) = delete;
    RowFeed& operator=(const RowFeed&) = delete;
    virtual ~RowFeed();

    /// For SQL.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    /// Columns count from 0.
    virtual void read(std::size_t row, int column, const Cell& cell) = 0;

protected:
    /// `columns`: their names, separated by commas.
    RowFeed(Database& database, std::string columns);

private:
    friend struct FeedModule;

    Database& database_;
    std::string name_;
    std::string columns_;
};

}  // namespace aifp::storage
