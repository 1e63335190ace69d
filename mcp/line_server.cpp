#include "mcp/line_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/listener.hpp"
#include "mcp/line_connection.hpp"

namespace aifp::mcp {
namespace {

/// How long to leave accept alone when the process has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};

/// Shared with its connections and pending operations, which may outlive the LineServer by a turn.
class Core final : public std::enable_shared_from_this<Core> {
public:
    Core(boost::asio::io_context& loop,
         Dispatcher& dispatcher,
         LineServerOptions options,
         http::Listening listening)
        : loop_(loop),
          dispatcher_(dispatcher),
          options_(std::move(options)),
          acceptor_(std::move(listening.acceptor)),
          endpoint_(std::move(listening.endpoint)),
          inode_(listening.inode),
          pause_(std::in_place, loop) {}

    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

    void accept_next() {
        if (!acceptor_) {
            return;
        }
        acceptor_->async_accept(loop_,
                                [self = shared_from_this()](const boost::system::error_code& error,
                                                            http::Socket socket) {
                                    self->on_accept(error, std::move(socket));
                                });
    }

    void stop_listening() {
        if (acceptor_) {
            acceptor_.reset();
            pause_.reset();
            http::remove_socket_file(endpoint_, inode_);
        }
    }

    void each(void (LineConnection::*deed)()) {
        std::vector<std::shared_ptr<LineConnection>> all;
        for (const auto& [key, connection] : connections_) {
            all.push_back(connection);
        }
        for (const auto& connection : all) {
            (*connection.*deed)();
        }
    }

private:
    void on_accept(const boost::system::error_code& error, http::Socket socket) {
        if (!acceptor_ || error == boost::asio::error::operation_aborted) {
            return;
        }
        if (!error) {
            welcome(std::move(socket));
            accept_next();
            return;
        }
        // EMFILE and its kin: the connection stays in the backlog, so trying at once would spin.
        pause_->expires_after(kAcceptPause);
        pause_->async_wait([self = shared_from_this()](const boost::system::error_code& ended) {
            if (!ended) {
                self->accept_next();
            }
        });
    }

    void welcome(http::Socket socket) {
        const auto peer = http::peer_of(socket, {});
        const bool may = peer.credentials &&
                         (peer.credentials->uid == 0 || peer.credentials->uid == options_.owner);
        if (!may || connections_.size() >= options_.max_connections) {
            return;  // The socket closes.
        }
        const auto connection =
            std::make_shared<LineConnection>(std::move(socket),
                                             "mcp, uid " + std::to_string(peer.credentials->uid),
                                             dispatcher_,
                                             options_,
                                             [weak = weak_from_this()](LineConnection& closed) {
                                                 if (const auto self = weak.lock()) {
                                                     self->connections_.erase(&closed);
                                                 }
                                             });
        connections_.emplace(connection.get(), connection);
        connection->start();
    }

    boost::asio::io_context& loop_;
    Dispatcher& dispatcher_;
    const LineServerOptions options_;
    std::optional<http::Acceptor> acceptor_;
    const http::Endpoint endpoint_;
    const ino_t inode_;
    std::optional<boost::asio::steady_timer> pause_;
    std::unordered_map<LineConnection*, std::shared_ptr<LineConnection>> connections_;
};

class LineServerImpl final : public LineServer {
public:
    explicit LineServerImpl(std::shared_ptr<Core> core) : core_(std::move(core)) {
        core_->accept_next();
    }
    LineServerImpl(const LineServerImpl&) = delete;
    LineServerImpl& operator=(const LineServerImpl&) = delete;
    ~LineServerImpl() override {
        core_->stop_listening();
        core_->each(&LineConnection::close);
    }
    void shut_down() override {
        core_->stop_listening();
        core_->each(&LineConnection::drain);
    }
    [[nodiscard]] std::size_t connections() const noexcept override { return core_->connections(); }

private:
    std::shared_ptr<Core> core_;
};

}  // namespace

std::filesystem::path socket_beside(const std::filesystem::path& admin_socket) {
    const auto name = admin_socket.stem().string();
    return admin_socket.parent_path() / (name == "admin" ? "mcp.sock" : name + "-mcp.sock");
}

Result<std::unique_ptr<LineServer>> create_line_server(boost::asio::io_context& loop,
                                                       Dispatcher& dispatcher,
                                                       LineServerOptions options) {
    auto listening = http::listen_on(loop, http::UnixEndpoint{options.socket, 0600});
    if (!listening) {
        return fail(listening.error());
    }
    auto core = std::make_shared<Core>(loop, dispatcher, std::move(options), std::move(*listening));
    return std::unique_ptr<LineServer>(std::make_unique<LineServerImpl>(std::move(core)));
}

}  // namespace aifp::mcp
