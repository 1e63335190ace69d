#pragma once

#include <string>

#include "http/client.hpp"

namespace aifp::simulation {

/// What is outside of the engine: hears its HTTP requests and answers them on the simulated clocks.
/// Loop thread only; outlives the engines.
class Outside : public http::Client {
public:
    boost::asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) final;
    [[nodiscard]] http::ClientStatistics statistics() const noexcept final { return {}; }

    /// The process is gone, and the calls under way with it.
    virtual void process_gone() = 0;

protected:
    struct Reply {
        int status = 200;  ///< 0: nobody answers.
        Milliseconds after{0};
        std::string body;
    };
    enum class CallEnd { answered, lost, stopped };

    /// A request has come. Calls are counted from 0.
    [[nodiscard]] virtual Reply hear(std::size_t call, const http::ClientRequest& request) = 0;
    virtual void end(std::size_t call, CallEnd how, const Reply& reply) = 0;

private:
    std::size_t calls_ = 0;
};

}  // namespace aifp::simulation
