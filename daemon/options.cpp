#include "daemon/options.hpp"

#include <CLI/CLI.hpp>

#include "base/manual_page.hpp"

namespace aifp::daemon {

namespace {

constexpr int kUsageError = 2;  // reference/decisions.md, Exit codes

// A folder given twice is one project.
bool take_project(const std::string& written, Options& options) {
    std::error_code failed;
    auto folder = std::filesystem::canonical(written, failed);
    if (failed || !std::filesystem::is_directory(folder)) {
        std::cerr << "aifpd: " << written << " is not a folder; make one with: aifp init "
                  << written << "\n";
        return false;
    }
    auto& known = options.projects;
    if (std::find(known.begin(), known.end(), folder) == known.end()) {
        known.push_back(std::move(folder));
    }
    return true;
}

ManualFacts manual_facts() {
    ManualFacts facts;
    facts.section = 8;
    facts.version = AIFP_VERSION;
    facts.summary = "run the directives of a project";
    facts.sections = {
        {"Signals",
         "TERM, INT\tStop: what runs gets its time to end. A second one does not wait\n"
         "HUP\tRead settings, secrets and directives again"},
        {"Exit status",
         "0\tStopped as told\n"
         "1\tIt could not start: another aifpd has the project, an address is taken, the database "
         "is "
         "locked\n"
         "2\tThe command line is wrong\n"
         "78\tThe settings or secrets have mistakes; a restart does not help"},
        {"As a service",
         "systemctl enable --now aifpd@NAME runs the project in /var/lib/aifp/NAME as the user "
         "aifp. "
         "Its settings may stand in /etc/aifp/NAME.yaml."},
        {"Files",
         ".aifp-project/engine.yaml\tSettings\n"
         ".aifp-project/run/endpoints.json\tWhere the running daemon listens\n"
         ".aifp-project/run/admin.token\tWhat programs that use the admin API show"},
        {"See also", "aifp(1), aifp-directive(5), systemctl(1)"}};
    return facts;
}

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
    CLI::App app("aifpd runs the directives of a project, or of several, until it is told to stop.",
                 "aifpd");
    app.set_version_flag("--version", AIFP_VERSION);
    std::vector<std::string> projects;
    Options options;
    app.add_option("--project",
                   projects,
                   "A project folder (default: this one); give it again for each further project")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--admin",
                   options.admin,
                   "ADDRESS:PORT of the admin API (default 127.0.0.1:7717; port 0: any free one)");
    app.add_option("--hooks",
                   options.hooks,
                   "ADDRESS:PORT for webhooks (default 127.0.0.1:7718; port 0: any free one)");
    app.add_flag("--describe-config",
                 options.describe_config,
                 "Print every key of .aifp-project/engine.yaml as JSON");
    bool manual = false;
    app.add_flag("--manual", manual, "Print the manual page")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : kUsageError};
    }
    if (manual) {
        std::cout << manual_page(app, manual_facts());
        return {std::nullopt, 0};
    }
    if (projects.empty()) {
        projects.emplace_back(".");
    }
    for (const auto& project : projects) {
        if (!take_project(project, options)) {
            return {std::nullopt, kUsageError};
        }
    }
    return {std::move(options), 0};
}

}  // namespace aifp::daemon
