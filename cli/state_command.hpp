#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct StateOptions {
    std::string name = {};   ///< Of the state; empty: all.
    std::string value = {};  ///< JSON; what is none is a text.
    std::optional<std::string> ttl = {};
    std::optional<std::string> if_is = {};  ///< As `value`.
    bool increment = false;
    bool json = false;
};

/// `aifp state get [NAME]`. Exit codes as run_online.
[[nodiscard]] int run_state_get(const StateOptions& options,
                                const ProjectPaths& paths,
                                const Terminal& terminal);
/// `aifp state set NAME VALUE`; 1 also when --if-is did not hold.
[[nodiscard]] int run_state_set(const StateOptions& options,
                                const ProjectPaths& paths,
                                const Terminal& terminal);
/// `aifp state unset NAME`.
[[nodiscard]] int run_state_unset(const StateOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal);
/// `aifp state watch [NAME]`: a line for every change, as long as `go_on` says so (asked after each
/// line) and the daemon is there.
[[nodiscard]] int run_state_watch(const StateOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal,
                                  const std::function<bool()>& go_on);

/// Adds `state` with its four verbs to the command line (cli/verbs.cpp).
void add_state_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
