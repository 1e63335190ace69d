#include "cli/logs_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

constexpr std::string_view kRun =
    R"({"ts":"2026-01-01T00:00:01.000Z","level":"info","event":"run_ended","directive":"lamp",)"
    R"("run":17,"state":"ok","error":""})";
constexpr std::string_view kFailure =
    R"({"ts":"2026-01-01T00:00:02.000Z","level":"error","event":"run_failed","directive":"bell"})";

class Logs : public ::testing::Test {
protected:
    Logs() {
        write_text(paths_.logs() / "execution/current.jsonl", std::string(kRun) + "\n");
        write_text(paths_.logs() / "errors/current.jsonl", std::string(kFailure) + "\n");
    }
    std::string logs(const LogsOptions& options) {
        EXPECT_EQ(run_logs(options, paths_, fake_.terminal, [] { return false; }), kDone);
        return fake_.out.str();
    }
    void append(std::string_view line) {
        std::ofstream(paths_.logs() / "execution/current.jsonl", std::ios::app) << line << "\n";
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(Logs, merges_the_channels_by_time) {
    EXPECT_EQ(logs({}),
              "2026-01-01 00:00:01  info     run_ended  lamp  run=17  state=ok\n"
              "2026-01-01 00:00:02  error    run_failed  bell\n");
}

TEST_F(Logs, show_a_failure_once_though_two_channels_have_it) {
    append(kFailure);
    EXPECT_EQ(logs({.json = true}), std::string(kRun) + "\n" + std::string(kFailure) + "\n");
}

TEST_F(Logs, prints_the_lines_as_they_are) {
    EXPECT_EQ(logs({.json = true}), std::string(kRun) + "\n" + std::string(kFailure) + "\n");
}

TEST_F(Logs, shows_one_type) {
    EXPECT_EQ(logs({.type = logging::LogType::error, .json = true}), std::string(kFailure) + "\n");
}

TEST_F(Logs, shows_one_directive) {
    EXPECT_EQ(logs({.directive = "lamp", .json = true}), std::string(kRun) + "\n");
}

TEST_F(Logs, shows_the_last_lines_only) {
    EXPECT_EQ(logs({.count = 1, .json = true}), std::string(kFailure) + "\n");
    fake_.out.str("");
    EXPECT_EQ(logs({.count = 0, .json = true}), "");
}

TEST_F(Logs, shows_what_was_between_two_times) {
    EXPECT_EQ(logs({.json = true, .since = "2026-01-01T00:00:02Z"}), std::string(kFailure) + "\n");
    fake_.out.str("");
    EXPECT_EQ(logs({.json = true, .until = "2026-01-01T00:00:02Z"}), std::string(kRun) + "\n");
    fake_.out.str("");
    EXPECT_EQ(logs({.json = true, .since = "1s", .until = "1s"}), "");
}

TEST_F(Logs, says_which_time_is_none) {
    EXPECT_EQ(run_logs({.until = "soon"}, paths_, fake_.terminal, [] { return false; }), kUsage);
    EXPECT_NE(fake_.err.str().find("--until"), std::string::npos) << fake_.err.str();
}

TEST_F(Logs, are_empty_where_no_daemon_ever_ran) {
    const testing::TempDir empty;
    EXPECT_EQ(run_logs({}, ProjectPaths(empty.path()), fake_.terminal, [] { return false; }),
              kDone);
    EXPECT_EQ(fake_.out.str(), "");
}

TEST_F(Logs, follow_what_is_written_meanwhile) {
    const std::string line =
        R"({"ts":"2026-01-01T00:00:03.000Z","level":"info","event":"not_run","directive":"lamp"})";
    int asked = 0;
    const LogsOptions options{.follow = true, .count = 1, .json = true};
    const auto go_on = [&] {
        if (asked++ == 0) {
            append(line);
        }
        return fake_.out.str().find("not_run") == std::string::npos && asked < 100;
    };
    EXPECT_EQ(run_logs(options, paths_, fake_.terminal, go_on), kDone);
    EXPECT_EQ(fake_.out.str(), std::string(kFailure) + "\n" + line + "\n");
}

TEST_F(Logs, refuse_a_count_that_is_too_large) {
    EXPECT_EQ(run_logs({.count = 100'001}, paths_, fake_.terminal, [] { return false; }), kFailed);
    EXPECT_NE(fake_.err.str().find("100000"), std::string::npos);
}

class FollowedLogs : public Logs {
protected:
    FollowedLogs() { std::filesystem::create_directories(paths_.run()); }
    static std::string stream(const std::string& events) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + events;
    }
    static std::string event(std::string_view line) {
        return "id: 2026-01-01T00:00:02.000Z.0a1b2c3d\nevent: line\ndata: " + std::string(line) +
               "\n\n";
    }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    LogsOptions follow_{.follow = true, .json = true};
};

TEST_F(FollowedLogs, are_told_by_the_daemon) {
    follow_.type = logging::LogType::execution;
    follow_.directive = "lamp";
    follow_.least = logging::Level::info;
    FakeDaemon daemon(socket(), {stream(event(kRun) + event(kFailure))});
    int left = 2;

    EXPECT_EQ(run_logs(follow_, paths_, fake_.terminal, [&] { return --left > 0; }), kDone);
    EXPECT_EQ(fake_.out.str(), std::string(kRun) + "\n" + std::string(kFailure) + "\n");
    EXPECT_TRUE(daemon.requests().at(0).starts_with(
        "GET /api/v1/logs/stream?type=execution&level=info&directive=lamp&lines=50 HTTP/1.1"))
        << daemon.requests().at(0);
}

TEST_F(FollowedLogs, go_on_in_the_files_when_the_stream_ends) {
    const std::string late =
        R"({"ts":"2026-01-01T00:00:03.000Z","level":"info","event":"engine_stop"})";
    append(late);
    const FakeDaemon daemon(socket(), {stream(event(kFailure))});
    int left = 2;  // after the event, and before the files are followed

    EXPECT_EQ(run_logs(follow_, paths_, fake_.terminal, [&] { return --left > 0; }), kDone);
    EXPECT_EQ(fake_.out.str(), std::string(kFailure) + "\n" + late + "\n");
}

TEST_F(FollowedLogs, tell_of_a_gap) {
    const FakeDaemon daemon(socket(),
                            {stream("event: gap\ndata: {\"text\":\"3 lines came too fast\"}\n\n")});

    EXPECT_EQ(run_logs(follow_, paths_, fake_.terminal, [] { return false; }), kDone);
    EXPECT_NE(fake_.err.str().find("3 lines came too fast"), std::string::npos);
}

TEST(ReadableLogLine, shows_strange_lines_as_they_are_but_harmless) {
    FakeTerminal fake;
    EXPECT_EQ(readable_log_line("not\033json", fake.terminal), "not?json");
    EXPECT_EQ(readable_log_line("{}", fake.terminal), "-           -");
}

TEST(ReadableLogLine, paints_what_went_wrong) {
    FakeTerminal fake;
    fake.terminal.colour = true;
    EXPECT_NE(readable_log_line(kFailure, fake.terminal).find("\033[31merror  \033[0m"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
