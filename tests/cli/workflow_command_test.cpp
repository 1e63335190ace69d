#include "cli/workflow_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

constexpr const char* kMissing =
    R"({"dependencies":[{"id":3,"directive":"lamp","dependency_type":"system_package","name":"curl",
        "is_installed":false,"why":"it is not there","install":"apt-get install curl"}],"missing":1})";

class WorkflowProject : public ::testing::Test {
protected:
    WorkflowProject() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    int deps(const WorkflowOptions& options, bool yes) {
        return run_deps(options, paths_, fake_.terminal, [this, yes](const std::string& question) {
            asked_ += question;
            return yes;
        });
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
    std::string asked_;
};

TEST_F(WorkflowProject, shows_what_was_generated_and_how_to_run_it) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"implementation_file":"src/a.py",
        "test_file":"tests/test_a.py","test_status":"passing","usage":"actions:\n"})")});
    EXPECT_EQ(run_generate({.name = "lamp", .force = true}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(daemon.requests()[0].substr(0, 53),
              "POST /api/v1/directives/lamp/generate?force=true HTTP");
    EXPECT_NE(fake_.out.str().find("tests   passing"), std::string::npos);
}

TEST_F(WorkflowProject, names_the_version_to_roll_back_to) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"approved":false,"sha256":"abcd"})")});
    EXPECT_EQ(run_rollback({.name = "lamp", .to = "ab&cd"}, paths_, fake_.terminal), kDone);
    EXPECT_NE(daemon.requests()[0].find("/lamp/rollback?to=ab%26cd "), std::string::npos);
    EXPECT_NE(fake_.out.str().find("it waits for a yes"), std::string::npos);
}

TEST_F(WorkflowProject, fails_while_something_is_missing) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, kMissing)});
    EXPECT_EQ(deps({}, true), kFailed);
    EXPECT_EQ(fake_.out.str(), "missing  lamp  system_package  curl: it is not there\n");
    EXPECT_EQ(asked_, "");
}

TEST_F(WorkflowProject, shows_the_command_and_installs_only_on_a_yes) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, kMissing)});
    EXPECT_EQ(deps({.install = true}, false), kFailed);
    EXPECT_NE(fake_.out.str().find("apt-get install curl"), std::string::npos);
    EXPECT_EQ(asked_, "Install curl with this command? [y/N] ");
    EXPECT_EQ(daemon.requests().size(), 1U);
}

TEST_F(WorkflowProject, installs_without_asking_when_told_so) {
    FakeDaemon daemon(socket(),
                      {FakeDaemon::answer(200, kMissing),
                       FakeDaemon::answer(200, R"({"success":true,"dependency":"curl"})")});
    EXPECT_EQ(deps({.install = true, .yes = true}, false), kDone);
    EXPECT_EQ(asked_, "");
    EXPECT_EQ(daemon.requests()[1].substr(0, 55),
              "POST /api/v1/dependencies/3/install?confirm=true HTTP/1");
}

TEST_F(WorkflowProject, prints_recommendations) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"total_directives":1,
        "recommendations":[{"severity":"error","text":"lamp fails","command":"aifp history lamp"}]})")});
    EXPECT_EQ(run_report({}, paths_, fake_.terminal), kDone);
    EXPECT_NE(fake_.out.str().find("error  lamp fails\n    aifp history lamp\n"),
              std::string::npos);
}

TEST_F(WorkflowProject, tells_a_refusal) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(409, R"({"error":"a person's file"})")});
    EXPECT_EQ(run_generate({.name = "lamp"}, paths_, fake_.terminal), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: a person's file\n");
}

TEST_F(WorkflowProject, says_when_no_daemon_runs) {
    EXPECT_EQ(run_activate({.name = "lamp"}, paths_, fake_.terminal), kNoDaemon);
}

}  // namespace
}  // namespace aifp::cli
