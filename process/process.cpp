#include "process/process.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "process/child_process.hpp"

namespace aifp::process {

namespace asio = boost::asio;

void ProcessHandle::terminate() {
    if (const auto child = child_.lock()) {
        child->terminate();
    }
}

ProcessHandle start_process(asio::any_io_executor executor,
                            const Clock& clock,
                            ProcessRequest request,
                            ProcessCallback callback) {
    const auto child =
        std::make_shared<ChildProcess>(executor, clock, std::move(request), std::move(callback));
    child->launch();
    return ProcessHandle(child);
}

namespace {

/// What async_initiate calls: starts the child and hands the end to the coroutine.
struct Initiate {
    template <class Handler>
    void operator()(Handler&& handler,
                    asio::any_io_executor executor,
                    ProcessRequest request,
                    const Clock* clock) const {
        // The callback is copyable, the handler is not.
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        auto slot = asio::get_associated_cancellation_slot(*shared);
        ProcessHandle handle = start_process(std::move(executor),
                                             *clock,
                                             std::move(request),
                                             [shared](Result<ProcessResult> result) {
                                                 auto resume = std::move(*shared);
                                                 resume(std::move(result));
                                             });
        if (slot.is_connected()) {
            slot.assign([handle](asio::cancellation_type) mutable { handle.terminate(); });
        }
    }
};

}  // namespace

asio::awaitable<Result<ProcessResult>> run_process(ProcessRequest request, const Clock& clock) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    // The child's end is awaited even when cancelled: the result says so.
    auto started =
        asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<ProcessResult>)>(
            Initiate(), asio::use_awaitable, executor, std::move(request), &clock);
    Result<ProcessResult> result = co_await std::move(started);
    co_return result;
}

}  // namespace aifp::process
