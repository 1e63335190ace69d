#pragma once

#include <sys/types.h>

#include "base/file.hpp"
#include "base/result.hpp"
#include "process/process.hpp"

namespace aifp::process {

/// A child that has begun to run its program, and our ends of its pipes (not blocking).
struct Spawned {
    pid_t pid = 0;
    FileDescriptor pidfd;  ///< Readable once the leader has ended.
    FileDescriptor input;  ///< Not open when the child reads /dev/null.
    FileDescriptor output;
    FileDescriptor error;
};

/// Starts a child in its own process group; returns once its program runs. Only argv, environment
/// and folder of the request matter, and whether there is input. The calling thread stands still
/// meanwhile (CLONE_VFORK), and nothing of its memory is copied. The child dies with that thread.
/// Errors: as start_process().
[[nodiscard]] Result<Spawned> spawn(const ProcessRequest& request);

}  // namespace aifp::process
