#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "base/file.hpp"
#include "base/result.hpp"

namespace aifp {

/// Holds a project for one program: the daemon, or what may not happen beside it. The kernel lets
/// go when the process dies, however it dies.
class ProjectLock {
public:
    /// Makes the file if there is none. Errors: conflict naming the process that has it;
    /// io_failure.
    [[nodiscard]] static Result<ProjectLock> take(const std::filesystem::path& file);
    /// The process that holds it, 0 if it did not say; nothing if nobody does, or there is no such
    /// file. Takes nothing.
    [[nodiscard]] static std::optional<pid_t> holder(const std::filesystem::path& file);

private:
    explicit ProjectLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
    FileDescriptor descriptor_;
};

}  // namespace aifp
