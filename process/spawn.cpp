#include "process/spawn.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "process/launch_plan.hpp"

#if defined(__SANITIZE_THREAD__)
// TSan's clone() makes the child ignore all synchronisation from then on, which this child, sharing
// our memory, would do to the thread that starts it. glibc has the same function by another name.
extern "C" int __clone(
    int (*)(void*), void*, int, void*, ...);  // NOLINT(bugprone-reserved-identifier)
#define AIFP_CLONE ::__clone
#else
#define AIFP_CLONE ::clone
#endif

namespace aifp::process {

namespace {

constexpr std::size_t kStackBytes = std::size_t{64} * 1024;

enum class Step { prepare, enter_folder, start_program };

/// Shared by both sides of the vfork: the child writes only `error_number` and `step`.
struct Launch {
    std::array<int, 3> descriptors{-1, -1, -1};  ///< The child's 0, 1 and 2; all above 2.
    const char* folder = nullptr;
    const char* const* candidates = nullptr;  ///< Ends with a null pointer.
    char* const* argv = nullptr;
    char* const* environment = nullptr;
    pid_t parent = 0;
    sigset_t no_signals{};
    int error_number = 0;
    Step step = Step::prepare;
};

// What runs between vfork and exec shares our memory: system calls only, no allocation, no locks,
// no instrumentation. (vfork(2), signal-safety(7))
#define AIFP_IN_CHILD __attribute__((no_sanitize("address", "undefined", "thread")))

// TSan takes the child for one more thread of ours: its dup2 and sigaction would note what the
// child does to its own descriptors and signals as done to ours. These two therefore go to the
// kernel.

AIFP_IN_CHILD bool take_as(int descriptor, int target) {
    return ::syscall(SYS_dup3, descriptor, target, 0) >= 0;
}

AIFP_IN_CHILD bool reset_signals(const Launch& launch) {
    // Caught signals go back to their default by exec, ignored ones do not. The kernel's own struct
    // sigaction is handler, flags, restorer and mask, at most 32 bytes: all zero is SIG_DFL.
    constexpr std::size_t kMaskBytes = 8;  // of 64 signals
    alignas(std::uint64_t) const std::array<unsigned char, 32> by_default{};
    for (int signal = 1; signal < 32; ++signal) {  // nobody here ignores a real-time one
        if (signal != SIGKILL && signal != SIGSTOP) {
            ::syscall(SYS_rt_sigaction, signal, by_default.data(), nullptr, kMaskBytes);
        }
    }
    return ::sigprocmask(SIG_SETMASK, &launch.no_signals, nullptr) == 0;
}

AIFP_IN_CHILD bool prepare(const Launch& launch) {
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return false;
    }
    if (::getppid() != launch.parent) {
        return false;  // the parent died before PDEATHSIG was set
    }
    for (int target = 0; target < 3; ++target) {
        if (!take_as(launch.descriptors[static_cast<std::size_t>(target)], target)) {
            return false;
        }
    }
    // Ours have CLOEXEC already; a library's may not. A kernel before 5.11 has no close_range.
    ::syscall(SYS_close_range, 3U, ~0U, static_cast<unsigned>(CLOSE_RANGE_CLOEXEC));
    return reset_signals(launch);
}

AIFP_IN_CHILD int start_program(const Launch& launch) {
    int first_error = ENOENT;
    for (const char* const* path = launch.candidates; *path != nullptr; ++path) {
        ::execve(*path, launch.argv, launch.environment);
        if (errno == EACCES) {
            first_error = EACCES;
        } else if (errno != ENOENT && errno != ENOTDIR) {
            return errno;
        }
    }
    return first_error;
}

AIFP_IN_CHILD int run_child(void* shared) {
    auto& launch = *static_cast<Launch*>(shared);
    launch.step = Step::prepare;
    if (!prepare(launch)) {
        launch.error_number = errno != 0 ? errno : ECHILD;
        ::_exit(127);
    }
    launch.step = Step::enter_folder;
    if (launch.folder != nullptr && ::chdir(launch.folder) != 0) {
        launch.error_number = errno;
        ::_exit(127);
    }
    launch.step = Step::start_program;
    launch.error_number = start_program(launch);
    ::_exit(127);
}

#undef AIFP_IN_CHILD

ErrorCode code_of(int error_number) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::not_found;
        case EACCES:
        case EPERM:
            return ErrorCode::denied;
        case E2BIG:
        case ENAMETOOLONG:
        case ENOEXEC:
        case ELOOP:
            return ErrorCode::invalid_input;
        case EAGAIN:
        case ENOMEM:
        case EMFILE:
        case ENFILE:
            return ErrorCode::busy;
        default:
            return ErrorCode::io_failure;
    }
}

