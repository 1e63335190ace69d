#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "directives/parse.hpp"
#include "storage/source_files.hpp"

namespace aifp::engine {

/// One directive file as a scan found it.
struct ScannedFile {
    enum class State {
        unchanged,  ///< Its stat values or its hash are the known ones: it was not parsed.
        parsed,     ///< Read and parsed; perhaps broken.
    };
    State state = State::unchanged;
    storage::SourceFileRow row;  ///< Path, identity, hash, and the diagnostics as JSON.
    bool row_is_new = false;     ///< The row differs from the stored one.
    std::string text;            ///< Of a parsed file.
    directives::ParsedFile parsed;
    Status owner;  ///< Of a parsed file: whether it is the owner's (approval `owner_files`).
};

struct ScanResult {
    /// By path; last the known ones that could not be looked at, unchanged.
    std::vector<ScannedFile> files;
    std::vector<std::string> removed;  ///< Known files that are gone.
    /// What cannot be taken: other extensions, closed folders, too many files, too deep ones.
    model::Diagnostics problems;
    [[nodiscard]] bool has_changes() const noexcept;
};

struct ScanOptions {
    const ProjectPaths& paths;
    const directives::ParseContext& context;
    std::uint64_t max_file_bytes = 1 << 20;
};

/// Adds to a context what only the store knows: answers, names that are taken.
using CompleteContext = std::function<directives::ParseContext(directives::ParseContext)>;

/// Reads what has changed below `directives/`: a file whose size, times and inode are the known
/// ones is not even opened, one whose hash is known is not parsed. Follows links; passes over names
/// that begin with "." and editors' back-ups. `complete` is called once, before the first file is
/// parsed, or never. Blocks; any thread. What lies in a
/// folder that cannot be read stays as it is known. Bounded: 100,000 files, 16 levels.
[[nodiscard]] ScanResult scan_directives(const ScanOptions& options,
                                         std::vector<storage::SourceFileRow> known,
                                         const CompleteContext& complete);

}  // namespace aifp::engine
