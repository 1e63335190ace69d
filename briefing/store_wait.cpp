#include "briefing/store_wait.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;

/// What async_initiate calls.
struct Initiate {
    template <class Handler>
    void operator()(Handler&& handler, storage::Store* store, storage::Store::Job job) const {
        // The completion is copyable, the handler is not.
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        store->read(std::move(job), [shared](Status status) {
            auto resume = std::move(*shared);
            resume(std::move(status));
        });
    }
};

}  // namespace

asio::awaitable<Status> read_store(storage::Store& store, storage::Store::Job job) {
    auto started = asio::async_initiate<const asio::use_awaitable_t<>&, void(Status)>(
        Initiate(), asio::use_awaitable, &store, std::move(job));
    Status status = co_await std::move(started);
    co_return status;
}

}  // namespace aifp::briefing
