#pragma once

#include <boost/asio/execution_context.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aifp::process {

/// The threads that children are started from. Starting one takes as long as its exec, for which
/// vfork makes the thread that starts it stand still: a loop that did so itself would spend most of
/// its time waiting as soon as many are started.
///
/// One of each io_context, which makes it when the first child is started and ends it when it is
/// destroyed. The threads stay that long because a child dies with the thread that started it
/// (PDEATHSIG). Thread-safe.
class Launcher : public boost::asio::execution_context::service {
public:
    using key_type = Launcher;
    /// Two: one prepares the next child while the other stands still.
    static constexpr std::size_t kThreads = 2;
    static boost::asio::execution_context::id id;

    /// That of a context; made when there is none.
    static Launcher& of(boost::asio::execution_context& context);

    explicit Launcher(boost::asio::execution_context& context, std::size_t threads = kThreads);
    ~Launcher() override;
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;

    /// Runs `job` on one of the threads; where the system gave none, at once on the caller's. Jobs
    /// begin in their order. One that has not begun when the context is destroyed is destroyed with
    /// it.
    void submit(std::function<void()> job);

private:
    void shutdown() override;
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;  ///< Guarded by mutex_, as the next.
    bool is_closed_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace aifp::process
