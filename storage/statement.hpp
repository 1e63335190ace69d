#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/ids.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace aifp::storage {

class Database;

/// Bytes to bind that are no text.
struct Blob {
    std::string_view bytes;
};

/// One prepared SQL statement; lives no longer than its Database and on the same thread. Columns
/// and parameters count as SQLite counts them: columns from 0, parameters from 1. Every member may
/// throw DatabaseError.
class Statement {
public:
    Statement() = default;
    Statement(Database& database, std::string_view sql);
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    /// Binds all parameters in order and starts afresh. Texts are copied.
    template <class... Values>
    Statement& bind(const Values&... values) {
        reset();
        int index = 0;
        (put(++index, values, Lifetime::copied), ...);
        return *this;
    }

    /// Binds all parameters, runs to the end and resets, also when it throws. Nothing is copied.
    template <class... Values>
    void run(const Values&... values) {
        int index = 0;
        (put(++index, values, Lifetime::borrowed), ...);
        finish();
    }

    /// Goes to the next row; false after the last, and then the statement is reset.
    [[nodiscard]] bool step();
    void reset() noexcept;

    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] double real(int column) const noexcept;
    [[nodiscard]] bool boolean(int column) const noexcept { return integer(column) != 0; }
    [[nodiscard]] bool is_null(int column) const noexcept;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const noexcept;
    /// Valid until the next step, reset or bind.
    [[nodiscard]] std::string_view view(int column) const noexcept;
    /// Likewise, of a blob; empty for NULL.
    [[nodiscard]] std::string_view bytes(int column) const noexcept;
    [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
    /// A `*_ms` column.
    [[nodiscard]] WallTime time(int column) const noexcept { return from_unix_ms(integer(column)); }
    [[nodiscard]] std::optional<WallTime> optional_time(int column) const noexcept;

private:
    enum class Lifetime { copied, borrowed };

    void put(int index, std::nullptr_t, Lifetime);
    void put(int index, double value, Lifetime);
    void put(int index, std::string_view value, Lifetime lifetime);
    void put(int index, Blob value, Lifetime lifetime);
    void put(int index, WallTime value, Lifetime) { put_integer(index, to_unix_ms(value)); }
    void put(int index, std::integral auto value, Lifetime) {
        put_integer(index, static_cast<std::int64_t>(value));
    }
    template <class Tag>
    void put(int index, Id<Tag> value, Lifetime) {
        put_integer(index, value.value);
    }
    template <class T>
    void put(int index, const std::optional<T>& value, Lifetime lifetime) {
        if (value) {
            put(index, *value, lifetime);
        } else {
            put(index, nullptr, lifetime);
        }
    }
    void put_integer(int index, std::int64_t value);
    void finish();
    void check(int code) const;

    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace aifp::storage
