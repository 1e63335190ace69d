#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "cli/invocation.hpp"
#include "cli/verbs.hpp"
#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/source_dir.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class CommandLine : public ::testing::Test {
protected:
    int aifp(std::vector<const char*> arguments) {
        arguments.insert(arguments.begin(), "aifp");
        return run_command_line(
            static_cast<int>(arguments.size()), arguments.data(), fake_.terminal);
    }

    testing::TempDir folder_;
    std::string project_ = folder_.path().native();
    FakeTerminal fake_;
};

TEST_F(CommandLine, says_2_for_wrong_usage) {
    EXPECT_EQ(aifp({}), kUsage);
    EXPECT_EQ(aifp({"frobnicate"}), kUsage);
    EXPECT_EQ(aifp({"show"}), kUsage);
    EXPECT_EQ(aifp({"list", "--colour"}), kUsage);
    EXPECT_EQ(aifp({"next", "--cron", "@daily", "--count", "many"}), kUsage);
    EXPECT_EQ(aifp({"next", "--cron", "@daily", "--trigger", "every: 1m"}), kUsage);
    EXPECT_EQ(aifp({"logs", "--type", "gossip"}), kUsage);
    EXPECT_EQ(aifp({"history", "--limit", "0"}), kUsage);
}

TEST_F(CommandLine, suggests_the_nearest_verb) {
    EXPECT_EQ(aifp({"lst"}), kUsage);
    EXPECT_NE(fake_.err.str().find("aifp: did you mean list?\n"), std::string::npos);
}

TEST_F(CommandLine, prints_help_and_version_and_ends_with_0) {
    EXPECT_EQ(aifp({"--help"}), kDone);
    EXPECT_NE(fake_.out.str().find("Exit codes: 0 done"), std::string::npos);
    EXPECT_EQ(aifp({"next", "--help"}), kDone);
    EXPECT_NE(fake_.out.str().find("--cron"), std::string::npos);
    EXPECT_EQ(aifp({"--version"}), kDone);
}

TEST_F(CommandLine, takes_global_options_on_both_sides_of_the_verb) {
    EXPECT_EQ(aifp({"--project", project_.c_str(), "list"}), kNoDaemon);
    EXPECT_EQ(aifp({"list", "--json", "--project", project_.c_str()}), kNoDaemon);
}

TEST_F(CommandLine, lets_a_directive_be_called_like_a_verb) {
    std::filesystem::create_directories(folder_ / ".aifp-project/run");
    FakeDaemon daemon(folder_ / ".aifp-project/run/admin.sock",
                      {FakeDaemon::answer(200, R"({"name":"list"})")});
    EXPECT_EQ(aifp({"show", "list", "--project", project_.c_str()}), kDone);
    EXPECT_TRUE(daemon.requests()[0].starts_with("GET /api/v1/directives/list HTTP"));
}

TEST_F(CommandLine, passes_the_options_of_history) {
    std::filesystem::create_directories(folder_ / ".aifp-project/run");
    FakeDaemon daemon(folder_ / ".aifp-project/run/admin.sock", {FakeDaemon::answer(200, "[]")});
    EXPECT_EQ(aifp({"history", "lamp", "--limit", "7", "--runs", "--project", project_.c_str()}),
              kDone);
    EXPECT_TRUE(
        daemon.requests()[0].starts_with("GET /api/v1/executions?directive=lamp&limit=7 HTTP"));
}

TEST_F(CommandLine, computes_without_a_daemon) {
    EXPECT_EQ(aifp({"next",
                    "--cron",
                    "0 7 * * 1-5",
                    "--tz",
                    "Europe/Berlin",
                    "--from",
                    "2026-11-20T08:00:00+01:00",
                    "--count",
                    "1",
                    "--json"}),
              kDone);
    EXPECT_EQ(fake_.out.str(), "[\"2026-11-23T07:00:00+01:00\"]\n");
}

TEST_F(CommandLine, makes_checks_and_reads_a_project) {
    EXPECT_EQ(aifp({"init", project_.c_str()}), kDone);
    EXPECT_EQ(aifp({"check", project_.c_str()}), kDone);
    EXPECT_EQ(aifp({"check", "--project", project_.c_str()}), kDone);
    EXPECT_EQ(aifp({"logs", "-n", "3", "--project", project_.c_str()}), kDone);
    EXPECT_EQ(aifp({"check", (project_ + "/nowhere").c_str(), "--json"}), kUsage);
}

TEST_F(CommandLine, has_every_verb_in_its_manual) {
    const std::string manual = read_text(testing::source_dir() / "docs/cli.md");
    Invocation invocation(fake_.terminal);
    CLI::App app;
    build_command_line(app, invocation);
    std::vector<std::string> verbs;
    for (const auto* verb :
         app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
        verbs.push_back(verb->get_name());
    }
    for (const std::string& verb : verbs) {
        EXPECT_NE(manual.find("`aifp " + verb), std::string::npos) << verb;
        EXPECT_EQ(aifp({verb.c_str(), "--help"}), kDone);
    }
    for (const int code : {kDone, kFailed, kUsage, kNoDaemon}) {
        EXPECT_NE(manual.find("| " + std::to_string(code) + " |"), std::string::npos) << code;
    }
}

}  // namespace
}  // namespace aifp::cli
