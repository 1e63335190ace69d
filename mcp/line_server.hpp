#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "mcp/dispatcher.hpp"

namespace aifp::mcp {

struct LineServerOptions {
    std::filesystem::path socket;  ///< Made with mode 0600 and removed at the end.
    uid_t owner = 0;               ///< This user and root may connect; others are hung up on.
    std::size_t max_connections = 64;
    /// A client that lets more answers pile up is hung up on.
    std::size_t max_unsent_bytes = 4 * kMaxMessageBytes;
    /// What is made of each message before it leaves; empty: nothing.
    std::function<std::string(std::string)> filter = {};
};

/// MCP as lines over a unix socket, the form of the stdio transport: `aifp mcp` passes bytes on.
/// Loop thread only; owned by the wiring; ends before the dispatcher. (reference: MCP 1.4)
///
/// A client that ends its side gets the answers that are under way, then the connection closes.
class LineServer {
public:
    virtual ~LineServer() = default;
    /// Accepts nothing more and closes every connection once what is unsent is out.
    virtual void shut_down() = 0;
    [[nodiscard]] virtual std::size_t connections() const noexcept = 0;
};

/// Where the daemon's lines are, given the admin's socket: `mcp.sock` beside `admin.sock`, and
/// NAME-mcp.sock beside a NAME.sock that was chosen because the project's path is too long.
[[nodiscard]] std::filesystem::path socket_beside(const std::filesystem::path& admin_socket);

/// Errors: as http::create_server.
[[nodiscard]] Result<std::unique_ptr<LineServer>> create_line_server(boost::asio::io_context& loop,
                                                                     Dispatcher& dispatcher,
                                                                     LineServerOptions options);

}  // namespace aifp::mcp
