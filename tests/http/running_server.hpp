#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "http/server.hpp"

namespace aifp::testing {

/// A server on a loop thread of its own, until the object ends.
class RunningServer {
public:
    explicit RunningServer(http::Handler handler, http::ServerOptions options = on_loopback())
        : server_(make(std::move(options), std::move(handler))), thread_([this] { loop_.run(); }) {}
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() {
        on_loop([this] { server_.reset(); });
        loop_.stop();
        thread_.join();
    }

    [[nodiscard]] static http::ServerOptions on_loopback() {
        http::ServerOptions options;
        options.listen = http::TcpEndpoint{*http::IpAddress::parse("127.0.0.1"), 0};
        return options;
    }

    [[nodiscard]] http::TcpEndpoint endpoint() const {
        return std::get<http::TcpEndpoint>(server_->endpoint());
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://" + http::format_endpoint(endpoint()) + path;
    }
    [[nodiscard]] http::Server& server() { return *server_; }

    /// Runs `work` on the loop and waits for it.
    void on_loop(const std::function<void()>& work) {
        std::promise<void> done;
        boost::asio::post(loop_, [&work, &done] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }
    [[nodiscard]] http::ServerStatistics statistics() {
        http::ServerStatistics statistics;
        on_loop([this, &statistics] { statistics = server_->statistics(); });
        return statistics;
    }

private:
    std::unique_ptr<http::Server> make(http::ServerOptions options, http::Handler handler) {
        auto server = http::create_server(loop_, clock_, std::move(options), std::move(handler));
        return server ? std::move(*server) : nullptr;
    }

    SystemClock clock_;
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

/// Answers at once with what it was asked: "METHOD target\nbody".
inline void echo(http::Request request, http::Responder respond) {
    respond(http::text_response(200, request.method + " " + request.target + "\n" + request.body));
}

}  // namespace aifp::testing
