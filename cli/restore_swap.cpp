#include "cli/restore_swap.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/file.hpp"
#include "base/project_lock.hpp"
#include "base/project_paths.hpp"
#include "base/time_zone.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnFolderMode = 0750;  // as the daemon makes it

tl::unexpected<Error> refused(std::string_view doing, const fs::path& path) {
    return fail(ErrorCode::io_failure,
                fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(errno)));
}

fs::path parent_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// As root: the files of one who is not stay theirs.
Status give_to_owner(const fs::path& staged, const struct stat& owner) {
    if (::geteuid() != 0) {
        return {};
    }
    std::vector<fs::path> all{staged};
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(staged, failed)) {
        all.push_back(entry.path());
    }
    for (const fs::path& path : all) {
        if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0) {
            return refused("give away", path);
        }
    }
    return failed ? Status(fail(ErrorCode::io_failure, failed.message())) : Status{};
}

fs::path name_beside(const fs::path& target, WallTime now) {
    std::string stamp;
    for (const char letter : format_rfc3339(now, TimeZone::utc())) {
        if (letter != '-' && letter != ':' && letter != '.') {
            stamp += letter;
        }
    }
    fs::path name = fmt::format("{}.before-restore-{}", target.string(), stamp);
    std::error_code ignored;
    for (int again = 2; fs::exists(fs::symlink_status(name, ignored)); ++again) {
        name = fmt::format("{}.before-restore-{}-{}", target.string(), stamp, again);
    }
    return name;
}

/// What the backup does not hold comes over to the new folder.
class Keeper {
public:
    Keeper(fs::path before, fs::path after, Swapped& told)
        : before_(std::move(before)), after_(std::move(after)), told_(told) {}

    void keep_all() {
        keep_entries(".");
        keep_entries(".aifp-project");
        keep(".aifp-project/run/admin.token");
    }

private:
    void keep_entries(const fs::path& folder) {
        std::vector<fs::path> names;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(before_ / folder, ignored)) {
            names.push_back(entry.path().filename());
        }
        for (const fs::path& name : names) {
            // The old database would not be the backup's.
            if (!name.native().starts_with("user_directives.db")) {
                keep((folder / name).lexically_normal());
            }
        }
    }

    void keep(const fs::path& name) {
        std::error_code failed;
        if (fs::exists(fs::symlink_status(after_ / name, failed)) ||
            !fs::exists(fs::symlink_status(before_ / name, failed))) {
            return;
        }
        fs::rename(before_ / name, after_ / name, failed);
        (failed ? told_.unmoved : told_.moved).push_back(name.string());
    }

    fs::path before_;
    fs::path after_;
    Swapped& told_;
};

/// Into a folder that is not there, or empty.
Result<Swapped> move_in(const fs::path& staged, const fs::path& target) {
    if (::rename(staged.c_str(), target.c_str()) != 0) {
        return refused("make", target);
    }
    auto synced = sync_folder(parent_of(target));
    return synced ? Result<Swapped>(Swapped{}) : Result<Swapped>(fail(synced.error()));
}

/// Holds both folders' locks, so that no daemon begins before all is in its place.
Result<Swapped> exchange(const fs::path& staged, const fs::path& target, WallTime now) {
    const ProjectPaths before(target);
    const ProjectPaths after(staged);
    std::optional<Result<ProjectLock>> old_lock;
    if (std::error_code ignored; fs::is_directory(before.run(), ignored)) {
        old_lock.emplace(ProjectLock::take(before.lock()));
        if (!*old_lock) {
            return fail(old_lock->error());
        }
    }
    const auto new_lock = ProjectLock::take(after.lock());
    if (!new_lock) {
        return fail(new_lock.error());
    }
    // A token that was revoked since the backup must not open again. (docs/backups.md)
    std::error_code failed;
    if (fs::is_directory(before.own(), failed)) {
        fs::remove(after.tokens(), failed);
        if (failed) {
            return fail(
                ErrorCode::io_failure,
                fmt::format("cannot remove {}: {}", after.tokens().string(), failed.message()));
        }
    }
    const fs::path aside = name_beside(target, now);
    if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0) {
        return refused("replace", target);
    }
    Swapped told;
    told.kept_beside = aside;
    if (::rename(staged.c_str(), aside.c_str()) != 0) {
        const auto why = refused("rename what was there before to", aside);
        // Back, before the staging folder goes with what lies in it.
        ::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE);
        return why;
    }
    Keeper(aside, target, told).keep_all();
    auto synced = sync_folder(parent_of(target));
    return synced ? Result<Swapped>(std::move(told)) : Result<Swapped>(fail(synced.error()));
}

}  // namespace

Result<StagingFolder> StagingFolder::make_beside(const fs::path& target) {
    std::string path =
        (parent_of(target) / fmt::format(".{}.restore-XXXXXX", target.filename().string()))
            .native();
    return ::mkdtemp(path.data()) != nullptr
               ? Result<StagingFolder>(StagingFolder(path))
               : Result<StagingFolder>(refused("make a folder beside", target));
}

StagingFolder::~StagingFolder() {
    if (!path_.empty()) {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
}

Result<Swapped> put_in_place(const fs::path& staged, const fs::path& target, WallTime now) {
    std::error_code ignored;
    const bool is_there = fs::is_directory(target, ignored);
    struct stat owner {};
    if (::stat((is_there ? target : parent_of(target)).c_str(), &owner) != 0) {
        return refused("look at", target);
    }
    const ProjectPaths after(staged);
    for (const fs::path& folder : {after.own(), after.run()}) {
        if (::mkdir(folder.c_str(), kOwnFolderMode) != 0 && errno != EEXIST) {
            return refused("make", folder);
        }
    }
    if (::chmod(staged.c_str(), is_there ? owner.st_mode & 07777U : 0755) != 0) {
        return refused("make", staged);
    }
    if (auto given = give_to_owner(staged, owner); !given) {
        return fail(given.error());
    }
    return is_there && !fs::is_empty(target, ignored) ? exchange(staged, target, now)
                                                      : move_in(staged, target);
}

}  // namespace aifp::cli
