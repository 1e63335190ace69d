#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// What `aifp approve-run` takes.
struct ApproveRunOptions {
    std::string run = {};     ///< Its number.
    std::string answer = {};  ///< yes or no
    std::string step = {};    ///< Which one is meant, if it asks for several.
    bool json = false;
};

/// Answers the approval that a run asks for. Exit codes as run_online.
[[nodiscard]] int run_approve_run(const ApproveRunOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal);

/// What is under way, a line for each thing that a run does or waits for.
void print_runs(const Terminal& terminal, const boost::json::value& answer);
/// What cancel answers.
void print_cancelled(const Terminal& terminal, const boost::json::value& answer);
void print_begun(const Terminal& terminal, const boost::json::value& answer);

/// Adds approve-run to the command line (cli/verbs.cpp).
void add_approve_run_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
