#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/connection.hpp"
#include "http/listener.hpp"

namespace aifp::http {
namespace {

namespace asio = boost::asio;

/// How long to leave accept alone when the process has no descriptor left.
constexpr Milliseconds kAcceptPause{100};
constexpr Milliseconds kMinTick{5};
constexpr Milliseconds kMaxTick{1'000};

/// The server's inner life. Shared with its connections, which may outlive the Server by a turn.
class ServerCore final : public ConnectionHost, public std::enable_shared_from_this<ServerCore> {
public:
    ServerCore(asio::io_context& loop,
               const Clock& used_clock,
               ServerOptions options,
               Handler used_handler,
               Listening listening)
        : ConnectionHost(used_clock, std::move(options), std::move(used_handler)),
          loop_(loop),
          acceptor_(std::move(listening.acceptor)),
          endpoint_(std::move(listening.endpoint)),
          inode_(listening.inode),
          sweep_timer_(std::in_place, loop),
          pause_timer_(std::in_place, loop) {}

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }
    [[nodiscard]] std::size_t open_connections() const noexcept { return connections_.size(); }

    void accept_next();
    void stop(Milliseconds grace, std::function<void()> done);
    void shut_down();

    void flush_soon(std::shared_ptr<Connection> connection) override;
    void forget(Connection& connection) override;

private:
    void on_accept(const boost::system::error_code& error, Socket socket);
    void welcome(Socket socket);
    void turn_away(Socket& socket);
    void flush_all();
    void sweep_later();
    void sweep();
    void close_listening();
    void close_connections();
    void finish_stop();
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> all_connections() const;

    asio::io_context& loop_;
    std::optional<Acceptor> acceptor_;  ///< As the timers: empty once closed, the loop may be gone.
    const Endpoint endpoint_;
    const ino_t inode_;
    asio::generic::stream_protocol::endpoint accepted_from_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> unflushed_;
    std::vector<std::shared_ptr<Connection>> flushing_;
    std::optional<asio::steady_timer> sweep_timer_;
    std::optional<asio::steady_timer> pause_timer_;
    std::function<void()> stopped_;
    bool sweeping_ = false;
    bool stopping_ = false;
};

void ServerCore::accept_next() {
    if (!acceptor_) {
        return;
    }
    acceptor_->async_accept(
        loop_,
        accepted_from_,
        [self = shared_from_this()](const boost::system::error_code& error, Socket socket) {
            self->on_accept(error, std::move(socket));
        });
}

void ServerCore::on_accept(const boost::system::error_code& error, Socket socket) {
    if (stopping_ || error == asio::error::operation_aborted) {
        return;
    }
    if (!error) {
        welcome(std::move(socket));
        accept_next();
        return;
    }
    if (error == asio::error::connection_aborted) {
        accept_next();
        return;
    }
    // EMFILE and its kin: the connection stays in the backlog, so trying at once would spin.
    pause_timer_->expires_after(kAcceptPause);
    pause_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& ended) {
        if (!ended && !self->stopping_) {
            self->accept_next();
        }
    });
}

void ServerCore::welcome(Socket socket) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    if (connections_.size() >= limits.max_connections) {
        turn_away(socket);
        return;
    }
    if (std::holds_alternative<TcpEndpoint>(endpoint_)) {
        socket.set_option(asio::ip::tcp::no_delay(true), error);
    }
    Peer peer = peer_of(socket, accepted_from_);
    auto connection =
        std::make_shared<Connection>(std::move(socket), std::move(peer), shared_from_this());
    connections_.emplace(connection.get(), connection);
    ++statistics.accepted;
    connection->start();
    sweep_later();
}

void ServerCore::turn_away(Socket& socket) {
    ++statistics.turned_away;
    std::string text;
    Framing framing;
    framing.keep_alive = false;
    append_response(text, error_response(503, "too many connections"), framing);
    boost::system::error_code ignored;
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
}

