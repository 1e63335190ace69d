#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// What `aifp snooze` takes.
struct SnoozeOptions {
    std::string name = {};               ///< Of a directive.
    std::vector<std::string> when = {};  ///< "2h", or "until" and a time; joined by blanks.
    bool json = false;
};

/// Lets a directive sleep. Exit codes as run_online.
[[nodiscard]] int run_snooze(const SnoozeOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// What snooze and unsnooze answer.
void print_snoozed(const Terminal& terminal, const boost::json::value& answer);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_snooze_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
