#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/draw.hpp"

namespace aifp::simulation {

/// A disk in memory that can lose its power at any write. What was not synced may survive in parts.
/// While it lives it is SQLite's default VFS. One at a time, one thread, one connection; it must
/// outlive the databases on it.
class CrashDisk {
public:
    CrashDisk();
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;
    ~CrashDisk();

    /// A file that is there from the beginning.
    void put(const std::string& name, const std::string& bytes);
    [[nodiscard]] std::string bytes_of(const std::string& name) const;

    /// The power goes with the n-th write or sync from now on (1: the next).
    void crash_at_write(int count) { left_ = count; }
    /// The power goes now.
    void crash() { crashed_ = true; }
    [[nodiscard]] bool has_crashed() const noexcept { return crashed_; }
    /// The power is back: of every write since the last sync of its file chance keeps all, a part
    /// or nothing.
    void restart(Draw& draw);

    /// Writes fail as on a disk without space.
    void set_full(bool is_full) { full_ = is_full; }
    [[nodiscard]] bool is_full() const noexcept { return full_; }

    /// A change that no sync has made safe yet.
    struct Change {
        std::int64_t at = 0;
        std::string bytes;
        bool truncates = false;  ///< To `at`.
    };
    struct File {
        std::string now;
        std::string safe;
        std::vector<Change> unsynced;
        std::vector<std::unique_ptr<char[]>> shared;  ///< The index of the write-ahead log.
    };

    // For the functions of the VFS.
    [[nodiscard]] std::map<std::string, std::shared_ptr<File>>& files() noexcept { return files_; }
    /// What the next write or sync is to return. A full disk refuses writes only.
    [[nodiscard]] int next_write(bool is_sync) noexcept;

private:
    sqlite3_vfs vfs_;
    std::map<std::string, std::shared_ptr<File>> files_;
    int left_ = 0;  ///< Writes until the crash; 0: none is planned.
    bool crashed_ = false;
    bool full_ = false;
};

}  // namespace aifp::simulation
