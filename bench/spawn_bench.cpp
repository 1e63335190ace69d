// Spawns a second: ours beside the barest loops that do the same. Prints one line each.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "process/process.hpp"

namespace {

using namespace aifp;

char program[] = "/bin/true";
char* const arguments[] = {program, nullptr};

void spawn_bare(pid_t (*fork_somehow)()) {
    const pid_t pid = fork_somehow();
    if (pid == 0) {
        ::execve(program, arguments, ::environ);
        ::_exit(127);
    }
    ::waitpid(pid, nullptr, 0);
}

void bare_fork(int count) {
    for (int at = 0; at < count; ++at) {
        spawn_bare(&::fork);
    }
}

void bare_vfork(int count) {
    for (int at = 0; at < count; ++at) {
        // vfork() must be called in the frame that execs.
        const pid_t pid = ::vfork();
        if (pid == 0) {
            ::execve(program, arguments, ::environ);
            ::_exit(127);
        }
        ::waitpid(pid, nullptr, 0);
    }
}

/// `at_once` children under way all the time.
void ours(int count, int at_once) {
    const SystemClock clock;
    boost::asio::io_context loop(1);
    int started = 0;
    int failed = 0;
    std::function<void()> start_one = [&] {
        if (started == count) {
            return;
        }
        ++started;
        process::ProcessRequest request;
        request.argv = {program};
        process::start_process(loop.get_executor(),
                               clock,
                               std::move(request),
                               [&](Result<process::ProcessResult> result) {
                                   failed += result && result->succeeded() ? 0 : 1;
                                   start_one();
                               });
    };
    for (int at = 0; at < at_once; ++at) {
        start_one();
    }
    loop.run();
    if (failed != 0) {
        std::printf("%d failed\n", failed);
        std::exit(1);
    }
}

void measure(const char* name, int count, const std::function<void()>& work) {
    const SystemClock clock;
    const MonoTime start = clock.mono();
    work();
    const std::chrono::duration<double> took = clock.mono() - start;
    std::printf("%-24s %8.0f spawns/s\n", name, count / took.count());
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 2000;
    for (int round = 0; round < 3; ++round) {
        measure("bare fork + exec", count, [&] { bare_fork(count); });
        measure("bare vfork + exec", count, [&] { bare_vfork(count); });
        measure("ours, one at a time", count, [&] { ours(count, 1); });
        measure("ours, 16 at a time", count, [&] { ours(count, 16); });
    }
    return 0;
}
