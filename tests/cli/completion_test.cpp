#include "cli/completion.hpp"

#include <gtest/gtest.h>
#include <stdio.h>

#include <CLI/CLI.hpp>

#include "cli/directive_manual.hpp"
#include "cli/exit_codes.hpp"
#include "cli/invocation.hpp"
#include "cli/verbs.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/source_dir.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class Completion : public ::testing::Test {
protected:
    Completion() { build_command_line(app_, invocation_); }

    /// What bash offers behind the words of a command line; the last one is being typed.
    std::string offered(const std::string& words) {
        write_text(folder_ / "script", *completion_script(app_, "bash"));
        write_text(folder_ / "ask",
                   "source " + (folder_ / "script").native() + "\nCOMP_WORDS=(" + words +
                       ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_aifp\n"
                       "printf '%s ' \"${COMPREPLY[@]}\"\n");
        FILE* bash = ::popen(("bash " + (folder_ / "ask").native()).c_str(), "r");
        std::string said;
        for (int letter = ::fgetc(bash); letter != EOF; letter = ::fgetc(bash)) {
            said += static_cast<char>(letter);
        }
        EXPECT_EQ(::pclose(bash), 0);
        return said;
    }

    testing::TempDir folder_;
    FakeTerminal fake_;
    Invocation invocation_{fake_.terminal};
    CLI::App app_{"text", "aifp"};
};

TEST_F(Completion, offers_verbs_and_what_is_below_them) {
    EXPECT_EQ(offered("aifp hist"), "history ");
    EXPECT_EQ(offered("aifp state un"), "unset ");
    EXPECT_EQ(offered("aifp --project /x sta"), "status state ");
}

TEST_F(Completion, offers_the_options_of_a_verb_and_the_global_ones) {
    EXPECT_EQ(offered("aifp history --l"), "--limit ");
    EXPECT_EQ(offered("aifp history --js"), "--json ");
    EXPECT_EQ(offered("aifp list --limit"), " ");
}

TEST_F(Completion, knows_every_verb_in_every_shell) {
    for (const char* shell : kShells) {
        const auto script = completion_script(app_, shell);
        ASSERT_TRUE(script) << shell;
        for (const auto* verb : app_.get_subcommands([](const CLI::App*) { return true; })) {
            const bool is_shown = !verb->get_group().empty();
            EXPECT_EQ(script->find(" " + verb->get_name()) != std::string::npos ||
                          script->find("'" + verb->get_name() + ":") != std::string::npos,
                      is_shown)
                << shell << ": " << verb->get_name();
        }
    }
    EXPECT_FALSE(completion_script(app_, "tcsh"));
}

TEST_F(Completion, manual_of_directives_tells_every_kind) {
    const std::string page = directive_manual();
    for (const char* kind :
         {"webhook", "numeric_state", "http_request", "wait_for", "description"}) {
        EXPECT_NE(page.find(std::string("\n\\fB") + kind + "\\fR\n"), std::string::npos) << kind;
    }
}

TEST_F(Completion, exit_codes_are_those_of_the_manual) {
    const std::string manual = read_text(testing::source_dir() / "docs/cli.md");
    for (const ExitCode& code : kExitCodes) {
        const auto row =
            "| " + std::to_string(code.code) + " | " + std::string(code.meaning) + " |\n";
        EXPECT_NE(manual.find(row), std::string::npos) << row;
    }
}

}  // namespace
}  // namespace aifp::cli
