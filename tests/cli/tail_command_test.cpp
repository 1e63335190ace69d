#include "cli/tail_command.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

constexpr const char* kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kStatus = FakeDaemon::answer(200, R"({"ready":true})");

std::string chunk(const std::string& text) {
    return "40\r\n" + text + "\r\n";
}

std::string run_event(int id, const std::string& state) {
    return "id: " + std::to_string(id) +
           "\nevent: run\ndata: {\"run\":1,\"directive\":\"lamp\",\"state\":\"" + state +
           "\",\"at\":\"2026-01-01T12:00:00.000Z\"}\n\n";
}

class TailTest : public ::testing::Test {
protected:
    TailTest() {
        std::filesystem::create_directories(paths_.run());
        options_.retry_pause = Milliseconds(0);
    }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    /// Until so many events were printed or tries made.
    int run(int turns) {
        return run_tail(options_, paths_, fake_.terminal, [&turns] { return --turns > 0; });
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    TailOptions options_;
    FakeTerminal fake_;
};

TEST_F(TailTest, prints_events_for_people) {
    const FakeDaemon daemon(socket(),
                            {kStatus, kStream + chunk(": hello\n\n") + chunk(run_event(7, "ok"))});

    EXPECT_EQ(run(1), kDone);
    EXPECT_NE(fake_.out.str().find("run        lamp  1 ok"), std::string::npos) << fake_.out.str();
}

TEST_F(TailTest, prints_json_with_id_and_kind) {
    options_.json = true;
    const FakeDaemon daemon(socket(), {kStatus, kStream + chunk(run_event(7, "ok"))});

    EXPECT_EQ(run(1), kDone);
    EXPECT_TRUE(fake_.out.str().starts_with(R"({"id":"7","event":"run","data":{"run":1,)"))
        << fake_.out.str();
}

TEST_F(TailTest, asks_for_what_is_wanted) {
    options_.directive = "a&b";
    options_.kinds = "run,decision";
    FakeDaemon daemon(socket(), {kStatus, kStream + chunk(run_event(7, "ok"))});
    EXPECT_EQ(run(1), kDone);

    EXPECT_TRUE(daemon.requests().at(1).starts_with(
        "GET /api/v1/events?directive=a%26b&kinds=run%2Cdecision HTTP/1.1\r\n"))
        << daemon.requests().at(1);
}

TEST_F(TailTest, comes_again_with_its_last_id) {
    FakeDaemon daemon(socket(),
                      {kStatus,
                       kStream + chunk(run_event(7, "running")) + chunk(": cut off\nid: 9\n\n"),
                       kStream + chunk(run_event(10, "ok"))});

    EXPECT_EQ(run(3), kDone);  // an event, a try, an event
    EXPECT_NE(daemon.requests().at(2).find("Last-Event-ID: 9\r\n"), std::string::npos)
        << daemon.requests().at(2);
    EXPECT_NE(fake_.err.str().find("the stream has ended: cut off; trying again"),
              std::string::npos)
        << fake_.err.str();
}

TEST_F(TailTest, tells_what_the_daemon_refuses) {
    const FakeDaemon daemon(
        socket(), {kStatus, FakeDaemon::answer(400, R"({"error":"kinds: runs is none"})")});

    EXPECT_EQ(run(5), kFailed);
    EXPECT_NE(fake_.err.str().find("kinds: runs is none"), std::string::npos) << fake_.err.str();
}

TEST_F(TailTest, needs_a_daemon_at_the_beginning) {
    EXPECT_EQ(run(1), kNoDaemon);
}

TEST_F(TailTest, puts_nothing_on_the_terminal_that_steers_it) {
    const ServerEvent event{"1", "lifecycle", R"({"event":"x","text":"a\u001b[31mb","at":""})"};

    EXPECT_EQ(readable_event(event, fake_.terminal).find('\x1b'), std::string::npos);
}

TEST_F(TailTest, says_why_something_did_not_run) {
    const ServerEvent event{
        "1",
        "decision",
        R"({"ledger_id":7,"directive":"lamp","decision":"skipped","reason":"paused","detail":"","trigger":"cron"})"};

    EXPECT_EQ(readable_event(event, fake_.terminal),
              "-  decision   lamp  7 skipped: paused  (cron)");
}

}  // namespace
}  // namespace aifp::cli
