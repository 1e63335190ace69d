#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp::cli {

/// A folder beside `target`, on the same file system, gone with the object.
class StagingFolder {
public:
    /// Errors: io_failure.
    [[nodiscard]] static Result<StagingFolder> make_beside(const std::filesystem::path& target);
    StagingFolder(StagingFolder&& other) noexcept : path_(std::move(other.path_)) {
        other.path_.clear();
    }
    StagingFolder& operator=(StagingFolder&&) = delete;
    ~StagingFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit StagingFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

/// What became of the folder that was replaced.
struct Swapped {
    std::optional<std::filesystem::path>
        kept_beside;                   ///< Nothing: there was none, or it was empty.
    std::vector<std::string> moved;    ///< What the backup does not hold and the project keeps.
    std::vector<std::string> unmoved;  ///< Of it what could not be moved; it is in `kept_beside`.
};

/// Puts the project folder `staged` in the place of `target`, in one step: a crash leaves the one
/// or the other, whole. Then what the backup does not hold (logs, secrets.yaml, the admin token,
/// other files of the folder), and tokens.json in any case, comes over from what was there, which
/// is kept as `NAME.before-restore-TIME`. As root the files get the owner of what was there.
/// Blocks. Errors: conflict when a daemon runs the project; io_failure; in both cases nothing is
/// changed.
[[nodiscard]] Result<Swapped> put_in_place(const std::filesystem::path& staged,
                                           const std::filesystem::path& target,
                                           WallTime now);

}  // namespace aifp::cli
