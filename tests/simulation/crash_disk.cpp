#include "tests/simulation/crash_disk.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace aifp::simulation {

namespace {

constexpr std::size_t kSector = 512;

struct Handle {
    sqlite3_file base;
    CrashDisk* disk;
    std::shared_ptr<CrashDisk::File> file;
};

Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<Handle*>(file);
}

void apply_change(std::string& bytes, const CrashDisk::Change& change) {
    const auto at = static_cast<std::size_t>(change.at);
    if (change.truncates) {
        bytes.resize(std::min(bytes.size(), at));
        return;
    }
    if (bytes.size() < at + change.bytes.size()) {
        bytes.resize(at + change.bytes.size());
    }
    bytes.replace(at, change.bytes.size(), change.bytes);
}

void change(Handle& handle, CrashDisk::Change wanted) {
    apply_change(handle.file->now, wanted);
    handle.file->unsynced.push_back(std::move(wanted));
}

int close(sqlite3_file* file) {
    handle_of(file).~Handle();
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    auto& handle = handle_of(file);
    if (handle.disk->has_crashed()) {
        return SQLITE_IOERR_READ;
    }
    const auto& now = handle.file->now;
    const auto wanted = static_cast<std::size_t>(count);
    const auto at = std::min(now.size(), static_cast<std::size_t>(offset));
    const auto there = std::min(wanted, now.size() - at);
    std::memcpy(bytes, now.data() + at, there);
    std::memset(static_cast<char*>(bytes) + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

// The write with which the power goes may still have reached the disk.
int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    auto& handle = handle_of(file);
    const bool was_up = !handle.disk->has_crashed();
    const int code = handle.disk->next_write(false);
    if (was_up && (code == SQLITE_OK || handle.disk->has_crashed())) {
        change(handle,
               {offset,
                std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count)),
                false});
    }
    return code;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    auto& handle = handle_of(file);
    if (handle.disk->has_crashed()) {
        return SQLITE_IOERR_TRUNCATE;
    }
    change(handle, {size, {}, true});
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int /*flags*/) {
    auto& handle = handle_of(file);
    const int code = handle.disk->next_write(true);
    if (code == SQLITE_OK) {
        for (const auto& pending : handle.file->unsynced) {
            apply_change(handle.file->safe, pending);
        }
        handle.file->unsynced.clear();
    }
    return code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(handle_of(file).file->now.size());
    return SQLITE_OK;
}

int lock(sqlite3_file* /*file*/, int /*level*/) {
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* /*file*/, int* result) {
    *result = 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
    return static_cast<int>(kSector);
}

int device_characteristics(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    auto& shared = handle_of(file).file->shared;
    const auto index = static_cast<std::size_t>(region);
    while (extend != 0 && shared.size() <= index) {
        shared.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *memory = shared.size() > index ? shared[index].get() : nullptr;
    return SQLITE_OK;
}

int shm_lock(sqlite3_file* /*file*/, int /*offset*/, int /*count*/, int /*flags*/) {
    return SQLITE_OK;
}

void shm_barrier(sqlite3_file* /*file*/) {}

int shm_unmap(sqlite3_file* file, int /*deletes*/) {
    handle_of(file).file->shared.clear();
    return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    lock,
    check_reserved_lock,
    file_control,
    sector_size,
    device_characteristics,
    shm_map,
    shm_lock,
    shm_barrier,
    shm_unmap,
    nullptr,
    nullptr,
};

CrashDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<CrashDisk*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    file->pMethods = nullptr;
    auto& files = disk_of(vfs).files();
    auto found = files.find(name != nullptr ? name : "");
    if (found == files.end() && (flags & SQLITE_OPEN_CREATE) == 0) {
        return SQLITE_CANTOPEN;
    }
    if (found == files.end()) {
        found =
            files.emplace(name != nullptr ? name : "", std::make_shared<CrashDisk::File>()).first;
    }
    new (file) Handle{{&kMethods}, &disk_of(vfs), found->second};
    if (out_flags != nullptr) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int /*sync_folder*/) {
    if (disk_of(vfs).has_crashed()) {
        return SQLITE_IOERR_DELETE;
    }
    return disk_of(vfs).files().erase(name) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* result) {
    const auto found = disk_of(vfs).files().find(name);
    *result = found != disk_of(vfs).files().end() && !found->second->now.empty() ? 1 : 0;
    return SQLITE_OK;
}

int full_pathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* result) {
    sqlite3_snprintf(size, result, "%s", name);
    return SQLITE_OK;
}

}  // namespace

CrashDisk::CrashDisk() : vfs_(*sqlite3_vfs_find("unix")) {
    vfs_.zName = "aifp-crash";
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(Handle));
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.xAccess = access;
    vfs_.xFullPathname = full_pathname;
    vfs_.xRandomness = [](sqlite3_vfs*, int size, char* bytes) {
        std::memset(bytes, 1, static_cast<std::size_t>(size));
        return size;
    };
    sqlite3_vfs_register(&vfs_, 1);
    sqlite3_randomness(0, nullptr);  // begins anew: equal seeds write equal logs
}

CrashDisk::~CrashDisk() {
    sqlite3_vfs_unregister(&vfs_);  // the one before is the default again
}

void CrashDisk::put(const std::string& name, const std::string& bytes) {
    auto file = std::make_shared<File>();
    file->now = bytes;
    file->safe = bytes;
    files_[name] = std::move(file);
    sqlite3_randomness(0, nullptr);  // whoever made the bytes may have drawn some
}

std::string CrashDisk::bytes_of(const std::string& name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? std::string() : found->second->now;
}

int CrashDisk::next_write(bool is_sync) noexcept {
    if (left_ > 0 && --left_ == 0) {
        crashed_ = true;
    }
    if (crashed_) {
        return SQLITE_IOERR_WRITE;
    }
    return full_ && !is_sync ? SQLITE_FULL : SQLITE_OK;
}

void CrashDisk::restart(Draw& draw) {
    for (auto& [name, file] : files_) {
        for (auto& pending : file->unsynced) {
            const int fate = draw.between(0, 2);
            if (fate == 0) {
                continue;
            }
            if (fate == 1 && pending.bytes.size() > kSector) {
                const auto sectors = static_cast<int>(pending.bytes.size() / kSector);
                pending.bytes.resize(kSector * static_cast<std::size_t>(draw.between(1, sectors)));
            }
            apply_change(file->safe, pending);
        }
        file->unsynced.clear();
        file->now = file->safe;
        file->shared.clear();
    }
    crashed_ = false;
    left_ = 0;
}

}  // namespace aifp::simulation
