#pragma once

#include <functional>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

// The verbs that ask the daemon for the workflow helpers: generate, rollback, activate, deactivate,
// deps, status --report. Exit codes as run_online.

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct WorkflowOptions {
    std::string name = {};  ///< Of a directive; may be empty for deps.
    bool force = false;     ///< generate: replace a person's file.
    std::string to = {};    ///< rollback: the first digits of a version's hash.
    bool install = false;   ///< deps: install what is missing.
    bool yes = false;       ///< deps: without asking.
    bool connect = false;   ///< deps: ask services too.
    bool json = false;
};

[[nodiscard]] int run_generate(const WorkflowOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);
[[nodiscard]] int run_rollback(const WorkflowOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);
[[nodiscard]] int run_activate(const WorkflowOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);
[[nodiscard]] int run_deactivate(const WorkflowOptions& options,
                                 const ProjectPaths& paths,
                                 const Terminal& terminal);
/// Shows each command before it is run and calls `ask` with a question; only true runs it. With
/// `yes` nobody is asked.
[[nodiscard]] int run_deps(const WorkflowOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal,
                           const std::function<bool(const std::string& question)>& ask);
[[nodiscard]] int run_report(const WorkflowOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// Asks on the terminal: "y" or "yes" is a yes; anything else, also the end of input, a no.
[[nodiscard]] bool ask_on_terminal(const Terminal& terminal, const std::string& question);

/// Adds generate, rollback, activate, deactivate and deps to the command line (cli/verbs.cpp).
void add_workflow_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
