#pragma once

#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// What `aifp versions` and `aifp diff` take.
struct VersionOptions {
    std::string name = {};  ///< Of a directive.
    std::string from = {};  ///< First digits of a version's hash; empty: as the API chooses.
    std::string to = {};
    bool json = false;
};

/// The versions of a directive that are kept, newest first. Exit codes as run_online, for both.
[[nodiscard]] int run_versions(const VersionOptions& options,
                               const ProjectPaths& paths,
                               const Terminal& terminal);
/// What differs between two of them.
[[nodiscard]] int run_diff(const VersionOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal);

/// Adds the verbs to the command line (cli/verbs.cpp).
void add_version_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
