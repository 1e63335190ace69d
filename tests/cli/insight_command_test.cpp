#include "cli/insight_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class InsightVerbs : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path socket() {
        std::filesystem::create_directories(paths_.run());
        return paths_.run() / "admin.sock";
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(InsightVerbs, why_prints_the_sentences) {
    FakeDaemon daemon(socket(),
                      {FakeDaemon::answer(200, R"({"text": ["porch is armed.", "17:00: ran"]})")});
    EXPECT_EQ(run_why({.name = "porch", .since = "7d"}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "porch is armed.\n17:00: ran\n");
    EXPECT_TRUE(daemon.requests()[0].starts_with("GET /api/v1/directives/porch/why?since=7d "));
}

TEST_F(InsightVerbs, a_dry_run_sends_the_payload_and_prints_what_would_be_done) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(
            200,
            R"({"conditions": [{"detail": "condition 1 is true: a"}], "not_run_because": null,)"
            R"("actions": [{"step": "actions.1", "kind": "log", "arguments": {"message": "x"}}],)"
            R"("note": "nothing was performed"})")});
    EXPECT_EQ(run_dry({.name = "porch", .payload = R"({"room": "hall"})"}, paths_, fake_.terminal),
              kDone);
    EXPECT_EQ(fake_.out.str(),
              "condition 1 is true: a\nIt would run.\nactions.1  log\n"
              "    does     {\"message\":\"x\"}\nnothing was performed\n");
    EXPECT_NE(daemon.requests()[0].find("Content-Length: 35"), std::string::npos)
        << daemon.requests()[0];
}

TEST_F(InsightVerbs, a_run_by_hand_sends_its_payload_too) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"success": true, "run": 7, "decision": "started"})")});
    EXPECT_EQ(run_with({.name = "porch", .payload = R"({"room": "hall"})", .trigger = "bell"},
                       paths_,
                       fake_.terminal),
              kDone);
    EXPECT_NE(daemon.requests()[0].find(R"({"dry":false,"trigger":"bell","with":{"room":"hall"}})"),
              std::string::npos);
}

TEST_F(InsightVerbs, a_dry_run_refuses_a_payload_that_is_no_object) {
    EXPECT_EQ(run_dry({.name = "porch", .payload = "[1]"}, paths_, fake_.terminal), kUsage);
}

TEST_F(InsightVerbs, trace_prints_the_steps_with_their_errors) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(
            200,
            R"({"run": 7, "directive": "porch", "state": "failed",)"
            R"("ended_at": "2026-01-01T00:00:00.000Z", "steps": [{"step": "actions.1",)"
            R"("kind": "command", "duration_ms": 12, "input": {"argv": ["x"]}, "error": "no"}]})")});
    EXPECT_EQ(run_trace({.name = "7"}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(),
              "run 7 of porch: failed, ended now\nactions.1  command  12 ms\n"
              "    input    {\"argv\":[\"x\"]}\n    error    no\n");
}

TEST_F(InsightVerbs, without_a_daemon_say_so) {
    write_text(paths_.settings(), "");
    EXPECT_EQ(run_why({.name = "porch"}, paths_, fake_.terminal), kNoDaemon);
}

}  // namespace
}  // namespace aifp::cli
