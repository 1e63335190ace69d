#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "process/process_group.hpp"
#include "tests/process/fixture.hpp"

namespace aifp::process {
namespace {

using std::chrono::milliseconds;

/// A script that says where it is: writes its number into `file`, all at once.
std::string note_pid(const Children& children, const std::string& file) {
    const std::string path = children.path(file);
    return "echo $$ > " + path + ".new; mv " + path + ".new " + path + "; ";
}

TEST(Timeout, ends_with_term) {
    Children children;
    ProcessRequest request = Children::shell("sleep 100");
    request.timeout = milliseconds(100);
    const auto result = children.run(std::move(request)).value();
    EXPECT_TRUE(result.timed_out);
    EXPECT_FALSE(result.cancelled);
    EXPECT_EQ(result.signal, SIGTERM);
    EXPECT_GE(result.duration, milliseconds(100));
    EXPECT_LT(result.duration, milliseconds(5000));
}

TEST(Timeout, kills_one_that_ignores_term) {
    Children children;
    ProcessRequest request = Children::shell("trap '' TERM; while :; do sleep 0.05; done");
    request.timeout = milliseconds(150);
    request.grace = milliseconds(150);
    const auto result = children.run(std::move(request)).value();
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.signal, SIGKILL);
    EXPECT_GE(result.duration, milliseconds(300));
}

TEST(Timeout, lets_the_child_clean_up) {
    Children children;
    ProcessRequest request =
        Children::shell("trap 'echo cleaned; exit 5' TERM; while :; do sleep 0.05; done");
    request.timeout = milliseconds(200);
    const auto result = children.run(std::move(request)).value();
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_EQ(result.out, "cleaned\n");
}

TEST(Timeout, does_not_touch_one_that_is_in_time) {
    Children children;
    ProcessRequest request = Children::shell("exit 4");
    request.timeout = milliseconds(60'000);
    const auto result = children.run(std::move(request)).value();
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, 4);
}

TEST(Terminate, ends_a_whole_tree) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    ProcessHandle handle = children.start(
        Children::shell("sh -c '" + note_pid(children, "inner") + "sleep 100; true' & " +
                        note_pid(children, "outer") + "sleep 100; true"),
        result);
    ASSERT_TRUE(
        children.run_until([&] { return children.exists("inner") && children.exists("outer"); }));

    handle.terminate();
    handle.terminate();

    ASSERT_TRUE(children.run_until([&] { return result.has_value(); }));
    EXPECT_TRUE(result->value().cancelled);
    EXPECT_FALSE(is_alive(children.pid_in("inner")));
    EXPECT_FALSE(is_alive(children.pid_in("outer")));
}

TEST(Terminate, gives_group_members_their_grace_after_the_leader) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    const std::string member = "trap 'sleep 0.2; echo x > " + children.path("cleaned") +
                               "; exit' TERM; " + note_pid(children, "member") +
                               "while :; do sleep 0.05; done";
    ProcessHandle handle =
        children.start(Children::shell("(" + member + ") >/dev/null 2>&1 & sleep 100"), result);
    ASSERT_TRUE(children.run_until([&] { return children.exists("member"); }));

    handle.terminate();

    ASSERT_TRUE(children.run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->value().signal, SIGTERM);
    EXPECT_TRUE(children.exists("cleaned"));
}

TEST(Terminate, kills_members_that_outlive_the_grace) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    ProcessRequest request = Children::shell(
        "sh -c \"trap '' TERM; " + note_pid(children, "member").replace(5, 2, "\\$\\$") +
        "while :; do sleep 0.05; done\" >/dev/null 2>&1 & sleep 100");
    request.grace = milliseconds(100);
    ProcessHandle handle = children.start(std::move(request), result);
    ASSERT_TRUE(children.run_until([&] { return children.pid_in("member") > 0; }));

    handle.terminate();

    ASSERT_TRUE(children.run_until([&] { return result.has_value(); }));
    EXPECT_TRUE(children.run_until([&] { return !is_alive(children.pid_in("member")); }));
}

TEST(Terminate, of_an_ended_or_empty_handle_does_nothing) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    ProcessHandle handle = children.start(Children::shell("exit 0"), result);
    children.loop.run();
    handle.terminate();
    ProcessHandle().terminate();
    EXPECT_FALSE(result->value().cancelled);
}

TEST(Terminate, wakes_a_stopped_child) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    ProcessHandle handle = children.start(
        Children::shell(note_pid(children, "p") + "kill -STOP $$; sleep 100"), result);
    ASSERT_TRUE(children.run_until([&] { return children.exists("p"); }));
    handle.terminate();
    ASSERT_TRUE(children.run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->value().signal, SIGTERM);
}

TEST(Leftovers, that_hold_the_pipes_do_not_hold_the_result) {
    Children children;
    const auto result = children.run(
        Children::shell("echo early; (" + note_pid(children, "p") + "sleep 100) & exit 0"));
    EXPECT_EQ(result->out, "early\n");
    EXPECT_EQ(result->exit_code, 0);
    EXPECT_LT(result->duration, milliseconds(5000));
    EXPECT_FALSE(result->cancelled);
}

TEST(PauseBeforeLook, grows_up_to_half_a_second) {
    EXPECT_EQ(pause_before_look(0), milliseconds(20));
    EXPECT_EQ(pause_before_look(1), milliseconds(40));
    for (int look = 5; look < 100; look += 13) {
        EXPECT_EQ(pause_before_look(look), milliseconds(500));
    }
}

TEST(Leftovers, that_finish_soon_may_still_write) {
    Children children;
    const auto result = children.run(Children::shell("(sleep 0.05; echo late) & echo early"));
    EXPECT_EQ(result->out, "early\nlate\n");
}

TEST(Leftovers, without_pipes_are_killed_at_once) {
    Children children;
    const auto result =
        children.run(Children::shell("sleep 100 >/dev/null 2>&1 & echo $!")).value();
    const pid_t leftover = static_cast<pid_t>(std::stol(result.out));
    EXPECT_TRUE(children.run_until([&] { return !is_alive(leftover); }));
}

TEST(Leftovers, in_another_group_lose_their_pipes) {
    Children children;
    const auto result =
        children.run(Children::shell("setsid sh -c 'echo $$ > " + children.path("p") +
                                     "; exec sleep 100' & "
                                     "while [ ! -s " +
                                     children.path("p") + " ]; do sleep 0.01; done; exit 6"));
    EXPECT_EQ(result->exit_code, 6);
    EXPECT_EQ(::kill(children.pid_in("p"), SIGKILL), 0) << "it has left: not ours to end";
}

}  // namespace
}  // namespace aifp::process
