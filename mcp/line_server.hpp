#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "mcp/dispatcher.hpp"

namespace aifp::mcp {

struct LineServerOptions {
    std::filesystem::path socket;  ///< Made with mode 0600 and removed at the end.
    uid_t owner = 0;               ///< This user and root may connect; others are hung up on.
    std::size_t max_connections = 64;
    /// A client that lets more answers pile up is hung up on.
    std::size_t max_unsent_bytes = 4 * kMaxMessageBytes;
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

/// Errors: as http::create_server.
[[nodiscard]] Result<std::unique_ptr<LineServer>> create_line_server(
    boost::asio::io_context& loop, Dispatcher& dispatcher, LineServerOptions options);

}  // namespace aifp::mcp