std::string error_text(int error_number) {
    return std::generic_category().message(error_number);
}

Error explain(const ProcessRequest& request, const Launch& launch) {
    const int number = launch.error_number;
    if (launch.step == Step::enter_folder) {
        return {code_of(number),
                "cannot enter the folder " + request.working_directory + ": " + error_text(number)};
    }
    const std::string& program = request.argv.front();
    std::string detail = "cannot start " + program + ": " + error_text(number);
    if (number == ENOEXEC) {
        detail += "; a script needs a first line such as #!/bin/sh";
    } else if (number == ENOENT && program.find('/') == std::string::npos) {
        detail += " in any folder of $PATH";
    } else if (number == ENOENT && request.working_directory.empty() &&
               ::access(program.c_str(), F_OK) == 0) {
        detail += " (the interpreter in its first line)";
    } else if (number == EACCES && launch.step == Step::start_program) {
        detail += "; is it executable (chmod +x)?";
    }
    return {code_of(number), std::move(detail)};
}

struct Pipe {
    FileDescriptor read;
    FileDescriptor write;
};

Result<FileDescriptor> above_standard(int fd) {
    if (fd < 0 || fd > STDERR_FILENO) {
        return FileDescriptor(fd);
    }
    // Ours has 0, 1 or 2 closed: a descriptor in that place would be overwritten in the child.
    FileDescriptor low(fd);
    FileDescriptor high(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!high.is_open()) {
        return fail(code_of(errno), "cannot make a pipe: " + error_text(errno));
    }
    return high;
}

/// `ours` is the end that must not block.
Result<Pipe> make_pipe(FileDescriptor Pipe::*ours) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(code_of(errno), "cannot make a pipe: " + error_text(errno));
    }
    Result<FileDescriptor> read = above_standard(ends[0]);
    Result<FileDescriptor> write = above_standard(ends[1]);
    if (!read || !write) {
        return fail(read ? write.error() : read.error());
    }
    Pipe pipe{std::move(*read), std::move(*write)};
    if (::fcntl((pipe.*ours).get(), F_SETFL, O_NONBLOCK) != 0) {
        return fail(ErrorCode::io_failure, "cannot set up a pipe: " + error_text(errno));
    }
    return pipe;
}

Result<Pipe> make_input(const ProcessRequest& request) {
    if (!request.stdin_text.empty()) {
        return make_pipe(&Pipe::write);
    }
    Result<FileDescriptor> nothing = above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing || !nothing->is_open()) {
        return fail(ErrorCode::io_failure, "cannot open /dev/null: " + error_text(errno));
    }
    return Pipe{std::move(*nothing), FileDescriptor()};
}

/// The child, running its program; its descriptor of the process. Signals are blocked around it:
/// a handler of ours must not run in the child, which shares our memory.
pid_t clone_child(Launch& launch, int* pidfd) {
    const auto stack = std::make_unique_for_overwrite<char[]>(kStackBytes);
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::sigemptyset(&launch.no_signals);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    const pid_t pid = AIFP_CLONE(&run_child, stack.get() + kStackBytes, flags, &launch, pidfd);
    const int error_number = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error_number;
    return pid;
}

}  // namespace

Result<Spawned> spawn(const ProcessRequest& request) {
    const Result<LaunchPlan> plan = LaunchPlan::make(request);
    if (!plan) {
        return fail(plan.error());
    }
    Result<Pipe> input = make_input(request);
    Result<Pipe> output = make_pipe(&Pipe::read);
    Result<Pipe> error = make_pipe(&Pipe::read);
    if (!input || !output || !error) {
        return fail(!input ? input.error() : !output ? output.error() : error.error());
    }
    std::vector<const char*> candidates;
    for (const std::string& path : plan->candidates()) {
        candidates.push_back(path.c_str());
    }
    candidates.push_back(nullptr);

    Launch launch;
    launch.descriptors = {input->read.get(), output->write.get(), error->write.get()};
    launch.folder = request.working_directory.empty() ? nullptr : request.working_directory.c_str();
    launch.candidates = candidates.data();
    launch.argv = plan->argv();
    launch.environment = plan->environment();
    launch.parent = ::getpid();

    int pidfd = -1;
    const pid_t pid = clone_child(launch, &pidfd);
    if (pid < 0) {
        return fail(code_of(errno), "cannot start a process: " + error_text(errno));
    }
    FileDescriptor process(pidfd);
    if (launch.error_number != 0) {
        ::waitpid(pid, nullptr, 0);  // it has ended already
        return fail(explain(request, launch));
    }
    return Spawned{pid,
                   std::move(process),
                   std::move(input->write),
                   std::move(output->read),
                   std::move(error->read)};
}

}  // namespace aifp::process
