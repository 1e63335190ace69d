#include "cli/tool_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

/// A project with a daemon that gives these answers.
class ToolCommand : public ::testing::Test {
protected:
    ToolCommand() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    int run(ToolOptions options) { return run_tool(options, paths_, fake_.terminal); }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(ToolCommand, prints_what_the_tool_answers) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"rate":0.93})")});
    EXPECT_EQ(run({.name = "get_execution_stats", .arguments = R"({"directive_id": 1})"}), kDone);
    EXPECT_EQ(fake_.out.str(), "{\"rate\":0.93}\n");
    const auto request = daemon.requests().at(0);
    EXPECT_EQ(request.find("POST /api/v1/tools/get_execution_stats HTTP/1.1"), 0U) << request;
    EXPECT_NE(request.find("Content-Length: 19"), std::string::npos) << request;
}

TEST_F(ToolCommand, fails_where_success_is_false) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(200, R"({"success":false,"error":"no directive"})")});
    EXPECT_EQ(run({.name = "archive_directive"}), kFailed);
    EXPECT_NE(fake_.out.str().find("no directive"), std::string::npos);
}

TEST_F(ToolCommand, answers_with_what_is_not_found_or_a_list) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(200, R"({"found":false})"), FakeDaemon::answer(200, "[]")});
    EXPECT_EQ(run({.name = "get_directive_by_name", .arguments = R"({"name": "x"})"}), kDone);
    EXPECT_EQ(run({.name = "get_active_directives"}), kDone);
    EXPECT_EQ(fake_.out.str(), "{\"found\":false}\n[]\n");
}

TEST_F(ToolCommand, wrong_usage_is_told_without_a_daemon) {
    EXPECT_EQ(run({}), kUsage);
    EXPECT_EQ(run({.name = "get_dependencies", .arguments = "[1]"}), kUsage);
    EXPECT_EQ(run({.name = "get_dependencies", .arguments = "{nonsense"}), kUsage);
    EXPECT_NE(fake_.err.str().find(R"('{"directive_id": 1}')"), std::string::npos);
}

TEST_F(ToolCommand, an_unknown_tool_is_wrong_usage) {
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(404, R"({"error":"there is no tool x"})")});
    EXPECT_EQ(run({.name = "x"}), kUsage);
    EXPECT_EQ(fake_.err.str(), "aifp: there is no tool x\n");
}

TEST_F(ToolCommand, says_when_no_daemon_runs) {
    EXPECT_EQ(run({.name = "get_dependencies"}), kNoDaemon);
}

TEST_F(ToolCommand, lists_the_tools_for_people_and_for_programs) {
    const std::string body =
        R"([{"name":"toggle_logging","group":"logging","purpose":"Switch a log on or off"}])";
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(200, body), FakeDaemon::answer(200, body)});
    EXPECT_EQ(run({.list = true}), kDone);
    EXPECT_NE(fake_.out.str().find("toggle_logging  Switch a log on or off"), std::string::npos);
    EXPECT_EQ(run({.list = true, .json = true}), kDone);
    EXPECT_NE(fake_.out.str().find(body), std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
