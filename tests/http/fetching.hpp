#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "http/client.hpp"

namespace aifp::testing {

/// A client and the loop it lives on, stepped by the test.
class Fetching {
public:
    explicit Fetching(http::ClientOptions options = http::ClientOptions())
        : client_(http::create_client(loop_, clock_, std::move(options))) {}

    /// Starts a request; its answer comes into the slot that is returned.
    std::shared_ptr<std::optional<Result<http::ClientResponse>>> start(
        http::ClientRequest request, boost::asio::cancellation_slot cancel = {}) {
        auto slot = std::make_shared<std::optional<Result<http::ClientResponse>>>();
        boost::asio::co_spawn(
            loop_,
            store(client_.get(), std::move(request), slot.get()),
            boost::asio::bind_cancellation_slot(cancel, [slot](std::exception_ptr thrown) {
                if (thrown) {
                    slot->emplace(fail(ErrorCode::internal, "it threw"));
                }
            }));
        return slot;
    }
    Result<http::ClientResponse> fetch(http::ClientRequest request) {
        const auto slot = start(std::move(request));
        run_until([&slot] { return slot->has_value(); });
        return std::move(**slot);
    }
    Result<http::ClientResponse> get(const std::string& url) {
        http::ClientRequest request;
        request.url = url;
        return fetch(std::move(request));
    }
    template <class Condition>
    void run_until(Condition is_met) {
        loop_.restart();
        while (!is_met() && loop_.run_one() > 0) {
        }
    }
    [[nodiscard]] http::Client& client() { return *client_; }

private:
    static boost::asio::awaitable<void> store(http::Client* client,
                                              http::ClientRequest request,
                                              std::optional<Result<http::ClientResponse>>* slot) {
        Result<http::ClientResponse> response = co_await client->send(std::move(request));
        slot->emplace(std::move(response));
    }

    SystemClock clock_;
    boost::asio::io_context loop_{1};
    std::unique_ptr<http::Client> client_;
};

}  // namespace aifp::testing
