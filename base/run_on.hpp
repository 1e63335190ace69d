#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace aifp {

/// The one way off the loop: runs `job()` on `executor` (a thread pool's) and resumes on the
/// caller's own executor with what it returned. An exception of the job comes back as if it had
/// been thrown here.
///
/// Cancelling does not reach the job: it runs to its end and its value is delivered, and the
/// caller's next await throws as usual. A caller that was cancelled before gets
/// boost::system::system_error (operation_aborted) and the job never starts. The pool must be
/// joined before the caller's io_context is destroyed: the job writes into the caller's frame.
template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job>> run_on(boost::asio::any_io_executor executor,
                                                         Job job) {
    using Value = std::invoke_result_t<Job>;
    using boost::asio::awaitable;
    // An empty slot: the caller's cancellation state belongs to another thread than the job's.
    auto token = boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(),
                                                     boost::asio::use_awaitable);
    if constexpr (std::is_void_v<Value>) {
        auto body = [](Job work) -> awaitable<void> {
            work();
            co_return;
        };
        auto operation = body(std::move(job));
        co_await boost::asio::co_spawn(executor, std::move(operation), std::move(token));
    } else {
        // co_spawn wants a value with a default constructor; not every Result has one.
        auto body = [](Job work, std::optional<Value>* slot) -> awaitable<void> {
            slot->emplace(work());
            co_return;
        };
        std::optional<Value> value;
        auto operation = body(std::move(job), &value);
        co_await boost::asio::co_spawn(executor, std::move(operation), std::move(token));
        co_return std::move(*value);
    }
}

}  // namespace aifp
