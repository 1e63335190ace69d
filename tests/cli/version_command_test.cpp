#include "cli/version_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class VersionCommand : public ::testing::Test {
protected:
    VersionCommand() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(VersionCommand, lists_hashes_and_what_they_are) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"([{"hash":"0123456789abcdef",
        "loaded_at":"2026-11-22T17:00:00.000Z","source_file":"directives/lamp.yaml",
        "current":true,"approved":true}])")});
    EXPECT_EQ(run_versions({.name = "lamp"}, paths_, fake_.terminal), kDone);
    EXPECT_TRUE(daemon.requests()[0].starts_with("GET /api/v1/directives/lamp/versions "));
    EXPECT_NE(fake_.out.str().find("0123456789ab "), std::string::npos);
    EXPECT_NE(fake_.out.str().find("current, approved"), std::string::npos);
}

TEST_F(VersionCommand, shows_both_sides_of_a_difference) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"from":"aaaa","to":"bbbb",
        "changes":[{"path":"triggers.0.every","before":"5m","after":"10m"},{"path":"tags","after":["x"]}]})")});
    EXPECT_EQ(run_diff({.name = "lamp", .from = "aaaa", .to = "bbbb"}, paths_, fake_.terminal),
              kDone);
    EXPECT_NE(daemon.requests()[0].find("/lamp/diff?from=aaaa&to=bbbb "), std::string::npos);
    EXPECT_EQ(fake_.out.str(),
              "aaaa -> bbbb\ntriggers.0.every\n  - \"5m\"\n  + \"10m\"\ntags\n  + [\"x\"]\n");
}

TEST_F(VersionCommand, says_when_nothing_differs) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(200, R"({"from":"aaaa","to":"aaaa","changes":[]})")});
    EXPECT_EQ(run_diff({.name = "lamp"}, paths_, fake_.terminal), kDone);
    EXPECT_NE(fake_.out.str().find("no difference"), std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
