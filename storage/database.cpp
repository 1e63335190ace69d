#include "storage/database.hpp"

#include "storage/row_secrets.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "base/file.hpp"

namespace aifp::storage {

namespace {

void configure_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        // Counting every allocation costs a mutex; a block of pages per connection costs memory
        // that an idle daemon never uses.
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    });
}

// SQLite would create it 0644; the payloads of webhooks are in it.
void create_private_file(const std::filesystem::path& file) {
    FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!made.is_open()) {
        throw DatabaseError(SQLITE_CANTOPEN, file.string() + ": " + std::strerror(errno));
    }
}

int open_flags(Access access) {
    const int mode =
        access == Access::read_only
            ? SQLITE_OPEN_READONLY
            : SQLITE_OPEN_READWRITE | (access == Access::create ? SQLITE_OPEN_CREATE : 0);
    return mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

}  // namespace

bool DatabaseError::is_corruption() const noexcept {
    const int code = code_ & 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool DatabaseError::is_busy() const noexcept {
    const int code = code_ & 0xff;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

bool DatabaseError::is_passing() const noexcept {
    switch (code_ & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
        case SQLITE_INTERRUPT:
            return true;
        default:
            return false;
    }
}

std::unique_ptr<Database> Database::open(const DatabaseOptions& options) {
    configure_library();
    const bool in_memory = options.file == ":memory:";
    if (options.access == Access::create && !in_memory) {
        create_private_file(options.file);
    }
    std::unique_ptr<Database> database(new Database);
    const int code = sqlite3_open_v2(
        options.file.c_str(), &database->handle_, open_flags(options.access), nullptr);
    if (code != SQLITE_OK) {
        throw DatabaseError(code, options.file.string() + ": " + sqlite3_errstr(code));
    }
    database->configure(options);
    return database;
}

Database::~Database() {
    begin_ = Statement();
    commit_ = Statement();
    sqlite3_close_v2(handle_);
}

void Database::configure(const DatabaseOptions& options) {
    sqlite3_busy_timeout(handle_, static_cast<int>(options.busy_timeout.count()));
    sqlite3_wal_hook(handle_, remember_wal_pages, &wal_pages_);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    set_opener(*this, {});
    execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;");
    execute(("PRAGMA cache_size = -" + std::to_string(options.cache_kib)).c_str());
    // FAST overwrites deleted content on pages that are written anyway (privacy for nothing); what
    // is on freed pages stays until they are used again (docs/storage-schema.md).
    execute("PRAGMA secure_delete = FAST;");
    execute(options.synchronous_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

void Database::execute(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw DatabaseError(sqlite3_extended_errcode(handle_), sqlite3_errmsg(handle_));
    }
}

std::int64_t Database::integer(const std::string& sql, std::int64_t otherwise) {
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : otherwise;
}

std::int64_t Database::last_insert_id() const noexcept {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::changes() const noexcept {
    return sqlite3_changes64(handle_);
}

bool Database::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle_) == 0;
}

void Database::checkpoint() {
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
        throw DatabaseError(code, sqlite3_errmsg(handle_));
    }
}

void Database::keep_wal_on_close() noexcept {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::interrupt() noexcept {
    interrupted_ = true;
    sqlite3_interrupt(handle_);
}

void Database::release_memory() noexcept {
    sqlite3_db_release_memory(handle_);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
    if (kind == Kind::snapshot) {
        database.execute("BEGIN");
        return;
    }
    if (!database.has_prepared_) {
        database.begin_ = Statement(database, "BEGIN IMMEDIATE");
        database.commit_ = Statement(database, "COMMIT");
        database.has_prepared_ = true;
    }
    database.begin_.run();
}

Transaction::~Transaction() {
    if (!database_.in_transaction()) {
        return;  // committed, or SQLite has rolled back by itself
    }
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    if (database_.has_prepared_) {
        database_.commit_.run();
    } else {
        database_.execute("COMMIT");
    }
}

tl::unexpected<Error> failed(const DatabaseError& error) {
    const ErrorCode code = error.is_busy() ? ErrorCode::busy : ErrorCode::io_failure;
    return fail(code, std::string("the database says: ") + error.what());
}

Status guard(const std::function<void()>& job) {
    try {
        job();
        return {};
    } catch (const DatabaseError& error) {
        return failed(error);
    } catch (const std::exception& error) {
        return fail(ErrorCode::io_failure,
                    std::string("reading or writing the database: ") + error.what());
    }
}

}  // namespace aifp::storage
