#pragma once

#include <istream>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct ProposeOptions {
    std::string file = {};      ///< What holds the text; "-": the input.
    std::string replaces = {};  ///< Name or id of a directive; empty: the text is a new file.
    std::string as = {};        ///< Name of the file in directives/; empty: that of `file`.
    bool dry = false;           ///< Only tell its mistakes; nothing is kept.
    bool json = false;          ///< The API's JSON as it is.
};

/// Sends a text to the daemon as the proposal for a new directive file, or for what a directive
/// is to be from now on, or with `dry` to be judged alone (POST /directives, PUT
/// /directives/NAME, POST /directives/validate). A suffix of `as` says which form it has. Exit
/// code: 0; 1 with the API's error or the mistakes found; 2 when the text cannot be read or has no
/// name for its file; 3 without a daemon.
[[nodiscard]] int run_propose(const ProposeOptions& options,
                              const ProjectPaths& paths,
                              const Terminal& terminal,
                              std::istream& input);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_propose_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
