#include "cli/chat_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <optional>
#include <sstream>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/http/running_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kNobodyYet = FakeDaemon::answer(200, "[]");

std::string stream_of(const std::string& events) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + events;
}

std::string event(const std::string& name, const std::string& data) {
    return "40\r\nevent: " + name + "\ndata: " + data + "\n\n\r\n";
}

const std::string kOpened =
    event("conversation", R"({"id":"c1","provider":"anthropic","model":"m"})");
const std::string kFinished = event("done", R"({"conversation":"c1","text":"Yes."})");

class ChatCommand : public ::testing::Test {
protected:
    ChatCommand() {
        std::filesystem::create_directories(paths_.run());
        options_.text = "Is it?";
        terminal_.is_watched = true;
    }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    int ask() { return run_ask(options_, paths_, terminal_); }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    ChatOptions options_;
    FakeTerminal fake_;
    Terminal terminal_ = fake_.terminal;
};

TEST_F(ChatCommand, prints_the_answer_as_it_comes) {
    const FakeDaemon daemon(socket(),
                            {kNobodyYet,
                             stream_of(kOpened + event("text", R"({"text":"Ye"})") +
                                       event("tool", R"({"name":"why","arguments":"{}"})") +
                                       event("tool_result", R"({"name":"why","ok":true})") +
                                       event("text", R"({"text":"Yes."})") + kFinished)});
    EXPECT_EQ(ask(), kDone);
    EXPECT_EQ(fake_.out.str(), "Ye\nYes.\n");
    EXPECT_EQ(fake_.err.str(), "[why]\n");
}

TEST_F(ChatCommand, says_what_went_wrong) {
    const FakeDaemon daemon(
        socket(), {kNobodyYet, stream_of(kOpened + event("error", R"({"error":"no luck"})"))});
    EXPECT_EQ(ask(), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no luck\n");
}

TEST_F(ChatCommand, says_why_the_daemon_refuses) {
    const FakeDaemon daemon(
        socket(), {kNobodyYet, FakeDaemon::answer(409, R"({"error":"no AI is set up"})")});
    EXPECT_EQ(ask(), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no AI is set up\n");
}

TEST_F(ChatCommand, says_that_an_answer_broke_off) {
    const FakeDaemon daemon(socket(),
                            {kNobodyYet, stream_of(kOpened + event("text", R"({"text":"Y"})"))});
    EXPECT_EQ(ask(), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: the daemon's answer broke off\n");
}

/// A daemon that begins a turn and says nothing more.
class HangingTurn : public ChatCommand {
protected:
    void serve(
        const std::string& events, std::function<void()> when_asked = [] {}) {
        http::ServerOptions options;
        options.listen = http::UnixEndpoint{socket(), 0600};
        server_.emplace(
            [this, events, when_asked](http::Request request, http::Responder respond) {
                if (request.method == "GET") {
                    respond(http::json_response(200, "[]"));
                    return;
                }
                http::Response head;
                head.content_type = "text/event-stream";
                stream_.emplace(respond.stream(std::move(head), [this] { hung_up_.set_value(); }));
                stream_->write(events);
                when_asked();
            },
            options);
    }
    [[nodiscard]] bool is_left() {
        return hung_up_.get_future().wait_for(Seconds(30)) == std::future_status::ready;
    }
    static std::string line(const std::string& name, const std::string& data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    const std::string opened_ =
        line("conversation", R"({"id":"c1","provider":"anthropic","model":"m"})");
    std::promise<void> hung_up_;
    std::optional<http::ResponseStream> stream_;
    std::optional<testing::RunningServer> server_;
};

/// Presses Ctrl-C when so many lines were told on the error stream.
class Impatient : public std::stringbuf {
public:
    explicit Impatient(int lines) : left_(lines) {}
    int sync() override {
        if (--left_ == 0) {
            static_cast<void>(::raise(SIGINT));
        }
        return 0;
    }

private:
    int left_;
};

class WatchedTurn : public HangingTurn {
protected:
    std::string ask_until(int lines) {
        options_.patience = Milliseconds(10);
        Impatient heard(lines);
        std::ostream err(&heard);
        const Terminal watched{.out = fake_.out,
                               .err = err,
                               .clock = fake_.clock,
                               .zone = TimeZone::utc(),
                               .is_watched = true};
        EXPECT_EQ(run_ask(options_, paths_, watched), kFailed);
        return heard.str();
    }
};

TEST_F(WatchedTurn, tells_a_person_what_it_waits_for) {
    serve(opened_);
    const auto told = ask_until(2);
    EXPECT_THAT(told,
                StartsWith("waiting for anthropic (m) (10ms); Ctrl-C stops it\n"
                           "waiting for anthropic (m) (70ms); Ctrl-C stops it\n"));
    EXPECT_THAT(told, HasSubstr("aifp: stopped: the AI is asked nothing more\n"));
}

TEST_F(WatchedTurn, tells_of_the_tool_that_is_at_work) {
    serve(opened_ + line("text", R"({"text":"Let me see"})") +
          line("tool", R"({"name":"dry_run","arguments":"{}"})"));
    EXPECT_THAT(ask_until(2),
                HasSubstr("[dry_run]\nwaiting for the tool dry_run (10ms); Ctrl-C stops it\n"));
    EXPECT_EQ(fake_.out.str(), "Let me see\n");
}

TEST_F(HangingTurn, tells_a_script_nothing) {
    options_.patience = Milliseconds(1);
    terminal_.is_watched = false;
    std::promise<void> never;
    std::future<void> ended;
    serve(opened_, [this, &never, &ended] {
        ended = std::async(std::launch::async, [this, &never] {
            static_cast<void>(never.get_future().wait_for(Milliseconds(50)));
            server_->on_loop([this] {
                stream_->write(line("done", "{}"));
                stream_->finish();
            });
        });
    });
    EXPECT_EQ(ask(), kDone);
    EXPECT_EQ(fake_.err.str(), "");
}

TEST_F(HangingTurn, is_left_on_the_daemon_too_by_ctrl_c) {
    serve(opened_, [] { static_cast<void>(::kill(::getpid(), SIGINT)); });
    EXPECT_EQ(ask(), kFailed);
    EXPECT_THAT(fake_.err.str(), HasSubstr("stopped"));
    EXPECT_TRUE(is_left());
}

TEST_F(HangingTurn, does_not_end_the_conversation_with_it) {
    int asked = 0;
    serve(opened_, [this, &asked] {
        if (++asked == 1) {
            static_cast<void>(::kill(::getpid(), SIGINT));
        } else {
            stream_->write(line("text", R"({"text":"Yes."})") + line("done", "{}"));
            stream_->finish();
        }
    });
    std::istringstream input("One?\nTwo?\nexit\n");
    EXPECT_EQ(run_chat(options_, paths_, terminal_, input), kDone);
    EXPECT_EQ(fake_.out.str(), "Yes.\n");
}

}  // namespace
}  // namespace aifp::cli
