#pragma once

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "process/process.hpp"
#include "process/spawn.hpp"

namespace aifp::process {

/// A running child: feeds its input, keeps its output, ends it when its time is up, and reports
/// once. Kept alive by its own pending operations. Internal to this room; loop thread only.
class ChildProcess : public std::enable_shared_from_this<ChildProcess> {
public:
    ChildProcess(const boost::asio::any_io_executor& executor,
                 const Clock& clock,
                 ProcessRequest request,
                 ProcessCallback callback);

    /// Kills a child that is still there: its loop is being taken down.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Has the program started by the loop's launcher.
    void launch();
    /// As ProcessHandle::terminate().
    void terminate();

private:
    using Stream = boost::asio::posix::stream_descriptor;

    /// How far its end has come. Only ever moves down this list.
    enum class Phase {
        starting,  ///< With the launcher.
        running,   ///< The leader runs.
        leaving,   ///< The leader has ended; others hold the pipes or have their grace.
        reported,  ///< All is over.
    };
    struct Output {
        explicit Output(const boost::asio::any_io_executor& executor) : stream(executor) {}
        Stream stream;
        FileDescriptor early;  ///< What `stream` gets once it is listened to.
        std::string text;
        bool is_open = false;
        [[nodiscard]] int descriptor() {
            return early.is_open() ? early.get() : stream.native_handle();
        }
    };

    /// What the launcher brings; nothing when it was told not to start it any more.
    void on_launched(std::optional<Result<Spawned>> spawned);
    /// Takes over a child that runs.
    void take_over(Spawned spawned);
    void report_unstarted(std::optional<Error> error);
    void write_input();
    /// From now on the loop is woken by what the child writes.
    void listen_to_outputs();
    void wait_for_output(Output& output);
    /// Reads all there is now; false when the other side has closed.
    [[nodiscard]] bool read_available(Output& output);
    /// All there is after the leader's end.
    void read_rest(Output& output);
    void close(Output& output);

    void wait_for_leader();
    void on_leader_ended();
    /// Decides after each change while leaving: report, or wait on.
    void consider_end();
    void wait_for_group();
    void begin_terminating();
    void set_timer(Milliseconds after, void (ChildProcess::*then)());
    void on_timeout();
    void on_grace_over();
    void on_drained();
    void on_asked_to_leave();
    void kill_group(int signal) const noexcept;
    void reap_and_report();

    const Clock& clock_;
    ProcessRequest request_;
    ProcessCallback callback_;
    ProcessResult result_;
    MonoTime started_at_;
    Phase phase_ = Phase::starting;
    std::atomic<bool> is_wanted_ = true;  ///< Read by the launcher too.
    bool is_terminating_ = false;
    int group_looks_ = 0;
    std::size_t input_written_ = 0;
    Stream input_;
    Stream leader_;
    Output output_;
    Output error_;
    boost::asio::steady_timer timer_;  ///< Timeout, then grace, then draining.
    /// Until the outputs are listened to; later: looks again whether the group is gone.
    boost::asio::steady_timer pause_timer_;
};

}  // namespace aifp::process
