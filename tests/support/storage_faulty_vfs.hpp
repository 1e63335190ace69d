#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace aifp::testing {

/// A SQLite VFS that passes everything on to the machine's and fails writes on demand: a disk that
/// is full, breaks or hangs. While it lives it is the default VFS, so databases opened meanwhile
/// use it. One at a time; it must outlive those databases. fail_with, hang and heal are
/// thread-safe.
class FaultyVfs {
public:
    FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;
    ~FaultyVfs();

    /// After `good_writes` more writes or syncs, each one fails with `code` (SQLITE_FULL,
    /// SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC ...).
    void fail_with(int code, int good_writes = 0);
    void heal();
    /// From now on writes and syncs do not come back until heal().
    void hang();
    /// Writes and syncs that were made to fail.
    [[nodiscard]] int failed() const { return failed_; }

    /// What the next write or sync is to return. Called by the file functions.
    [[nodiscard]] int next_result();

private:
    sqlite3_vfs vfs_;
    std::atomic<int> code_ = SQLITE_OK;
    std::atomic<int> good_writes_ = 0;
    std::atomic<int> failed_ = 0;
    std::mutex mutex_;
    std::condition_variable healed_;
    bool is_hanging_ = false;  ///< Guarded by mutex_.
};

}  // namespace aifp::testing
