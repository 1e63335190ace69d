#include "engine/approval.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

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

}  // namespace

bool refresh_implementation(ImplementationFile& file, const std::filesystem::path& where) {
    struct stat facts {};
    ImplementationFile seen{file.path, {}, file.approved_sha256};
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
    const auto real = error ? file : std::filesystem::canonical(file, error);
    if (error) {
        return fail(ErrorCode::not_found, fmt::format("{}: {}", file.string(), error.message()));
    }
    auto owner = ownership_of(root);
    if (!owner) {
        return fail(std::move(owner).error());
    }
    // A link may lead out of the project: then every folder up to the top of the tree counts.
    for (auto step = real;; step = step.parent_path()) {
        auto facts = ownership_of(step);
        if (!facts) {
            return fail(std::move(facts).error());
        }
        auto fine = check_owned({*facts}, owner->owner);
        if (!fine) {
            return fail(fine.error().with_context(step.string()));
        }
        if (step == root || step == step.parent_path()) {
            return {};
        }
    }
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