void ServerCore::flush_soon(std::shared_ptr<Connection> connection) {
    unflushed_.push_back(std::move(connection));
    if (unflushed_.size() == 1) {
        asio::post(loop_, [self = shared_from_this()] { self->flush_all(); });
    }
}

void ServerCore::flush_all() {
    flushing_.swap(unflushed_);
    for (const auto& connection : flushing_) {
        connection->flush();
    }
    flushing_.clear();
}

void ServerCore::forget(Connection& connection) {
    connections_.erase(&connection);
    if (stopping_ && connections_.empty()) {
        finish_stop();
    }
}

void ServerCore::sweep_later() {
    if (sweeping_ || connections_.empty() || !sweep_timer_) {
        return;
    }
    sweeping_ = true;
    const Milliseconds shortest = std::min({limits.header_timeout,
                                            limits.body_timeout,
                                            limits.idle_timeout,
                                            limits.write_timeout,
                                            limits.linger_timeout});
    sweep_timer_->expires_after(std::clamp(shortest / 4, kMinTick, kMaxTick));
    sweep_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        self->sweeping_ = false;
        if (!error) {
            self->sweep();
        }
    });
}

void ServerCore::sweep() {
    const MonoTime now = clock.mono();
    for (const auto& connection : all_connections()) {
        connection->check_deadline(now);
    }
    sweep_later();
}

std::vector<std::shared_ptr<Connection>> ServerCore::all_connections() const {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) {
        all.push_back(connection);
    }
    return all;
}

void ServerCore::close_connections() {
    for (const auto& connection : all_connections()) {
        connection->close();
    }
}

void ServerCore::close_listening() {
    if (acceptor_) {
        acceptor_.reset();
        remove_socket_file(endpoint_, inode_);
    }
}

void ServerCore::stop(Milliseconds grace, std::function<void()> done) {
    stopping_ = true;
    stopped_ = std::move(done);
    close_listening();
    for (const auto& connection : all_connections()) {
        connection->drain();
    }
    if (connections_.empty()) {
        finish_stop();
        return;
    }
    pause_timer_->expires_after(grace);
    pause_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) {
            self->close_connections();
        }
    });
}

void ServerCore::finish_stop() {
    if (pause_timer_) {
        pause_timer_->cancel();
        sweep_timer_->cancel();
    }
    if (stopped_) {
        asio::post(loop_, std::exchange(stopped_, nullptr));
    }
}

void ServerCore::shut_down() {
    stopping_ = true;
    stopped_ = nullptr;
    close_listening();
    close_connections();
    unflushed_.clear();  // they hold this, and the loop may never come to flush_all()
    sweep_timer_.reset();
    pause_timer_.reset();
}

class ServerImpl final : public Server {
public:
    explicit ServerImpl(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {
        core_->accept_next();
    }
    ServerImpl(const ServerImpl&) = delete;
    ServerImpl& operator=(const ServerImpl&) = delete;
    ~ServerImpl() override { core_->shut_down(); }

    [[nodiscard]] const Endpoint& endpoint() const noexcept override { return core_->endpoint(); }
    [[nodiscard]] ServerStatistics statistics() const noexcept override {
        ServerStatistics statistics = core_->statistics;
        statistics.connections = core_->open_connections();
        return statistics;
    }
    void stop(Milliseconds grace, std::function<void()> done) override {
        core_->stop(grace, std::move(done));
    }

private:
    std::shared_ptr<ServerCore> core_;
};

}  // namespace

Result<std::unique_ptr<Server>> create_server(asio::io_context& loop,
                                              const Clock& clock,
                                              ServerOptions options,
                                              Handler handler) {
    auto listening = options.inherited >= 0 ? adopt_listening(loop, options.inherited)
                                            : listen_on(loop, options.listen);
    if (!listening) {
        return fail(listening.error());
    }
    auto core = std::make_shared<ServerCore>(
        loop, clock, std::move(options), std::move(handler), std::move(*listening));
    return std::unique_ptr<Server>(std::make_unique<ServerImpl>(std::move(core)));
}

}  // namespace aifp::http
