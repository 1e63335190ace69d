#include "engine/approval.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"

namespace aifp::engine {
namespace {

constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kMaxImplementationBytes = 64 * 1024 * 1024;

Result<Ownership> ownership_of(const std::filesystem::path& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        return fail(ErrorCode::not_found,
                    fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    return Ownership{facts.st_uid, facts.st_mode};
}

/// Goes to a file as the system does, name by name and link by link, and asks of each whose it is:
/// who may put another link, or another folder, in its way may put another file there.
class OwnerWalk {
public:
    OwnerWalk(std::filesystem::path root, uid_t owner) : root_(std::move(root)), owner_(owner) {}

    Status walk(const std::filesystem::path& file) {
        auto done = enter(file);
        while (done && !pending_.empty()) {
            const auto name = std::move(pending_.front());
            pending_.pop_front();
            done = name == ".." ? climb() : step(name);
        }
        return done;
    }

private:
    // Above the project nothing is asked, unless the way leads there.
    Status enter(const std::filesystem::path& path) {
        auto below = path.lexically_relative(root_);
        const bool is_inside = !below.empty() && *below.begin() != "..";
        place_ = is_inside ? root_ : path.root_path();
        await(is_inside ? below : path.relative_path());
        return check(place_);
    }

    void await(const std::filesystem::path& names) {
        std::deque<std::string> first;
        for (const auto& name : names) {
            if (!name.empty() && name != ".") {
                first.push_back(name.string());
            }
        }
        pending_.insert(pending_.begin(), first.begin(), first.end());
    }

    Status climb() {
        place_ = place_.parent_path();
        Status fine;
        for (auto above = place_; fine; above = above.parent_path()) {
            fine = check(above);
            if (above == root_ || above == above.parent_path()) {
                break;
            }
        }
        return fine;
    }

    Status step(const std::string& name) {
        const auto next = place_ / name;
        auto fine = check(next);
        std::error_code error;
        const bool is_link =
            fine && std::filesystem::is_symlink(std::filesystem::symlink_status(next, error));
        if (!is_link) {
            place_ = next;
            return fine;
        }
        if (++links_ > kMaxLinks) {
            return fail(ErrorCode::denied, "too many links lead to it");
        }
        const auto target = std::filesystem::read_symlink(next, error);
        if (error) {
            return fail(ErrorCode::not_found, next.string() + ": " + error.message());
        }
        if (target.is_absolute()) {
            return enter(target);
        }
        await(target);
        return {};
    }

    // Anybody may "write" a link's mode: it says nothing.
    Status check(const std::filesystem::path& path) const {
        struct stat facts {};
        if (::lstat(path.c_str(), &facts) != 0) {
            return fail(ErrorCode::not_found,
                        fmt::format("{}: {}", path.string(), std::strerror(errno)));
        }
        auto fine =
            check_owned({{facts.st_uid, S_ISLNK(facts.st_mode) ? 0 : facts.st_mode}}, owner_);
        return fine ? fine : Status(fail(fine.error().with_context(path.string())));
    }

    static constexpr int kMaxLinks = 40;  // as Linux

    std::filesystem::path root_;
    uid_t owner_;
    std::filesystem::path place_;
    std::deque<std::string> pending_;
    int links_ = 0;
};

}  // namespace

bool refresh_implementation(ImplementationFile& file, const std::filesystem::path& where) {
    struct stat facts {};
    ImplementationFile seen{file.path, {}, file.approved_sha256, file.asked_sha256};
    if (::stat(where.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) {
        seen.size = facts.st_size;
        seen.mtime_ns = facts.st_mtim.tv_sec * kNsPerSecond + facts.st_mtim.tv_nsec;
        seen.ctime_ns = facts.st_ctim.tv_sec * kNsPerSecond + facts.st_ctim.tv_nsec;
        seen.inode = facts.st_ino;
        if (seen.size == file.size && seen.mtime_ns == file.mtime_ns &&
            seen.ctime_ns == file.ctime_ns && seen.inode == file.inode) {
            return false;
        }
        auto text = read_file(where, kMaxImplementationBytes);
        if (text) {
            seen.sha256 = sha256_hex(*text);
        }
    }
    const bool changed = seen.sha256 != file.sha256;
    file = std::move(seen);
    return changed;
}

Status check_owned(const std::vector<Ownership>& chain, uid_t project_owner) {
    for (const auto& link : chain) {
        if (link.owner != 0 && link.owner != project_owner) {
            return fail(ErrorCode::denied,
                        fmt::format("belongs to user {}, not to the owner of the project (user {})",
                                    link.owner,
                                    project_owner));
        }
        if ((link.mode & kOthersMayWrite) != 0) {
            return fail(ErrorCode::denied, "may be written by others: type chmod go-w");
        }
    }
    return {};
}

Status check_owner_file(const std::filesystem::path& file, const std::filesystem::path& project) {
    std::error_code error;
    const auto root = std::filesystem::canonical(project, error);
    const auto absolute = error ? file : std::filesystem::absolute(file, error);
    if (error) {
        return fail(ErrorCode::not_found, fmt::format("{}: {}", file.string(), error.message()));
    }
    auto owner = ownership_of(root);
    if (!owner) {
        return fail(std::move(owner).error());
    }
    const auto below = file.lexically_relative(project);
    return OwnerWalk(root, owner->owner)
        .walk(below.empty() || *below.begin() == ".." ? absolute : root / below);
}

model::Reason decide_gate(config::Approval setting,
                          const StandingApproval& approval,
                          const std::string& content_hash,
                          const std::vector<ImplementationFile>& files) {
    for (const auto& file : files) {
        if (file.sha256.empty()) {
            return model::Reason::implementation_missing;
        }
    }
    if (setting == config::Approval::off) {
        return model::Reason::none;
    }
    const bool counts =
        approval.by != kApprovedByOwnerFile || setting == config::Approval::owner_files;
    if (!counts || approval.hash != content_hash) {
        return model::Reason::not_approved;
    }
    for (const auto& file : files) {
        if (file.sha256 != file.approved_sha256) {
            return model::Reason::implementation_changed;
        }
    }
    return model::Reason::none;
}

}  // namespace aifp::engine
