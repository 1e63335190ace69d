#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "logging/log.hpp"

namespace aifp::logging {

/// Which lines are wanted. Empty members let everything through.
struct LogFilter {
    std::string directive;          ///< Lines whose "directive" is exactly this.
    Level least = Level::debug;     ///< This level and above.
    std::optional<WallTime> since;  ///< At or after.
    std::optional<WallTime> until;  ///< Before.
};

/// What a line of a log file says of itself.
struct LineFacts {
    std::string stamp;           ///< Its "ts": "2026-11-22T17:00:00.123Z".
    std::optional<Level> level;  ///< Nothing: it says none that is known.
    std::string directive;       ///< Empty: it is about none.
};

/// Nothing when the line is not a JSON object with "ts".
[[nodiscard]] std::optional<LineFacts> facts_of(std::string_view line);

/// Whether such a line passes.
[[nodiscard]] bool passes(const LogFilter& filter, const LineFacts& facts);

/// The same for the line itself; one without facts never does.
[[nodiscard]] bool passes(const LogFilter& filter, std::string_view line);

/// What to read.
struct LogQuery {
    std::filesystem::path directory;  ///< `.aifp-project/logs`
    std::vector<LogType> types{kLogTypes.begin(), kLogTypes.end()};
    LogFilter filter;
    std::size_t count = 50;  ///< At most 100,000.
};

/// The last `count` lines that pass, oldest first, of the current and the rotated files (compressed
/// or not), the channels merged by time. A channel without files is empty. Blocks; needs no daemon.
/// Errors: invalid_input when `count` is too large; io_failure.
[[nodiscard]] Result<std::vector<std::string>> blocking_read_last(const LogQuery& query);

}  // namespace aifp::logging
