#include "tests/support/storage_faulty_vfs.hpp"

#include <cstring>

namespace aifp::testing {

namespace {

// The real file follows this head in the memory that SQLite gives.
struct FaultyFile {
    sqlite3_file base;
    FaultyVfs* owner;
};

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultyFile));
}

FaultyVfs& owner_of(sqlite3_file* file) {
    return *reinterpret_cast<FaultyFile*>(file)->owner;
}

int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    const int code = owner_of(file).next_result(FaultyVfs::read);
    return code == SQLITE_OK ? real(file)->pMethods->xRead(real(file), bytes, count, offset) : code;
}

int lock(sqlite3_file* file, int level) {
    const int code = owner_of(file).next_result(FaultyVfs::lock);
    return code == SQLITE_OK ? real(file)->pMethods->xLock(real(file), level) : code;
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    // Letting go never fails.
    const int code =
        (flags & SQLITE_SHM_LOCK) != 0 ? owner_of(file).next_result(FaultyVfs::lock) : SQLITE_OK;
    return code == SQLITE_OK ? real(file)->pMethods->xShmLock(real(file), offset, count, flags)
                             : code;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    const int code = owner_of(file).next_result(FaultyVfs::write);
    return code == SQLITE_OK ? real(file)->pMethods->xWrite(real(file), bytes, count, offset)
                             : code;
}

int sync(sqlite3_file* file, int flags) {
    const int code = owner_of(file).next_result(FaultyVfs::sync);
    return code == SQLITE_OK ? real(file)->pMethods->xSync(real(file), flags) : code;
}

// The rest is passed on: METHOD(parameters...).
template <auto method, class... Parameters>
int pass(sqlite3_file* file, Parameters... parameters) {
    return (real(file)->pMethods->*method)(real(file), parameters...);
}

void shm_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

const sqlite3_io_methods kMethods = {
    2,
    pass<&sqlite3_io_methods::xClose>,
    read,
    write,
    pass<&sqlite3_io_methods::xTruncate>,
    sync,
    pass<&sqlite3_io_methods::xFileSize>,
    lock,
    pass<&sqlite3_io_methods::xUnlock>,
    pass<&sqlite3_io_methods::xCheckReservedLock>,
    pass<&sqlite3_io_methods::xFileControl>,
    pass<&sqlite3_io_methods::xSectorSize>,
    pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    pass<&sqlite3_io_methods::xShmMap>,
    shm_lock,
    shm_barrier,
    pass<&sqlite3_io_methods::xShmUnmap>,
    nullptr,
    nullptr,
};

sqlite3_vfs* machine_vfs() {
    return sqlite3_vfs_find("unix");
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* faulty = reinterpret_cast<FaultyFile*>(file);
    faulty->owner = static_cast<FaultyVfs*>(vfs->pAppData);
    const int code = machine_vfs()->xOpen(machine_vfs(), name, real(file), flags, out_flags);
    faulty->base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
    return code;
}

}  // namespace

FaultyVfs::FaultyVfs() : vfs_(*machine_vfs()) {
    vfs_.zName = "aifp-faulty";
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + machine_vfs()->szOsFile;
    vfs_.xOpen = open;
    // The others read their own pAppData: hand them the real VFS.
    vfs_.xDelete = [](sqlite3_vfs*, const char* name, int sync_folder) {
        return machine_vfs()->xDelete(machine_vfs(), name, sync_folder);
    };
    vfs_.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* result) {
        return machine_vfs()->xAccess(machine_vfs(), name, flags, result);
    };
    vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* result) {
        return machine_vfs()->xFullPathname(machine_vfs(), name, size, result);
    };
    sqlite3_vfs_register(&vfs_, 1);
}

FaultyVfs::~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(machine_vfs(), 1);
}

void FaultyVfs::fail_with(int code, int good, unsigned operations, int times) {
    good_ = good;
    operations_ = operations;
    times_ = times;
    code_ = code;
}

void FaultyVfs::heal() {
    code_ = SQLITE_OK;
    {
        const std::lock_guard guard(mutex_);
        is_hanging_ = false;
    }
    healed_.notify_all();
}

void FaultyVfs::hang() {
    const std::lock_guard guard(mutex_);
    is_hanging_ = true;
}

int FaultyVfs::next_result(Operation operation) {
    if (operation == write || operation == sync) {
        std::unique_lock guard(mutex_);
        healed_.wait(guard, [this] { return !is_hanging_; });
    }
    const int code = code_;
    if (code == SQLITE_OK || (operations_ & operation) == 0 || good_-- > 0 || times_-- <= 0) {
        return SQLITE_OK;
    }
    ++failed_;
    return code;
}

}  // namespace aifp::testing
