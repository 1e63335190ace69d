#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace aifp::testing {

template <class T>
boost::asio::awaitable<void> keep_value(boost::asio::awaitable<T> work, std::optional<T>* slot) {
    auto value = co_await std::move(work);
    slot->emplace(std::move(value));
}

/// Runs `context` until `work` and everything else on it has ended; returns what the work returned
/// and throws what it threw.
template <class T>
T run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<T> work) {
    std::exception_ptr thrown;
    const auto keep_exception = [&thrown](std::exception_ptr error) { thrown = std::move(error); };
    context.restart();
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(context, std::move(work), keep_exception);
        context.run();
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    } else {
        std::optional<T> slot;
        auto kept = keep_value(std::move(work), &slot);
        boost::asio::co_spawn(context, std::move(kept), keep_exception);
        context.run();
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        return std::move(slot.value());
    }
}

}  // namespace aifp::testing
