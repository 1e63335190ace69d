#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"
#include "logging/log.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct LogsOptions {
    bool follow = false;
    std::optional<logging::LogType> type = {};     ///< Default: all.
    std::string directive = {};                    ///< Empty: all.
    logging::Level least = logging::Level::debug;  ///< This level and above.
    std::size_t count = 50;                        ///< Of the lines that are there already.
    bool json = false;                             ///< The lines as they stand in the files.
    /// "2h", "2026-11-22 18:00" or an instant, read in the terminal's zone; empty: no limit.
    std::string since = {};
    std::string until = {};  ///< Before it. Not together with `follow`.
};

/// Prints the last lines of the log files, the channels merged by time; then what comes, as long as
/// `go_on` (asked after each line that came, at least once a second without a daemon) says so. What
/// comes is told by the daemon (docs/events.md), or read from the files when none answers or the
/// stream ends. Exit code: 0; 1 when the files cannot be read; 2 for a time that is none.
[[nodiscard]] int run_logs(const LogsOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal,
                           const std::function<bool()>& go_on);

/// A line of a log file for people: "2026-11-22 18:00:00  info     run_ended  lamp  state=ok".
[[nodiscard]] std::string readable_log_line(std::string_view line, const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_logs_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
