#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct NextOptions {
    /// A directive. With `cron` or `trigger`: the name that `~` in a cron expression hashes.
    std::string name = {};
    std::optional<std::string> cron = {};
    std::optional<std::string> trigger = {};
    std::optional<std::string> zone = {};  ///< IANA name; default: the terminal's.
    std::optional<std::string> from = {};  ///< RFC 3339; default: now.
    std::optional<double> latitude = {};   ///< For the sun; default: the project's settings.
    std::optional<double> longitude = {};  ///< Both or none.
    std::size_t count = 5;
    bool json = false;  ///< An array of RFC 3339 instants with offset.
};

/// When an expression fires: the next `count` instants strictly after `from`. Needs no daemon.
/// Without `cron` and `trigger` the daemon is asked when the directive `name`, or every one, is
/// due. Exit code: 0, also when it never fires (a warning on the error stream); 2 with a caret for
/// a bad expression; 1 and 3 as all verbs that ask the daemon.
[[nodiscard]] int run_next(const NextOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_next_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
