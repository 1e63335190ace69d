#include "storage/statement.hpp"

#include <sqlite3.h>

#include "storage/database.hpp"

namespace aifp::storage {

Statement::Statement(Database& database, std::string_view sql) {
    const int code = sqlite3_prepare_v3(database.handle(),
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &handle_,
                                        nullptr);
    if (code != SQLITE_OK) {
        throw DatabaseError(sqlite3_extended_errcode(database.handle()),
                            sqlite3_errmsg(database.handle()));
    }
}

Statement::Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

Statement::~Statement() {
    sqlite3_finalize(handle_);
}

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        const DatabaseError error(sqlite3_extended_errcode(sqlite3_db_handle(handle_)),
                                  sqlite3_errmsg(sqlite3_db_handle(handle_)));
        reset();
        throw error;
    }
    reset();
    return false;
}

void Statement::finish() {
    while (step()) {
    }
}

void Statement::reset() noexcept {
    sqlite3_reset(handle_);
}

std::int64_t Statement::integer(int column) const noexcept {
    return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const noexcept {
    return sqlite3_column_double(handle_, column);
}

bool Statement::is_null(int column) const noexcept {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> Statement::optional_integer(int column) const noexcept {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<WallTime> Statement::optional_time(int column) const noexcept {
    return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::string_view Statement::view(int column) const noexcept {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    if (bytes == nullptr) {
        return {};
    }
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::bytes(int column) const noexcept {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    if (bytes == nullptr) {
        return {};
    }
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void Statement::put(int index, std::nullptr_t, Lifetime) {
    check(sqlite3_bind_null(handle_, index));
}

void Statement::put(int index, double value, Lifetime) {
    check(sqlite3_bind_double(handle_, index, value));
}

void Statement::put(int index, std::string_view value, Lifetime lifetime) {
    // A null pointer would bind NULL: an empty view may hold one.
    const char* bytes = value.data() == nullptr ? "" : value.data();
    check(sqlite3_bind_text64(handle_,
                              index,
                              bytes,
                              value.size(),
                              lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC,
                              SQLITE_UTF8));
}

void Statement::put(int index, Blob value, Lifetime lifetime) {
    check(sqlite3_bind_blob64(handle_,
                              index,
                              value.bytes.data(),
                              value.bytes.size(),
                              lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC));
}

void Statement::put_integer(int index, std::int64_t value) {
    check(sqlite3_bind_int64(handle_, index, value));
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) {
        throw DatabaseError(code, sqlite3_errstr(code));
    }
}

}  // namespace aifp::storage
