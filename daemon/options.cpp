#include "daemon/options.hpp"

#include <CLI/CLI.hpp>

namespace aifp::daemon {

namespace {
constexpr int kUsageError = 2;  // reference/decisions.md, Exit codes
}

ParsedOptions parse_options(int argc, char** argv) {
    CLI::App app("aifpd runs the directives of one project until it is told to stop.", "aifpd");
    app.set_version_flag("--version", AIFP_VERSION);
    std::string project = ".";
    Options options;
    app.add_option("--project", project, "The project folder (default: this one)");
    app.add_option("--admin",
                   options.admin,
                   "ADDRESS:PORT of the admin API (default 127.0.0.1:7717; port 0: any free one)");
    app.add_option("--hooks",
                   options.hooks,
                   "ADDRESS:PORT for webhooks (default 127.0.0.1:7718; port 0: any free one)");
    app.add_flag("--describe-config",
                 options.describe_config,
                 "Print every key of .aifp-project/engine.yaml as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : kUsageError};
    }
    std::error_code failed;
    options.project = std::filesystem::canonical(project, failed);
    if (failed || !std::filesystem::is_directory(options.project)) {
        std::cerr << "aifpd: " << project << " is not a folder; make one with: aifp init "
                  << project << "\n";
        return {std::nullopt, kUsageError};
    }
    return {std::move(options), 0};
}

}  // namespace aifp::daemon
