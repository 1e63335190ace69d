#include "process/child_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/system/error_code.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

#include "base/well_formed.hpp"
#include "process/launcher.hpp"
#include "process/process_group.hpp"

namespace aifp::process {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// How long what a leader leaves behind may go on writing, and again after TERM.
constexpr Milliseconds kDrainTime{250};
/// Most programs end sooner than this, and with less output than a pipe holds: then the loop is
/// woken once, by their end, and not by each pipe too.
constexpr Milliseconds kOutputPatience{5};
constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
/// A child that writes without end must not keep the loop to itself.
constexpr int kMaxReadsInARow = 16;

/// write() to a closed pipe would raise SIGPIPE, and whether that is ignored is not this room's to
/// decide: it is blocked around the write and taken back.
ssize_t write_without_signal(int fd, const char* bytes, std::size_t count) {
    sigset_t pipe_signal;
    sigset_t before;
    ::sigemptyset(&pipe_signal);
    ::sigaddset(&pipe_signal, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t written = ::write(fd, bytes, count);
    const int error_number = errno;
    if (written < 0 && error_number == EPIPE && ::sigismember(&before, SIGPIPE) == 0) {
        const timespec at_once{0, 0};
        ::sigtimedwait(&pipe_signal, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error_number;
    return written;
}

}  // namespace

ChildProcess::ChildProcess(const asio::any_io_executor& executor,
                           const Clock& clock,
                           ProcessRequest request,
                           ProcessCallback callback)
    : clock_(clock),
      request_(std::move(request)),
      callback_(std::move(callback)),
      input_(executor),
      leader_(executor),
      output_(executor),
      error_(executor),
      timer_(executor),
      pause_timer_(executor) {}

ChildProcess::~ChildProcess() {
    if (phase_ != Phase::reported && result_.pid != 0) {
        kill_group(SIGKILL);
        ::waitpid(result_.pid, nullptr, WNOHANG);  // one stuck in the kernel must not hold us up
    }
}

// Nothing of this child may be destroyed by the launcher's thread: what it got it gives on.
void ChildProcess::launch() {
    const asio::any_io_executor executor = leader_.get_executor();
    auto& launcher = Launcher::of(asio::query(executor, asio::execution::context));
    launcher.submit([self = shared_from_this(), work = asio::make_work_guard(executor)]() mutable {
        std::optional<Result<Spawned>> spawned;
        if (self->is_wanted_) {
            spawned = spawn(self->request_);
        }
        asio::post(work.get_executor(),
                   [self = std::move(self), spawned = std::move(spawned)]() mutable {
                       self->on_launched(std::move(spawned));
                   });
    });
}

void ChildProcess::on_launched(std::optional<Result<Spawned>> spawned) {
    if (!spawned) {
        report_unstarted(std::nullopt);
    } else if (!*spawned) {
        report_unstarted(spawned->error());
    } else {
        take_over(std::move(**spawned));
        if (!is_wanted_) {
            terminate();
        }
    }
}

void ChildProcess::report_unstarted(std::optional<Error> error) {
    phase_ = Phase::reported;
    const ProcessCallback callback = std::move(callback_);
    if (!is_wanted_) {
        result_.cancelled = true;
        result_.signal = SIGTERM;  // as if it had come at once
        callback(std::move(result_));
    } else {
        callback(tl::unexpected<Error>(std::move(*error)));
    }
}

void ChildProcess::take_over(Spawned spawned) {
    phase_ = Phase::running;
    started_at_ = clock_.mono();
    result_.pid = spawned.pid;
    leader_.assign(spawned.pidfd.release());
    output_.early = std::move(spawned.output);
    error_.early = std::move(spawned.error);
    output_.is_open = error_.is_open = true;
    wait_for_leader();
    pause_timer_.expires_after(kOutputPatience);
    pause_timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error && self->phase_ == Phase::running) {
            self->listen_to_outputs();
        }
    });
    if (spawned.input.is_open()) {
        input_.assign(spawned.input.release());
        write_input();
    }
    if (request_.timeout > Milliseconds(0)) {
        set_timer(request_.timeout, &ChildProcess::on_timeout);
    }
}

void ChildProcess::write_input() {
    const std::string& text = request_.stdin_text;
    while (input_written_ < text.size()) {
        const ssize_t written = write_without_signal(
            input_.native_handle(), text.data() + input_written_, text.size() - input_written_);
        if (written >= 0) {
            input_written_ += static_cast<std::size_t>(written);
        } else if (errno == EAGAIN) {
            input_.async_wait(Stream::wait_write, [self = shared_from_this()](error_code error) {
                if (!error && self->input_.is_open()) {
                    self->write_input();
                }
            });
            return;
        } else if (errno != EINTR) {
            break;  // it does not read to the end: its right
        }
    }
    error_code ignored;
    input_.close(ignored);
}

void ChildProcess::listen_to_outputs() {
    for (Output* output : {&output_, &error_}) {
        if (output->is_open && output->early.is_open()) {
            output->stream.assign(output->early.release());
            wait_for_output(*output);
        }
    }
}

