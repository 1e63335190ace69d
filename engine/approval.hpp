#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// A file that a directive's `run` steps start, as it was when last looked at.
struct ImplementationFile {
    std::string path;               ///< As written: relative to the project.
    std::string sha256;             ///< Of its present content; empty when it is missing.
    std::string approved_sha256;    ///< Of the content that was approved; empty: none.
    std::string asked_sha256 = {};  ///< Of the content about which the owner's rule was asked last.
    std::int64_t size = -1;         ///< With the next three: what tells that it was written to.
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    std::uint64_t inode = 0;
};

/// Looks at the file again: hashes it only if its stat values differ from what `file` remembers.
/// Returns whether the content is another one. Blocks briefly. A missing file has an empty hash.
bool refresh_implementation(ImplementationFile& file, const std::filesystem::path& where);

/// Facts about one file or folder that decide whose it is.
struct Ownership {
    uid_t owner = 0;
    mode_t mode = 0;
};

/// Whether nobody but root and the project's owner can have written this: every link of the chain
/// (the file, then each folder up to the project's) is owned by one of the two and writable by no
/// group or other. Pure; says why not. (reference/decisions.md, Approval `owner_files`)
[[nodiscard]] Status check_owned(const std::vector<Ownership>& chain, uid_t project_owner);

/// Reads the chain from the file system and checks it, every link on the way and the folder it
/// stands in included: who can put another link there can put another file there. Blocks briefly.
/// The text of the error says which file or folder and what to type.
[[nodiscard]] Status check_owner_file(const std::filesystem::path& file,
                                      const std::filesystem::path& project);

/// A standing yes, as stored with the directive.
struct StandingApproval {
    std::string hash;  ///< The content it was given for; empty: never approved.
    std::string by;    ///< kApprovedByOwnerFile, or who said yes.
};
inline constexpr std::string_view kApprovedByOwnerFile = "owner_file";

/// Whether something may run. Pure. An approval by owner file counts only while the setting is
/// owner_files. Answers none, not_approved, implementation_missing or implementation_changed.
[[nodiscard]] model::Reason decide_gate(config::Approval setting,
                                        const StandingApproval& approval,
                                        const std::string& content_hash,
                                        const std::vector<ImplementationFile>& files);

}  // namespace aifp::engine
