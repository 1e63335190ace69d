#include "cli/daemon_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kSettings = FakeDaemon::answer(200, R"([
    {"name": "llm.model", "value": "m-1", "default": "m-0", "is_default": false, "meaning": "which"},
    {"name": "llm.retries", "value": null, "default": 3, "is_default": true, "meaning": "how often"},
    {"name": "approval", "value": "off", "default": "required", "is_default": false,
     "meaning": "who"}])");

class DaemonCommand : public ::testing::Test {
protected:
    DaemonCommand() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(DaemonCommand, settings_show_what_holds_and_where_it_is_from) {
    FakeDaemon daemon(socket(), {kSettings});
    EXPECT_EQ(run_settings({.part = "llm."}, paths_, fake_.terminal), kDone);
    EXPECT_THAT(fake_.out.str(), HasSubstr("llm.model    m-1    engine.yaml  which"));
    EXPECT_THAT(fake_.out.str(), HasSubstr("llm.retries  3                   how often"));
    EXPECT_THAT(fake_.out.str(), Not(HasSubstr("approval")));
    EXPECT_THAT(daemon.requests()[0], StartsWith("GET /api/v1/settings "));
}

TEST_F(DaemonCommand, settings_in_json_are_those_that_are_wanted) {
    const FakeDaemon daemon(socket(), {kSettings});
    const DaemonOptions options{.part = "l", .changed_only = true, .json = true};
    EXPECT_EQ(run_settings(options, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(),
              R"([{"name":"llm.model","value":"m-1","default":"m-0","is_default":false,)"
              R"("meaning":"which"},{"name":"approval","value":"off","default":"required",)"
              R"("is_default":false,"meaning":"who"}])"
              "\n");
}

TEST_F(DaemonCommand, settings_that_nobody_knows_are_told) {
    const FakeDaemon daemon(socket(), {kSettings});
    EXPECT_EQ(run_settings({.part = "lamp"}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "no setting is like that\n");
}

TEST_F(DaemonCommand, metrics_are_as_prometheus_reads_them) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, "# HELP a b\na 1\n")});
    EXPECT_EQ(run_metrics({}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "# HELP a b\na 1\n");
    EXPECT_THAT(daemon.requests()[0], StartsWith("GET /metrics "));
}

TEST_F(DaemonCommand, metrics_in_json_are_figures) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, "# HELP a b\na 1\n")});
    EXPECT_EQ(run_metrics({.json = true}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "[{\"name\":\"a\",\"labels\":{},\"value\":1}]\n");
}

TEST_F(DaemonCommand, metrics_that_are_refused_fail) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(404, "{}")});
    EXPECT_EQ(run_metrics({}, paths_, fake_.terminal), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: the daemon answered 404\n");
    EXPECT_EQ(fake_.out.str(), "");
}

TEST_F(DaemonCommand, neighbours_tell_what_is_tracked_and_preferred) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"preferences": [{"directive": "d", "key": "k", "value": "v"}],
            "tracking": {"error_logging": false}, "system_directives": [{"name": "a"}]})")});
    EXPECT_EQ(run_neighbours({}, paths_, fake_.terminal), kDone);
    EXPECT_THAT(fake_.out.str(), HasSubstr("error_logging  off\n1 directives of AIFP itself\n"));
    EXPECT_THAT(fake_.out.str(), HasSubstr("d          k           v"));
}

TEST_F(DaemonCommand, neighbours_that_are_not_there_are_no_mistake) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"preferences":[],"tracking":{},"system_directives":[]})")});
    EXPECT_EQ(run_neighbours({}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "AIFP's other databases are not there, or say nothing\n");
}

TEST_F(DaemonCommand, needs_a_daemon) {
    EXPECT_EQ(run_settings({}, paths_, fake_.terminal), kNoDaemon);
    EXPECT_EQ(run_metrics({}, paths_, fake_.terminal), kNoDaemon);
    EXPECT_EQ(run_neighbours({}, paths_, fake_.terminal), kNoDaemon);
    EXPECT_THAT(fake_.err.str(), HasSubstr("no aifpd runs this project"));
}

}  // namespace
}  // namespace aifp::cli
