#pragma once

#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

// The verbs that explain and try out: why, run --dry, trace, backtest; and replay, which runs
// again. All ask the daemon. Exit codes as all verbs that do: 0; 1 with the API's error; 2 for
// wrong usage; 3 without a daemon.

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct InsightOptions {
    std::string name = {};     ///< Of a directive; of trace and replay: the run's number.
    std::string since = {};    ///< why, backtest: an instant, or how long ago.
    std::string payload = {};  ///< run: a JSON object, what trigger.* reads.
    std::string trigger = {};  ///< run: id of the trigger; empty: the first.
    bool from_failed = false;  ///< replay: not from the beginning.
    bool json = false;         ///< The API's JSON as it is.
};

/// Armed or not, what happened last and why, in sentences.
[[nodiscard]] int run_why(const InsightOptions& options,
                          const ProjectPaths& paths,
                          const Terminal& terminal);

/// Conditions asked, actions rendered, nothing performed.
[[nodiscard]] int run_dry(const InsightOptions& options,
                          const ProjectPaths& paths,
                          const Terminal& terminal);
/// Runs it by hand with that trigger and payload.
[[nodiscard]] int run_with(const InsightOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal);

/// The steps of a run.
[[nodiscard]] int run_trace(const InsightOptions& options,
                            const ProjectPaths& paths,
                            const Terminal& terminal);

/// Recorded events against the conditions of now.
[[nodiscard]] int run_backtest(const InsightOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);

/// Runs again with the trigger of a run that was.
[[nodiscard]] int run_replay(const InsightOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// Adds why, trace, replay and backtest to the command line (cli/verbs.cpp).
void add_insight_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
