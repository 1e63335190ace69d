#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace aifp::testing {

/// A SQLite VFS that passes everything on to the machine's and fails what is asked of the files on
/// demand: a disk that is full, breaks or hangs, a lock that somebody holds. While it lives it is
/// the default VFS, so databases opened meanwhile use it. One at a time; it must outlive those
/// databases. fail_with, hang and heal are thread-safe.
class FaultyVfs {
public:
    FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;
    ~FaultyVfs();

    /// What can be made to fail; flags.
    enum Operation : unsigned { write = 1, sync = 2, read = 4, lock = 8 };

    /// After `good` more of these operations, each one fails with `code` (SQLITE_FULL,
    /// SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC ...), or only the next `times`.
    void fail_with(int code, int good = 0, unsigned operations = write | sync, int times = kAlways);
    static constexpr int kAlways = 1 << 30;
    void heal();
    /// From now on writes and syncs do not come back until heal().
    void hang();
    /// Operations that were made to fail.
    [[nodiscard]] int failed() const { return failed_; }

    /// What the next operation of this kind is to return. Called by the file functions.
    [[nodiscard]] int next_result(Operation operation);

private:
    sqlite3_vfs vfs_;
    std::atomic<int> code_ = SQLITE_OK;
    std::atomic<int> good_ = 0;
    std::atomic<unsigned> operations_ = 0;
    std::atomic<int> times_ = kAlways;
    std::atomic<int> failed_ = 0;
    std::mutex mutex_;
    std::condition_variable healed_;
    bool is_hanging_ = false;  ///< Guarded by mutex_.
};

}  // namespace aifp::testing
