#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
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

/// Whether a line of a log file passes. A line that is not a JSON object with "ts" never does.
[[nodiscard]] bool passes(const LogFilter& filter, std::string_view line);

/// What to read.
struct LogQuery {
    std::filesystem::path directory;  ///< `.aifp-project/logs`
    std::vector<LogType> types{kLogTypes.begin(), kLogTypes.end()};
    LogFilter filter;
    std::size_t count = 50;  ///< At most 100,000.
    /// No further file of a channel is begun once so much of it is looked at, unpacked: a search
    /// for what is rare would read for minutes.
    std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
    std::function<bool()> is_stopped = {};  ///< Asked every megabyte; may be empty.
};

struct FoundLines {
    std::vector<std::string> lines;
    /// The search ended early: it goes on with `filter.until` at this instant.
    std::optional<WallTime> goes_on_before;
};

/// The last `count` lines that pass, oldest first, of the current and the rotated files (compressed
/// or not), the channels merged by time. A channel without files is empty. Blocks; needs no daemon.
/// Errors: invalid_input when `count` is too large; cancelled; io_failure.
[[nodiscard]] Result<FoundLines> blocking_search(const LogQuery& query);
/// The same without a bound: its lines.
[[nodiscard]] Result<std::vector<std::string>> blocking_read_last(LogQuery query);

}  // namespace aifp::logging
