#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "logging/reader.hpp"

namespace aifp::logging {

/// Follows channels as they grow, across rotation, like `tail -F`. One thread at a time.
class LogFollower {
public:
    virtual ~LogFollower() = default;

    /// The lines that came since the last call and pass the filter, of one channel after the other.
    /// Reads at most 1 MiB of each channel. Errors: io_failure.
    [[nodiscard]] virtual Result<std::vector<std::string>> read_new() = 0;

    /// Waits until something in the channels' folders changes, at most `longest`. May return early
    /// (a signal). Returns whether something changed. Not on a loop.
    [[nodiscard]] virtual bool blocking_wait(Milliseconds longest) = 0;
};

/// Begins at the end of what is there now; `count` of the query is not used. A folder that does not
/// exist yet is created by the daemon later: it is looked for again at each read.
/// Errors: io_failure (no inotify).
[[nodiscard]] Result<std::unique_ptr<LogFollower>> follow_logs(const LogQuery& query);

}  // namespace aifp::logging
