#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// What `aifp token` takes.
struct TokenOptions {
    std::string name = {};
    std::vector<std::string> scopes = {};     ///< read, author, operate, approve.
    std::optional<std::string> expires = {};  ///< "90d"; without, never.
    bool json = false;
};

/// Makes a token and prints its text, which is shown this once. Exit codes as run_online, for all.
[[nodiscard]] int run_token_create(const TokenOptions& options,
                                   const ProjectPaths& paths,
                                   const Terminal& terminal);
[[nodiscard]] int run_token_list(const TokenOptions& options,
                                 const ProjectPaths& paths,
                                 const Terminal& terminal);
[[nodiscard]] int run_token_revoke(const TokenOptions& options,
                                   const ProjectPaths& paths,
                                   const Terminal& terminal);

/// Adds the verb and its own verbs to the command line (cli/verbs.cpp).
void add_token_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