void ChildProcess::wait_for_output(Output& output) {
    output.stream.async_wait(Stream::wait_read, [self = shared_from_this(), &output](error_code) {
        if (!output.is_open) {
            return;
        }
        if (self->read_available(output)) {
            self->wait_for_output(output);
            return;
        }
        self->close(output);
        self->consider_end();
    });
}

bool ChildProcess::read_available(Output& output) {
    static thread_local std::array<char, kReadBytes> buffer;
    for (int reads = 0; reads < kMaxReadsInARow; ++reads) {
        const ssize_t got = ::read(output.descriptor(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 && errno == EAGAIN;
        }
        const auto count = static_cast<std::size_t>(got);
        const std::size_t room = request_.max_output_bytes - output.text.size();
        const std::size_t kept = std::min(count, room);
        output.text.append(buffer.data(), kept);
        result_.dropped_bytes += count - kept;
        if (count < buffer.size()) {
            return true;  // likely empty now; the next wait tells
        }
    }
    return true;
}

// The first read may have got the last bytes, the second then finds the end.
void ChildProcess::read_rest(Output& output) {
    if (output.is_open && (!read_available(output) || !read_available(output))) {
        close(output);
    }
}

void ChildProcess::close(Output& output) {
    output.early = FileDescriptor();
    error_code ignored;
    output.stream.close(ignored);
    output.is_open = false;
}

void ChildProcess::wait_for_leader() {
    leader_.async_wait(Stream::wait_read, [self = shared_from_this()](error_code error) {
        if (!error && self->phase_ == Phase::running) {
            self->on_leader_ended();
        }
    });
}

void ChildProcess::on_leader_ended() {
    // The zombie is left for now: as long as it is there, the group's number cannot be given to
    // anybody else and may be signalled without danger.
    phase_ = Phase::leaving;
    result_.duration = std::chrono::duration_cast<Milliseconds>(clock_.mono() - started_at_);
    read_rest(output_);
    read_rest(error_);
    if (output_.is_open || error_.is_open) {
        listen_to_outputs();
        if (!is_terminating_) {
            set_timer(kDrainTime, &ChildProcess::on_drained);
        }
    }
    consider_end();
}

void ChildProcess::consider_end() {
    if (phase_ != Phase::leaving || output_.is_open || error_.is_open) {
        return;
    }
    if (is_terminating_ && has_living_members(result_.pid)) {
        wait_for_group();
        return;
    }
    kill_group(SIGKILL);
    reap_and_report();
}

void ChildProcess::wait_for_group() {
    pause_timer_.expires_after(pause_before_look(group_looks_++));
    pause_timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) {
            self->consider_end();
        }
    });
}

void ChildProcess::terminate() {
    if (phase_ == Phase::starting) {
        is_wanted_ = false;
        return;
    }
    if (phase_ == Phase::reported || is_terminating_) {
        return;
    }
    result_.cancelled = phase_ == Phase::running;
    begin_terminating();
}

void ChildProcess::begin_terminating() {
    is_terminating_ = true;
    kill_group(SIGTERM);
    kill_group(SIGCONT);  // one that is stopped could not die of TERM
    set_timer(request_.grace, &ChildProcess::on_grace_over);
}

void ChildProcess::set_timer(Milliseconds after, void (ChildProcess::*then)()) {
    timer_.expires_after(after);
    timer_.async_wait([self = shared_from_this(), then](error_code error) {
        if (!error && self->phase_ != Phase::reported) {
            ((*self).*then)();
        }
    });
}

void ChildProcess::on_timeout() {
    if (phase_ == Phase::running && !is_terminating_) {
        result_.timed_out = true;
        begin_terminating();
    }
}

void ChildProcess::on_grace_over() {
    kill_group(SIGKILL);
    // What left the group may still hold the pipes.
    set_timer(kDrainTime, &ChildProcess::on_asked_to_leave);
}

void ChildProcess::on_drained() {
    kill_group(SIGTERM);
    set_timer(kDrainTime, &ChildProcess::on_asked_to_leave);
}

void ChildProcess::on_asked_to_leave() {
    kill_group(SIGKILL);
    if (phase_ == Phase::running) {
        set_timer(kDrainTime, &ChildProcess::on_asked_to_leave);  // stuck in the kernel: wait
        return;
    }
    for (Output* output : {&output_, &error_}) {
        if (output->is_open) {
            static_cast<void>(read_available(*output));
            close(*output);
        }
    }
    reap_and_report();
}

void ChildProcess::kill_group(int signal) const noexcept {
    ::kill(-result_.pid, signal);
}

void ChildProcess::reap_and_report() {
    phase_ = Phase::reported;
    siginfo_t about{};
    while (::waitid(P_PID, static_cast<id_t>(result_.pid), &about, WEXITED) != 0 &&
           errno == EINTR) {
    }
    if (about.si_code == CLD_EXITED) {
        result_.exit_code = about.si_status;
    } else {
        result_.signal = about.si_status;
    }
    error_code ignored;
    input_.close(ignored);
    leader_.close(ignored);
    timer_.cancel();
    pause_timer_.cancel();
    result_.out = well_formed_utf8(std::move(output_.text));
    result_.err = well_formed_utf8(std::move(error_.text));
    const ProcessCallback callback = std::move(callback_);
    callback(std::move(result_));
}

}  // namespace aifp::process
