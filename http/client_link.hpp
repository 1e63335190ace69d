#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/ip_address.hpp"
#include "http/url.hpp"

namespace aifp::http {

/// One outgoing connection, plain or TLS, with one alarm for whatever is under way. Private to the
/// room; loop thread only. Shared by its user and a name look-up that cannot be interrupted.
class Link final : public std::enable_shared_from_this<Link> {
public:
    /// `tls` is null for a plain connection.
    Link(boost::asio::io_context& loop, Url url, std::shared_ptr<boost::asio::ssl::context> tls);

    /// Looks up the name, connects, shakes hands. Errors: unreachable, timed_out, cancelled.
    [[nodiscard]] boost::asio::awaitable<Status> open();
    /// Writes all of `text`, which must stay. Errors: unreachable, timed_out, cancelled.
    [[nodiscard]] boost::asio::awaitable<Status> write(std::string_view text);
    /// Reads into input(). True: there is more; false: the other side is done.
    /// Errors: unreachable, timed_out, cancelled.
    [[nodiscard]] boost::asio::awaitable<Result<bool>> read();

    /// Ends whatever is under way with timed_out after `duration`, until it is set anew or cleared.
    void set_alarm(Milliseconds duration, std::string text);
    void clear_alarm();

    [[nodiscard]] std::string& input() noexcept { return input_; }
    [[nodiscard]] std::size_t bytes_written() const noexcept { return bytes_written_; }
    /// For one that was kept: neither closed by the other side nor with bytes nobody asked for.
    [[nodiscard]] bool is_fresh();

private:
    using Tcp = boost::asio::ip::tcp;

    [[nodiscard]] boost::asio::awaitable<Result<std::vector<Tcp::endpoint>>> look_up();
    [[nodiscard]] boost::asio::awaitable<Status> connect();
    [[nodiscard]] boost::asio::awaitable<Status> shake_hands();
    void start_look_up();
    void cut();
    [[nodiscard]] Error failure(const boost::system::error_code& error,
                                const std::string& text) const;
    [[nodiscard]] std::string where() const;
    [[nodiscard]] std::string handshake_problem(const boost::system::error_code& error);

    struct Found {
        boost::system::error_code error;
        std::vector<Tcp::endpoint> endpoints;
    };

    Url url_;
    std::shared_ptr<boost::asio::ssl::context> tls_context_;
    Tcp::socket socket_;
    std::optional<boost::asio::ssl::stream<Tcp::socket&>> tls_;
    Tcp::resolver resolver_;
    boost::asio::steady_timer alarm_;
    boost::asio::steady_timer found_signal_;
    std::optional<Found> found_;
    std::string alarm_text_;
    std::string input_;
    std::size_t bytes_written_ = 0;
    bool rang_ = false;
};

}  // namespace aifp::http
