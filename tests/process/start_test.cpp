#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <fstream>

#include "tests/process/fixture.hpp"

namespace aifp::process {
namespace {

ProcessRequest program(std::vector<std::string> argv) {
    ProcessRequest request;
    request.argv = std::move(argv);
    return request;
}

TEST(StartProcess, reports_the_exit_code) {
    Children children;
    const auto good = children.run(program({"/bin/true"})).value();
    EXPECT_TRUE(good.succeeded());
    EXPECT_GT(good.pid, 0);
    const auto bad = children.run(Children::shell("exit 3")).value();
    EXPECT_EQ(bad.exit_code, 3);
    EXPECT_EQ(bad.signal, 0);
    EXPECT_FALSE(bad.succeeded());
}

TEST(StartProcess, reports_the_signal) {
    Children children;
    const auto result = children.run(Children::shell("kill -SEGV $$")).value();
    EXPECT_EQ(result.signal, SIGSEGV);
    EXPECT_FALSE(result.succeeded());
}

TEST(StartProcess, exit_code_127_is_the_childs_own) {
    Children children;
    EXPECT_EQ(children.run(Children::shell("exit 127")).value().exit_code, 127);
}

TEST(StartProcess, never_calls_back_from_within) {
    Children children;
    std::optional<Result<ProcessResult>> result;
    children.start(program({"/no/such/program"}), result);
    EXPECT_FALSE(result);
    children.loop.run();
    EXPECT_TRUE(result);
}

TEST(StartProcess, missing_program_is_not_found) {
    Children children;
    const auto named = children.run(program({"/no/such/program"}));
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().code(), ErrorCode::not_found);
    EXPECT_EQ(named.error().detail(), "cannot start /no/such/program: No such file or directory");
    const auto searched = children.run(program({"no_such_program_here"}));
    EXPECT_EQ(searched.error().detail(),
              "cannot start no_such_program_here: No such file or directory in any folder of "
              "$PATH");
}

TEST(StartProcess, file_that_is_no_program_is_explained) {
    Children children;
    std::ofstream(children.path("plain")) << "echo hello\n";
    const auto denied = children.run(program({children.path("plain")}));
    EXPECT_EQ(denied.error().code(), ErrorCode::denied);
    EXPECT_TRUE(denied.error().detail().ends_with("is it executable (chmod +x)?"));

    std::filesystem::permissions(children.path("plain"), std::filesystem::perms::owner_all);
    const auto headless = children.run(program({children.path("plain")}));
    EXPECT_EQ(headless.error().code(), ErrorCode::invalid_input);
    EXPECT_TRUE(headless.error().detail().ends_with("a first line such as #!/bin/sh"));

    std::ofstream(children.path("plain")) << "#!/no/such/shell\n";
    const auto orphan = children.run(program({children.path("plain")}));
    EXPECT_EQ(orphan.error().code(), ErrorCode::not_found);
    EXPECT_TRUE(orphan.error().detail().ends_with("(the interpreter in its first line)"));
}

TEST(StartProcess, missing_folder_is_not_found) {
    Children children;
    ProcessRequest request = program({"/bin/true"});
    request.working_directory = "/no/such/folder";
    const auto result = children.run(std::move(request));
    EXPECT_EQ(result.error().code(), ErrorCode::not_found);
    EXPECT_EQ(result.error().detail(),
              "cannot enter the folder /no/such/folder: No such file or directory");
}

TEST(StartProcess, impossible_requests_are_invalid) {
    Children children;
    EXPECT_EQ(children.run(program({})).error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(children.run(program({""})).error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(children.run(program({"/bin/true", std::string("a\0b", 3)})).error().code(),
              ErrorCode::invalid_input);
    ProcessRequest request = program({"/bin/true"});
    request.environment = {{"A=B", "c"}};
    EXPECT_EQ(children.run(request).error().code(), ErrorCode::invalid_input);
    request.environment.clear();
    request.argv.emplace_back(4 * 1024 * 1024, 'x');
    EXPECT_EQ(children.run(request).error().code(), ErrorCode::invalid_input);
}

TEST(StartProcess, environment_is_added_replaced_or_clean) {
    Children children;
    ASSERT_EQ(::setenv("PROCESS_TEST_OLD", "old", 1), 0);
    ProcessRequest request = Children::shell("echo $PROCESS_TEST_OLD/$PROCESS_TEST_NEW");
    request.environment = {{"PROCESS_TEST_NEW", "new"}};
    EXPECT_EQ(children.run(request).value().out, "old/new\n");
    request.environment = {{"PROCESS_TEST_OLD", "changed"}};
    EXPECT_EQ(children.run(request).value().out, "changed/\n");
    request.environment = {{"PROCESS_TEST_NEW", "new"}};
    request.clean_environment = true;
    EXPECT_EQ(children.run(request).value().out, "/new\n");
}

TEST(StartProcess, searches_the_childs_path) {
    Children children;
    std::ofstream(children.path("greet")) << "#!/bin/sh\necho hello\n";
    std::filesystem::permissions(children.path("greet"), std::filesystem::perms::owner_all);
    ProcessRequest request = program({"greet"});
    request.environment = {{"PATH", "relative::/no/such:" + children.folder.string()}};
    EXPECT_EQ(children.run(std::move(request)).value().out, "hello\n");
}

TEST(StartProcess, child_works_in_its_folder) {
    Children children;
    ProcessRequest request = Children::shell("pwd -P");
    request.working_directory = children.folder;
    EXPECT_EQ(children.run(std::move(request)).value().out,
              std::filesystem::canonical(children.folder).string() + "\n");
}

TEST(StartProcess, child_has_only_its_three_descriptors) {
    Children children;
    const int stray = ::open("/dev/null", O_RDONLY);  // without CLOEXEC
    ASSERT_GE(stray, 3);
    const auto result = children.run(Children::shell("ls /proc/self/fd")).value();
    ::close(stray);
    EXPECT_EQ(result.out, "0\n1\n2\n3\n");  // 3 is ls reading the folder
}

TEST(StartProcess, child_has_no_blocked_and_no_ignored_signals) {
    Children children;
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto old = ::signal(SIGPIPE, SIG_IGN);
    const auto result = children.run(Children::shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
    ::signal(SIGPIPE, old);
    EXPECT_EQ(result.value().out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, &before, &now);
    EXPECT_EQ(::sigismember(&now, SIGUSR1), 1) << "ours stays as it was";
}

TEST(StartProcess, child_leads_its_own_group) {
    Children children;
    const auto result = children.run(Children::shell("cut -d' ' -f1,5 /proc/$$/stat")).value();
    EXPECT_EQ(result.out, std::to_string(result.pid) + " " + std::to_string(result.pid) + "\n");
}

TEST(StartProcess, leaves_no_descriptor_and_no_zombie) {
    Children children;
    static_cast<void>(children.run(program({"/bin/true"})));
    const std::size_t before = open_descriptors();
    for (int round = 0; round < 20; ++round) {
        ProcessRequest request = Children::shell("cat; echo x >&2");
        request.stdin_text = "text";
        static_cast<void>(children.run(std::move(request)));
        static_cast<void>(children.run(program({"/no/such/program"})));
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(StartProcess, runs_200_at_once) {
    Children children;
    int succeeded = 0;
    for (int at = 0; at < 200; ++at) {
        start_process(children.loop.get_executor(),
                      children.clock,
                      Children::shell("echo " + std::to_string(at)),
                      [&succeeded, at](Result<ProcessResult> result) {
                          succeeded += result && result->succeeded() &&
                                               result->out == std::to_string(at) + "\n"
                                           ? 1
                                           : 0;
                      });
    }
    children.loop.run();
    EXPECT_EQ(succeeded, 200);
}

TEST(StartProcess, child_dies_with_its_parent) {
    Children children;
    const std::string file = children.path("pid");
    const pid_t parent = ::fork();
    if (parent == 0) {
        std::optional<Result<ProcessResult>> result;
        children.loop.notify_fork(boost::asio::execution_context::fork_child);
        children.start(Children::shell("echo $$ > " + file + ".new; mv " + file + ".new " + file +
                                       "; sleep 100"),
                       result);
        while (!children.exists("pid")) {
            ::poll(nullptr, 0, 5);
        }
        ::_exit(0);  // as a killed one: no destructor runs
    }
    ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
    const pid_t child = children.pid_in("pid");
    ASSERT_GT(child, 0);
    EXPECT_TRUE(children.run_until([&] { return !is_alive(child); }));
}

TEST(StartProcess, child_is_killed_when_its_loop_goes) {
    pid_t child = 0;
    {
        Children children;
        std::optional<Result<ProcessResult>> result;
        children.start(Children::shell("echo $$ > " + children.path("p") + "; sleep 100"), result);
        ASSERT_TRUE(children.run_until([&] { return children.pid_in("p") > 0; }));
        child = children.pid_in("p");
    }
    EXPECT_EQ(::waitpid(child, nullptr, 0) == child || errno == ECHILD, true);
    EXPECT_FALSE(is_alive(child));
}

boost::asio::awaitable<void> run_and_keep(ProcessRequest request,
                                          const Clock& clock,
                                          std::optional<Result<ProcessResult>>& kept) {
    Result<ProcessResult> result = co_await run_process(std::move(request), clock);
    kept = std::move(result);
}

TEST(RunProcess, gives_the_result_to_a_coroutine) {
    Children children;
    std::optional<Result<ProcessResult>> kept;
    boost::asio::co_spawn(children.loop,
                          run_and_keep(Children::shell("echo hello"), children.clock, kept),
                          [](const std::exception_ptr&) {});
    children.loop.run();
    EXPECT_EQ(kept.value().value().out, "hello\n");
}

TEST(RunProcess, gives_errors_to_a_coroutine) {
    Children children;
    std::optional<Result<ProcessResult>> kept;
    boost::asio::co_spawn(children.loop,
                          run_and_keep(program({"/no/such"}), children.clock, kept),
                          [](const std::exception_ptr&) {});
    children.loop.run();
    EXPECT_EQ(kept.value().error().code(), ErrorCode::not_found);
}

TEST(RunProcess, cancelling_terminates_and_waits_for_the_end) {
    Children children;
    std::optional<Result<ProcessResult>> kept;
    boost::asio::cancellation_signal cancel;
    boost::asio::co_spawn(
        children.loop,
        run_and_keep(Children::shell("echo $$ > " + children.path("p") + "; sleep 100"),
                     children.clock,
                     kept),
        boost::asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
    ASSERT_TRUE(children.run_until([&] { return children.pid_in("p") > 0; }));
    cancel.emit(boost::asio::cancellation_type::terminal);
    ASSERT_TRUE(children.run_until([&] { return kept.has_value(); }));
    EXPECT_TRUE(kept->value().cancelled);
    EXPECT_EQ(kept->value().signal, SIGTERM);
}

}  // namespace
}  // namespace aifp::process
