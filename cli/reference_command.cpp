#include "cli/reference_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/manual_page.hpp"
#include "cli/completion.hpp"
#include "cli/directive_manual.hpp"
#include "cli/exit_codes.hpp"
#include "cli/invocation.hpp"
#include "cli/verbs.hpp"

namespace aifp::cli {
namespace {

constexpr std::string_view kFiles =
    "directives/\tWhat is to happen when: one file for each automation, or several in one\n"
    "src/\tPrograms that directives run\n"
    ".aifp-project/engine.yaml\tSettings; aifpd --describe-config tells every key\n"
    ".aifp-project/secrets.yaml\tNames and values of secrets, mode 0600\n"
    ".aifp-project/user_directives.db\tThe record of what ran and what did not\n"
    ".aifp-project/logs/\tLog files; aifp logs shows them";

ManualFacts facts_of_aifp() {
    std::string codes;
    for (const ExitCode& code : kExitCodes) {
        codes += fmt::format("{}{}\t{}", codes.empty() ? "" : "\n", code.code, code.meaning);
    }
    ManualFacts facts;
    facts.version = AIFP_VERSION;
    facts.summary = "check, show and steer the directives of a project";
    facts.sections = {
        {"Without a daemon",
         fmt::format("While no aifpd runs the project these work: {}.", offline_verbs())},
        {"Exit status", codes},
        {"Environment",
         "NO_COLOR\tIf set, nothing is coloured. Without a terminal nothing is in any case\n"
         "TZ\tThe zone in which times are shown"},
        {"Files", std::string(kFiles)},
        {"See also", "aifp-directive(5), aifpd(8)"}};
    return facts;
}

}  // namespace

void add_reference_verbs(CLI::App& app, Invocation& invocation) {
    auto* completion =
        app.add_subcommand("completion", "Print the script that completes commands in a shell");
    const auto shell = std::make_shared<std::string>();
    completion->add_option("SHELL", *shell, "bash, fish or zsh")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(std::begin(kShells), std::end(kShells))));
    invocation.decide(*completion, [&app, &invocation, shell] {
        invocation.terminal.out << completion_script(app, *shell).value_or("");
        return kDone;
    });
    auto* manual = app.add_subcommand("manual", "Print a manual page");
    manual->group("");
    const auto page = std::make_shared<std::string>("aifp");
    manual->add_option("PAGE", *page, "aifp or directive")
        ->check(CLI::IsMember({"aifp", "directive"}));
    invocation.decide(*manual, [&app, &invocation, page] {
        invocation.terminal.out << (*page == "directive" ? directive_manual()
                                                         : manual_page(app, facts_of_aifp()));
        return kDone;
    });
}

}  // namespace aifp::cli
