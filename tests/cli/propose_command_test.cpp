#include "cli/propose_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ProposeCommand : public ::testing::Test {
protected:
    ProposeCommand() {
        std::filesystem::create_directories(paths_.run());
        write_text(folder_ / "lamp.yaml", "name: lamp\n");
    }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    int propose(const ProposeOptions& options, const std::string& input = "") {
        std::istringstream stream(input);
        return run_propose(options, paths_, fake_.terminal, stream);
    }
    [[nodiscard]] std::string file() const { return (folder_ / "lamp.yaml").native(); }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

const std::string kProposed = FakeDaemon::answer(
    200,
    R"({"file":"directives/lamp.yaml","directives":["lamp"],"approved":false,"next_step":"Look."})");

TEST_F(ProposeCommand, hands_in_a_new_file_under_its_own_name) {
    FakeDaemon daemon(socket(), {kProposed});
    EXPECT_EQ(propose({.file = file()}), kDone);
    EXPECT_EQ(fake_.out.str(), "directives/lamp.yaml: lamp waits for a yes\nLook.\n");
    EXPECT_THAT(daemon.requests()[0], StartsWith("POST /api/v1/directives HTTP"));
    EXPECT_THAT(daemon.requests()[0], EndsWith(R"({"text":"name: lamp\n","file":"lamp.yaml"})"));
}

TEST_F(ProposeCommand, reads_the_input_for_a_dash) {
    FakeDaemon daemon(socket(), {kProposed});
    EXPECT_EQ(propose({.file = "-", .as = "a.txt"}, "At six, ring.\n"), kDone);
    EXPECT_THAT(daemon.requests()[0], EndsWith(R"({"text":"At six, ring.\n","file":"a.txt"})"));
}

TEST_F(ProposeCommand, wants_a_name_for_what_the_input_holds) {
    EXPECT_EQ(propose({.file = "-"}, "name: lamp\n"), kUsage);
    EXPECT_THAT(fake_.err.str(), HasSubstr("--as lamp.yaml"));
}

TEST_F(ProposeCommand, puts_a_text_in_the_place_of_another) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"success":true,"name":"lamp","next_step":"Look."})")});
    EXPECT_EQ(propose({.file = "-", .replaces = "old lamp"}, "name: lamp\n"), kDone);
    EXPECT_EQ(fake_.out.str(), "lamp: another text is proposed\nLook.\n");
    EXPECT_THAT(daemon.requests()[0], StartsWith("PUT /api/v1/directives/old%20lamp HTTP"));
    EXPECT_THAT(daemon.requests()[0], EndsWith(R"({"text":"name: lamp\n"})"));
}

TEST_F(ProposeCommand, dry_shows_mistakes_and_what_is_left_open) {
    FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"({"valid":false,"directives":["lamp"],
        "questions":[{"text":"Which lamp?"}],"diagnostics":[{"file":"lamp.yaml","line":1,"column":2,
        "severity":"error","message":"no trigger","hint":"write one"}]})")});
    EXPECT_EQ(propose({.file = file(), .dry = true}), kFailed);
    EXPECT_THAT(fake_.out.str(), HasSubstr("lamp.yaml:1:2: error: no trigger"));
    EXPECT_THAT(fake_.out.str(), EndsWith("open: Which lamp?\nlamp: not valid\n"));
    EXPECT_THAT(daemon.requests()[0], StartsWith("POST /api/v1/directives/validate HTTP"));
}

TEST_F(ProposeCommand, dry_of_what_is_well_ends_with_0) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(
            200, R"({"valid":true,"directives":["lamp"],"questions":[],"diagnostics":[]})")});
    EXPECT_EQ(propose({.file = "-", .dry = true}, "name: lamp\n"), kDone);
    EXPECT_EQ(fake_.out.str(), "lamp: valid\n");
}

TEST_F(ProposeCommand, gives_the_answer_as_json) {
    const FakeDaemon daemon(socket(), {kProposed});
    EXPECT_EQ(propose({.file = file(), .json = true}), kDone);
    EXPECT_EQ(fake_.out.str(),
              R"({"file":"directives/lamp.yaml","directives":["lamp"],"approved":false,)"
              R"("next_step":"Look."})"
              "\n");
}

TEST_F(ProposeCommand, tells_why_it_is_refused) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(409, R"({"error":"there is such"})")});
    EXPECT_EQ(propose({.file = file()}), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: there is such\n");
}

TEST_F(ProposeCommand, a_file_that_is_not_there_is_wrong_usage) {
    EXPECT_EQ(propose({.file = (folder_ / "none.yaml").native()}), kUsage);
    EXPECT_THAT(fake_.err.str(), StartsWith("aifp: "));
}

TEST_F(ProposeCommand, needs_a_daemon) {
    EXPECT_EQ(propose({.file = file()}), kNoDaemon);
}

}  // namespace
}  // namespace aifp::cli
