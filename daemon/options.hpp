#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aifp::daemon {

/// The command line of aifpd.
struct Options {
    std::vector<std::filesystem::path> projects;  ///< Absolute, each once; at least one.
    std::optional<std::string> admin;             ///< ADDRESS:PORT; wins over the settings.
    std::optional<std::string> hooks;             ///< Likewise.
    bool describe_config = false;                 ///< Print every key of engine.yaml and end.
};

/// What the command line means: options to run with, or the exit code to end with.
struct ParsedOptions {
    std::optional<Options> options;
    int exit_code = 0;
};

/// Reads the command line; --help and --version print and end with 0, a mistake with 2.
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace aifp::daemon
