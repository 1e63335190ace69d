#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/result.hpp"

namespace aifp::daemon {

/// Holds a project for one daemon. The kernel lets go when the process dies, however it dies.
class ProjectLock {
public:
    /// Errors: conflict naming the process that has it; io_failure.
    [[nodiscard]] static Result<ProjectLock> take(const std::filesystem::path& file);

private:
    explicit ProjectLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
    FileDescriptor descriptor_;
};

}  // namespace aifp::daemon
