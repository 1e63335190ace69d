#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"

namespace aifp {
namespace deadline_detail {

/// Result<T>, but Result<U> stays Result<U>.
template <class T>
struct Flattened {
    using type = Result<T>;
};
template <class U>
struct Flattened<Result<U>> {
    using type = Result<U>;
};

/// How the work ended; lives in with_deadline's frame.
template <class T>
struct Ending {
    Ending() = default;
    std::optional<T> value;
    std::exception_ptr exception;
};
template <>
struct Ending<void> {
    Ending() = default;
    std::exception_ptr exception;
};

template <class T>
boost::asio::awaitable<void> keep_ending(boost::asio::awaitable<T> work, Ending<T>* ending) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
        } else {
            auto value = co_await std::move(work);
            ending->value.emplace(std::move(value));
        }
    } catch (...) {
        ending->exception = std::current_exception();
    }
    // co_spawn's last step is an await of its own: it must not throw because of the cancelling.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
}

}  // namespace deadline_detail

/// Waits for `work` (awaitable<T>), at most `limit`. Gives Result<T>, or Result<U> when T is itself
/// Result<U>. Errors: timed_out when the limit passed first; the work is then cancelled (terminal)
/// and waited for, so that nothing of it goes on. Whatever it returned after that is dropped.
///
/// An exception of the work passes through. When the caller is cancelled, the work is cancelled and
/// what it makes of that (as a rule system_error, operation_aborted) is what comes back. Loop
/// thread only: the work runs on the caller's executor.
template <class T>
boost::asio::awaitable<typename deadline_detail::Flattened<T>::type> with_deadline(
    boost::asio::awaitable<T> work, Milliseconds limit) {
    namespace asio = boost::asio;
    using Outcome = typename deadline_detail::Flattened<T>::type;

    const auto executor = co_await asio::this_coro::executor;
    deadline_detail::Ending<T> ending;
    asio::steady_timer timer(executor, limit);
    auto kept = deadline_detail::keep_ending<T>(std::move(work), &ending);
    auto race = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(kept), asio::deferred),
        timer.async_wait(asio::deferred));
    const asio::experimental::wait_for_one one;
    const auto winner = co_await race.async_wait(one, asio::use_awaitable);

    // The timer ends without an error only when the limit passed. Both may end in one turn: a work
    // that was first keeps its value.
    const bool is_timer_first = std::get<0>(winner)[0] == 1;
    if (is_timer_first && !std::get<2>(winner)) {
        co_return Outcome(fail(ErrorCode::timed_out, "took longer than " + format_duration(limit)));
    }
    if (ending.exception) {
        std::rethrow_exception(ending.exception);
    }
    if constexpr (std::is_void_v<T>) {
        co_return Outcome();
    } else {
        co_return Outcome(std::move(*ending.value));
    }
}

}  // namespace aifp
