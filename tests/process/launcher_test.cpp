#include "process/launcher.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <optional>
#include <thread>

#include "tests/process/fixture.hpp"

namespace aifp::process {
namespace {

/// Keeps the threads of a launcher busy until it is let go.
class Held {
public:
    explicit Held(Launcher& launcher) {
        for (std::size_t at = 0; at < Launcher::kThreads; ++at) {
            launcher.submit([this] {
                begun_.count_down();
                gate_.wait();
            });
        }
        begun_.wait();
    }
    void let_go() { gate_.count_down(); }

private:
    std::latch begun_{Launcher::kThreads};
    std::latch gate_{1};
};

TEST(Launcher, is_one_of_each_context) {
    boost::asio::io_context one;
    boost::asio::io_context other;
    EXPECT_EQ(&Launcher::of(one), &Launcher::of(one));
    EXPECT_NE(&Launcher::of(one), &Launcher::of(other));
}

TEST(Launcher, without_a_thread_the_job_runs_at_once) {
    boost::asio::io_context loop;
    Launcher launcher(loop, 0);
    bool has_run = false;
    launcher.submit([&has_run] { has_run = true; });
    EXPECT_TRUE(has_run);
}

TEST(Launcher, what_is_terminated_before_it_began_is_not_started) {
    Children children;
    Held held(Launcher::of(children.loop));
    std::optional<Result<ProcessResult>> result;
    ProcessHandle handle = children.start(Children::shell("touch " + children.path("ran")), result);
    handle.terminate();
    held.let_go();
    children.loop.run();
    EXPECT_TRUE(result->value().cancelled);
    EXPECT_EQ(result->value().signal, SIGTERM);
    EXPECT_FALSE(children.exists("ran"));
}

TEST(Launcher, the_loop_goes_on_and_waits_for_what_begins_late) {
    Children children;
    Held held(Launcher::of(children.loop));
    std::optional<Result<ProcessResult>> result;
    children.start(Children::shell("echo late"), result);
    EXPECT_EQ(children.loop.poll(), 0U);
    EXPECT_FALSE(children.loop.stopped());
    held.let_go();
    children.loop.run();
    EXPECT_EQ(result->value().out, "late\n");
}

TEST(Launcher, what_has_not_begun_goes_with_its_context) {
    auto held_thing = std::make_shared<int>(1);
    const std::weak_ptr<int> seen = held_thing;
    std::optional<Held> held;  // outlives the threads that wait on it
    std::thread opener;
    {
        boost::asio::io_context loop;
        held.emplace(Launcher::of(loop));
        Launcher::of(loop).submit([thing = std::move(held_thing)] { FAIL() << "it has begun"; });
        // The context waits for the jobs under way; the third finds it closed.
        opener = std::thread([&held] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            held->let_go();
        });
    }
    opener.join();
    EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace aifp::process
