#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/connection.hpp"
#include "mcp/dispatcher.hpp"
#include "mcp/line_reader.hpp"
#include "mcp/line_server.hpp"
#include "mcp/outlet.hpp"

namespace aifp::mcp {

/// One client of lines: reads messages, writes all that is to be said through one queue. Loop
/// thread only. Shared by its pending operations and by the calls it waits for.
class LineConnection final : public Outlet, public std::enable_shared_from_this<LineConnection> {
public:
    /// `closed` is called once, when nothing more will come or go.
    LineConnection(http::Socket socket,
                   std::string who,
                   Dispatcher& dispatcher,
                   const LineServerOptions& options,
                   std::function<void(LineConnection&)> closed);

    void start();
    /// Reads nothing more; closes once everything is written.
    void drain();
    void close();

    void send(std::string message) override;
    void finish(std::string message, int http_status) override;
    void abandon() override;

private:
    void read();
    void on_read(const boost::system::error_code& error, std::size_t count);
    void take_lines();
    void write();
    void close_when_done();
    [[nodiscard]] bool is_full() const;

    std::optional<http::Socket> socket_;
    PeerPtr peer_;
    Dispatcher& dispatcher_;
    const std::size_t max_unsent_;
    const std::function<std::string(std::string)> filter_;
    std::function<void(LineConnection&)> closed_;
    LineReader reader_;
    std::array<char, 65'536> input_{};
    std::string waiting_;  ///< Not yet being written.
    std::string writing_;
    bool reading_ = false;
    bool ended_ = false;  ///< The client sends nothing more, or we listen no more.
};

}  // namespace aifp::mcp
