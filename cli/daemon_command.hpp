#pragma once

#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

// What the daemon tells of itself: its settings, its figures, AIFP's databases beside its own. Exit
// codes: 0; 1 with the API's error; 3 without a daemon.

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct DaemonOptions {
    std::string part = {};      ///< settings: what must stand in the name; empty: all.
    bool changed_only = false;  ///< settings: those that engine.yaml sets.
    bool json = false;
};

/// Every setting with its value. With `json` the API's rows, of those that are wanted.
[[nodiscard]] int run_settings(const DaemonOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);

/// The figures for Prometheus as they are (docs/metrics.md); with `json` an array of {name,
/// labels, value}.
[[nodiscard]] int run_metrics(const DaemonOptions& options,
                              const ProjectPaths& paths,
                              const Terminal& terminal);

/// What AIFP's other databases said (docs/neighbours.md).
[[nodiscard]] int run_neighbours(const DaemonOptions& options,
                                 const ProjectPaths& paths,
                                 const Terminal& terminal);

/// Adds settings, metrics and neighbours to the command line (cli/verbs.cpp).
void add_daemon_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
