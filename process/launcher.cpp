#include "process/launcher.hpp"

#include <system_error>
#include <utility>

#include "base/quiet_thread.hpp"

namespace aifp::process {

boost::asio::execution_context::id Launcher::id;

Launcher& Launcher::of(boost::asio::execution_context& context) {
    return boost::asio::use_service<Launcher>(context);
}

// A system that is out of threads must not stop the daemon: those that came have to do.
Launcher::Launcher(boost::asio::execution_context& context, std::size_t threads)
    : boost::asio::execution_context::service(context) {
    threads_.reserve(threads);
    try {
        while (threads_.size() < threads) {
            threads_.push_back(start_quiet_thread([this] { run(); }));
        }
    } catch (const std::system_error&) {
    }
}

Launcher::~Launcher() {
    shutdown();
}

void Launcher::submit(std::function<void()> job) {
    if (threads_.empty()) {
        return job();
    }
    {
        const std::lock_guard lock(mutex_);
        if (is_closed_) {
            return;
        }
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

// The jobs hold what belongs to the context: they go with it, on the thread that destroys it.
void Launcher::shutdown() {
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
    jobs_.clear();
}

void Launcher::run() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return is_closed_ || !jobs_.empty(); });
            if (is_closed_) {
                return;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace aifp::process
