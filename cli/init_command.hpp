#pragma once

#include <filesystem>
#include <string>

#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct InitOptions {
    std::filesystem::path folder = ".";
    bool json = false;  ///< {"made": [...], "kept": [...]}
};

/// Makes the folders and first files of a project; what exists stays as it is. Exit code: 0; 1 when
/// something cannot be made.
[[nodiscard]] int run_init(const InitOptions& options, const Terminal& terminal);

/// engine.yaml with every key and its default, commented out: taking away the "#" at the start of
/// every line that does not begin with "# " and a word leaves valid settings.
[[nodiscard]] std::string default_settings_text(const TimeZone& zone);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_init_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
