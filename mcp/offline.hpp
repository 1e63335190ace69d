#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"

namespace aifp::mcp {

/// MCP without a daemon: the project's database is opened to be read only, and what would change
/// something is refused. One client, one thread: a line is answered before the next is read.
class Offline {
public:
    virtual ~Offline() = default;

    /// Answers the lines of `input` on `output` until the input ends. Blocks.
    virtual void blocking_serve(int input, int output) = 0;
};

struct OfflineOptions {
    ProjectPaths paths;
    std::string version;
};

/// A project without a database has no directives yet, and is served all the same. Errors:
/// io_failure when its database cannot be read.
[[nodiscard]] Result<std::unique_ptr<Offline>> open_offline(const Clock& clock,
                                                            const OfflineOptions& options);

}  // namespace aifp::mcp
