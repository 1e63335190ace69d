#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/statement.hpp"

namespace aifp::storage {

/// What SQLite refused. Thrown by Database, Statement and the query functions of this room; it
/// stops at the border of the storage job (Store::write, Store::read, guard) and becomes an Error.
class DatabaseError : public std::runtime_error {
public:
    DatabaseError(int extended_code, const std::string& text)
        : std::runtime_error(text), code_(extended_code) {}

    [[nodiscard]] int extended_code() const noexcept { return code_; }
    /// The file is damaged or no database (SQLITE_CORRUPT, SQLITE_NOTADB).
    [[nodiscard]] bool is_corruption() const noexcept;
    /// Another connection holds a lock (SQLITE_BUSY, SQLITE_LOCKED).
    [[nodiscard]] bool is_busy() const noexcept;
    /// May go away by itself: locks, a full or failing disk, no memory. Trying again makes sense.
    [[nodiscard]] bool is_passing() const noexcept;

private:
    int code_;
};

enum class Access {
    create,      ///< Read and write; made (mode 0600) if absent.
    read_write,  ///< Read and write; must exist.
    read_only,   ///< Must exist.
};

struct DatabaseOptions {
    std::filesystem::path file;
    Access access = Access::create;
    bool synchronous_full = true;      ///< fsync at every commit; else only at checkpoints.
    Milliseconds busy_timeout{2'000};  ///< How long a lock of another program is waited for.
    int cache_kib = 16 * 1024;         ///< Upper bound of the page cache; it grows as used.
};

/// One SQLite connection. Not thread-safe (SQLITE_OPEN_NOMUTEX): one thread at a time. Automatic
/// checkpoints are off; the owner calls checkpoint(). Every member may throw DatabaseError.
class Database {
public:
    [[nodiscard]] static std::unique_ptr<Database> open(const DatabaseOptions& options);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// Runs one or more statements and throws their rows away.
    void execute(const char* sql);
    /// The first column of the first row as an integer, or `otherwise` without a row.
    [[nodiscard]] std::int64_t integer(const std::string& sql, std::int64_t otherwise = 0);

    /// The row id of the last insert.
    [[nodiscard]] std::int64_t last_insert_id() const noexcept;
    /// Rows the last INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::int64_t changes() const noexcept;
    [[nodiscard]] bool in_transaction() const noexcept;

    /// Pages in the write-ahead log after the last commit of this connection. The first commit
    /// after a complete checkpoint begins at the front again, unless a reader still needs the log.
    [[nodiscard]] int wal_pages() const noexcept { return wal_pages_; }
    /// Copies what it can from the write-ahead log into the file without waiting for anyone.
    void checkpoint();
    /// Closing will leave the write-ahead log as it is: for a file that is not ours.
    void keep_wal_on_close() noexcept;
    /// Makes a running statement fail with SQLITE_INTERRUPT. Thread-safe while the Database lives.
    void interrupt() noexcept;
    /// interrupt() was called: a job that does more than run statements ends, too. Thread-safe.
    [[nodiscard]] bool is_interrupted() const noexcept { return interrupted_; }
    /// Gives cached pages back to the allocator.
    void release_memory() noexcept;

    [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

private:
    friend class Transaction;
    Database() = default;
    void configure(const DatabaseOptions& options);

    sqlite3* handle_ = nullptr;
    std::atomic<bool> interrupted_ = false;
    int wal_pages_ = 0;
    bool has_prepared_ = false;
    Statement begin_;
    Statement commit_;
};

/// BEGIN IMMEDIATE (or a read snapshot) now; rolls back when destroyed without commit().
class Transaction {
public:
    enum class Kind { write, snapshot };
    explicit Transaction(Database& database, Kind kind = Kind::write);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& database_;
};

/// What is said when `error` ends a job: io_failure, or busy when another program holds a lock.
[[nodiscard]] tl::unexpected<Error> failed(const DatabaseError& error);

/// Runs `job` and turns what it throws into io_failure (busy when another program holds a lock).
[[nodiscard]] Status guard(const std::function<void()>& job);

}  // namespace aifp::storage
