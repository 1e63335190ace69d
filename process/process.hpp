#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp::process {

/// A program to run and the bounds it runs in.
struct ProcessRequest {
    /// Program and arguments. A program without a slash is looked up in $PATH (the child's).
    std::vector<std::string> argv;
    /// Added to the environment, or put in place of what is there.
    std::vector<std::pair<std::string, std::string>> environment;
    bool clean_environment = false;  ///< Start from an empty environment, not from ours.
    std::string working_directory;   ///< Empty: ours.
    std::string stdin_text;          ///< Empty: standard input is /dev/null.
    /// Kept of each of standard output and standard error; what comes after is read, counted and
    /// dropped.
    std::size_t max_output_bytes = std::size_t{64} * 1024;
    Milliseconds timeout{0};   ///< Of the whole run; 0: none.
    Milliseconds grace{5000};  ///< Between TERM and KILL.
};

/// How a child ended.
struct ProcessResult {
    pid_t pid = 0;
    int exit_code = 0;  ///< Meaningful when `signal` is 0.
    int signal = 0;     ///< The signal that ended it, or 0.
    bool timed_out = false;
    bool cancelled = false;  ///< terminate() was called before it ended.
    std::string out;         ///< Well-formed UTF-8: U+FFFD stands for each byte that was none.
    std::string err;         ///< So is this.
    std::uint64_t dropped_bytes = 0;  ///< Beyond max_output_bytes, of both together.
    Milliseconds duration{0};

    [[nodiscard]] bool succeeded() const noexcept {
        return exit_code == 0 && signal == 0 && !timed_out && !cancelled;
    }
};

/// Errors: invalid_input for a request that cannot be (no program, NUL in a text, too long);
/// not_found and denied with the path when the program or the folder is not there or may not be
/// used; busy when the system is out of processes, descriptors or memory; io_failure.
using ProcessCallback = std::function<void(Result<ProcessResult>)>;

class ChildProcess;

/// A handle on a running child. Letting go of it does not stop the child.
class ProcessHandle {
public:
    ProcessHandle() = default;
    explicit ProcessHandle(std::weak_ptr<ChildProcess> child) : child_(std::move(child)) {}

    /// TERM to the whole group, after the grace KILL. The callback still comes, with `cancelled`.
    /// One that has not begun to run is not started any more, and reported as ended by TERM.
    /// Nothing happens if the child has ended. Loop thread only.
    void terminate();

private:
    std::weak_ptr<ChildProcess> child_;
};

/// Starts a child and calls `callback` once, from `executor`, never from within this call, when it
/// has ended and its output is read, or when it could not be started.
///
/// The child leads a process group of its own, dies with the `executor`'s io_context or with this
/// process (PDEATHSIG of the launcher's threads), has no descriptor but 0, 1 and 2, no blocked and
/// no ignored signal. The run ends when the leader ends: what it leaves behind in its group gets a
/// quarter of a second to finish writing, then TERM, and as long again later KILL; if nobody holds
/// the pipes any more, KILL at once. While it is being terminated the rest of the group has the
/// whole grace. Does not block: it is started from a thread of the io_context's launcher. Children
/// that are started one after the other may begin to run in another order. `clock` must outlive the
/// child. Loop thread only: `executor` must run on one thread.
ProcessHandle start_process(boost::asio::any_io_executor executor,
                            const Clock& clock,
                            ProcessRequest request,
                            ProcessCallback callback);

/// The same as a coroutine. Cancelling it terminates the child and still waits for its end: the
/// result then has `cancelled`. `clock` must outlive it.
[[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run_process(ProcessRequest request,
                                                                        const Clock& clock);

}  // namespace aifp::process
