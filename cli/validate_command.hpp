#pragma once

#include <istream>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct ValidateOptions {
    std::string name = {};                  ///< Of a directive.
    std::vector<std::string> answers = {};  ///< "ID=VALUE"; with any of them nothing is asked.
    bool json = false;                      ///< Print the API's JSON and ask nothing.
    bool forget = false;                    ///< Take all answers back and ask nothing.
};

/// Asks what the directive leaves open, the critical first, and sends the answers to the daemon. A
/// line read from `input` is an answer; an empty one takes the default or skips the question; the
/// end of the input ends the asking. An answer that cannot be is told and asked for again. With
/// `forget` it takes all answers back and shows what is open. Exit code: 0 when no critical
/// question is open; 1 when one is, or with the API's error; 2 for an answer without "="; 3 without
/// a daemon.
[[nodiscard]] int run_validate(const ValidateOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal,
                               std::istream& input);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_validate_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
