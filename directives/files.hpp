#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "directives/parse.hpp"
#include "model/diagnostic.hpp"

// Where directive files come from: the one home of what the daemon and `aifp check` both do before
// a file is parsed.

namespace aifp::directives {

struct FoundFile {
    std::string path;      ///< Below the folder that was given, spelled as it was.
    struct stat facts {};  ///< When the walk passed by.
};

/// What stands below a folder.
struct FoundFiles {
    std::vector<FoundFile> files;  ///< Directive files, sorted by path.
    model::Diagnostics problems;   ///< Files with other extensions, too many files, closed folders.
    /// Folders and files that could not be looked at, spelled as in `files`; told in `problems`.
    /// What stands at or below them is not known to be gone.
    std::vector<std::string> unseen;
};

/// So many levels of folders below the one that is given are entered, and watched by the engine.
inline constexpr int kMaxFolderDepth = 16;

/// The directive files below `folder`. Links are followed, each folder is entered once; names that
/// begin with "." and editors' back-ups are passed over. Bounded: 100,000 files, kMaxFolderDepth
/// levels; a breach is told. Blocks; any thread.
[[nodiscard]] FoundFiles find_directive_files(const std::filesystem::path& folder);

/// A file's text, and what it was when it was read.
struct ReadFile {
    std::string text;
    struct stat facts {};
};

/// Reads a file whole. One that was written to meanwhile is read again, at most kReadAttempts
/// times. Blocks. Errors: as read_file; busy when it never stood still.
[[nodiscard]] Result<ReadFile> read_settled_file(const std::filesystem::path& path,
                                                 std::uint64_t max_bytes);
inline constexpr int kReadAttempts = 4;

/// Where the project is, if its settings say so.
[[nodiscard]] std::optional<schedule::SunPosition> position_of(const config::Settings& settings);

/// What the settings and secrets of a project mean for its directive files. Pure.
[[nodiscard]] ParseContext context_of(const config::Settings& settings,
                                      const config::Secrets& secrets);

/// A diagnostic about a file as a whole.
[[nodiscard]] model::Diagnostic about_file(const std::filesystem::path& file,
                                           model::Severity severity,
                                           std::string message,
                                           std::string hint = {});

}  // namespace aifp::directives
