#include "logging/console.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>

#include "base/file.hpp"
#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using namespace std::chrono_literals;

/// Both ends of a pipe: what the console writes can be read back.
class Pipe {
public:
    Pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
        read_end_ = FileDescriptor(ends[0]);
        write_end_ = FileDescriptor(ends[1]);
    }
    [[nodiscard]] int write_end() const { return write_end_.get(); }
    [[nodiscard]] std::string text() const {
        std::string text;
        std::array<char, 4'096> chunk{};
        for (ssize_t n = 0; (n = ::read(read_end_.get(), chunk.data(), chunk.size())) > 0;) {
            text.append(chunk.data(), static_cast<std::size_t>(n));
        }
        return text;
    }

private:
    FileDescriptor read_end_;
    FileDescriptor write_end_;
};

class ConsoleTest : public ::testing::Test {
protected:
    [[nodiscard]] Console console(ConsoleStyle style) {
        Console::Options options;
        options.fd = pipe_.write_end();
        options.style = style;
        options.zone = TimeZone::load("Europe/Berlin").value();
        options.max_lines_per_second = 3;
        return Console(std::move(options), clock_);
    }
    Pipe pipe_;
    testing::LogClock clock_;
    const RunLine ok_run_{17, "porch_light", "ok", 12ms, ""};
};

TEST_F(ConsoleTest, shows_a_run_on_one_line_in_local_time) {
    console(ConsoleStyle::plain).run_ended(ok_run_);
    EXPECT_EQ(pipe_.text(), "18:00:00  run 17  porch_light  ok  12ms\n");
}

TEST_F(ConsoleTest, shows_the_error_of_a_failed_run) {
    console(ConsoleStyle::plain).run_ended({18, "heater", "failed", 5s, "no answer"});
    EXPECT_EQ(pipe_.text(), "18:00:00  run 18  heater  failed  5s  no answer\n");
}

TEST_F(ConsoleTest, colours_failures_for_a_terminal) {
    Console terminal = console(ConsoleStyle::colour);
    terminal.run_ended({18, "heater", "failed", 5s, ""});
    terminal.run_ended(ok_run_);
    EXPECT_EQ(pipe_.text(),
              "18:00:00  \033[31mrun 18  heater  failed  5s\033[0m\n"
              "18:00:00  run 17  porch_light  ok  12ms\n");
}

TEST_F(ConsoleTest, gives_the_journal_priorities_and_no_time) {
    Console journal = console(ConsoleStyle::journal);
    journal.say(Level::info, "ready");
    journal.say(Level::warning, "late");
    journal.say(Level::error, "gone");
    EXPECT_EQ(pipe_.text(), "<6>ready\n<4>late\n<3>gone\n");
}

TEST_F(ConsoleTest, puts_the_label_of_a_project_before_the_text) {
    Console::Options options;
    options.fd = pipe_.write_end();
    options.style = ConsoleStyle::journal;
    options.label = "home";
    Console(std::move(options), clock_).say(Level::info, "ready");
    EXPECT_EQ(pipe_.text(), "<6>home  ready\n");
}

TEST_F(ConsoleTest, shows_control_characters_as_spaces) {
    console(ConsoleStyle::plain).say(Level::info, "a\nb\033[31mc\x7F");
    EXPECT_EQ(pipe_.text(), "18:00:00  a b [31mc \n");
}

TEST_F(ConsoleTest, cuts_long_lines) {
    console(ConsoleStyle::plain).say(Level::info, std::string(10'000, 'x'));
    EXPECT_LT(pipe_.text().size(), 500U);
}

TEST_F(ConsoleTest, holds_back_a_flood_and_says_how_much) {
    Console terminal = console(ConsoleStyle::plain);
    for (int i = 0; i < 10; ++i) {
        terminal.run_ended(ok_run_);
    }
    clock_.advance(1s);
    terminal.say(Level::info, "next");
    const std::string text = pipe_.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
    EXPECT_NE(text.find("18:00:01  ... and 7 lines more"), std::string::npos);
}

TEST_F(ConsoleTest, holds_nothing_back_that_is_announced) {
    Console terminal = console(ConsoleStyle::plain);
    for (int i = 0; i < 10; ++i) {
        terminal.say(Level::info, "directive_added");
    }
    terminal.announce(Level::info, "engine_started");
    const std::string text = pipe_.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
    EXPECT_NE(text.find("... and 7 lines more"), std::string::npos);
    EXPECT_LT(text.find("7 lines more"), text.find("engine_started"));
}

TEST_F(ConsoleTest, does_not_wait_for_a_terminal_that_takes_nothing) {
    const std::string filler(65'536, 'x');
    ASSERT_EQ(::write(pipe_.write_end(), filler.data(), filler.size()), 65'536);
    ::fcntl(pipe_.write_end(), F_SETFL, 0);  // a blocking pipe, full
    console(ConsoleStyle::plain).say(Level::info, "lost");
    EXPECT_EQ(pipe_.text(), filler);
}

TEST_F(ConsoleTest, redacts) {
    Console::Options options;
    options.fd = pipe_.write_end();
    options.redact = [](std::string_view, std::string& clean) {
        clean = "hidden";
        return true;
    };
    Console(std::move(options), clock_).say(Level::info, "secret");
    EXPECT_EQ(pipe_.text().find("secret"), std::string::npos);
}

TEST(DetectConsoleStyle, is_plain_for_a_pipe_and_journal_for_its_own_stream) {
    const Pipe pipe;
    ::unsetenv("JOURNAL_STREAM");
    EXPECT_EQ(detect_console_style(pipe.write_end()), ConsoleStyle::plain);
    struct stat found {};
    ASSERT_EQ(::fstat(pipe.write_end(), &found), 0);
    const auto named = std::to_string(found.st_dev) + ':' + std::to_string(found.st_ino);
    ::setenv("JOURNAL_STREAM", named.c_str(), 1);
    EXPECT_EQ(detect_console_style(pipe.write_end()), ConsoleStyle::journal);
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    EXPECT_EQ(detect_console_style(pipe.write_end()), ConsoleStyle::plain);
    ::unsetenv("JOURNAL_STREAM");
}

TEST(DetectConsoleStyle, colours_a_terminal_unless_told_otherwise) {
    const FileDescriptor terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(terminal.is_open());
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "xterm", 1);
    EXPECT_EQ(detect_console_style(terminal.get()), ConsoleStyle::colour);
    ::setenv("TERM", "dumb", 1);
    EXPECT_EQ(detect_console_style(terminal.get()), ConsoleStyle::plain);
    ::setenv("TERM", "xterm", 1);
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_EQ(detect_console_style(terminal.get()), ConsoleStyle::plain);
    ::unsetenv("NO_COLOR");
}

}  // namespace
}  // namespace aifp::logging
