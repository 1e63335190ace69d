#include "tests/simulation/outside.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace aifp::simulation {

namespace {

namespace asio = boost::asio;

// What is stopped takes a little to be gone.
constexpr Milliseconds kLinger{30};

}  // namespace

asio::awaitable<Result<http::ClientResponse>> Outside::send(http::ClientRequest request) {
    const auto call = calls_++;
    const Reply reply = hear(call, request);

    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, reply.after);
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto waited = co_await timer.async_wait(token);
    if (std::get<0>(waited)) {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        timer.expires_after(kLinger);
        static_cast<void>(co_await timer.async_wait(token));
        end(call, CallEnd::stopped, reply);
        co_return fail(ErrorCode::cancelled, "stopped");
    }
    if (reply.status == 0) {
        end(call, CallEnd::lost, reply);
        co_return fail(ErrorCode::unreachable, "nobody answers");
    }
    end(call, CallEnd::answered, reply);
    http::ClientResponse response;
    response.status = reply.status;
    response.body = reply.body;
    co_return response;
}

}  // namespace aifp::simulation
