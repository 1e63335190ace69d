#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

// The file of `aifp backup`: a gzip-compressed tar archive in the ustar form (POSIX.1-1988;
// pax(1)), which any tar unpacks. Regular files only. Written here because a library for every
// archive there is would cost each start of `aifp` a dozen shared objects.
namespace aifp::cli {

/// A file of an archive.
struct ArchiveEntry {
    std::string name;  ///< Relative, without "..".
    std::uint64_t size = 0;
    mode_t mode = 0644;
    std::string sha256;  ///< Of the content.
};

/// Makes an archive beside its final name and renames it there in the end: what is unfinished never
/// bears the name. Everything blocks; errors are io_failure unless said.
class ArchiveWriter {
public:
    /// The archive has mode 0600. `now`: the time that its files bear.
    [[nodiscard]] static Result<std::unique_ptr<ArchiveWriter>> create(
        const std::filesystem::path& file, WallTime now);
    virtual ~ArchiveWriter() = default;

    /// Errors: invalid_input for a name that the form cannot hold (100 bytes, 255 with folders);
    /// conflict when the file became shorter meanwhile.
    [[nodiscard]] virtual Status add_file(std::string name,
                                          const std::filesystem::path& source) = 0;
    [[nodiscard]] virtual Status add_text(std::string name, std::string_view text) = 0;
    /// What was added so far.
    [[nodiscard]] virtual const std::vector<ArchiveEntry>& entries() const = 0;
    /// Durable, and under its name.
    [[nodiscard]] virtual Status finish() = 0;
};

/// Unpacks below `folder`, which exists, what `wants` says yes to, with the modes it was stored
/// with. Gives everything that the archive holds. Errors: not_found; invalid_input when it is
/// damaged, broken off, or holds what add_file cannot have written (links, absolute names);
/// io_failure.
[[nodiscard]] Result<std::vector<ArchiveEntry>> blocking_unpack(
    const std::filesystem::path& file,
    const std::filesystem::path& folder,
    const std::function<bool(const ArchiveEntry&)>& wants);

}  // namespace aifp::cli
