#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

#include "engine/approval.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// The files that directives run, hashed once however many run them, and again only when their stat
/// values differ. Filled on the reading thread, before a transaction needs them: the storage thread
/// then only asks the file system whether they are still the same. One thread at a time.
class FileHashes {
public:
    FileHashes() = default;
    /// `root` is the project's folder.
    explicit FileHashes(std::filesystem::path root) : root_(std::move(root)) {}

    /// A file as it is now; `path` as written. Reads it if it is unknown or was written to.
    const ImplementationFile& look(const std::string& path);
    /// The same for all that a directive runs.
    void look_at(const model::Directive& directive);

private:
    std::filesystem::path root_;
    std::unordered_map<std::string, ImplementationFile> files_;
};

}  // namespace aifp::engine
