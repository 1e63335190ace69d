#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "admin/admin.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "helpers/toolbox.hpp"
#include "http/server.hpp"
#include "mcp/dispatcher.hpp"
#include "mcp/engine_provider.hpp"
#include "mcp/http_face.hpp"
#include "mcp/line_server.hpp"

namespace aifp::daemon {

/// MCP for one project: `/mcp` on the admin's listeners, and lines on `run/mcp.sock`. Loop thread
/// only; built after the toolbox, destroyed before it and after the servers.
class McpHost {
public:
    /// `parts` are the engine's; what they refer to outlives this object.
    McpHost(const engine::EngineParts& parts,
            engine::Control& control,
            helpers::Toolbox& toolbox,
            admin::Admin& admin,
            uid_t owner);

    /// Whether a request of the admin's listener is for MCP.
    [[nodiscard]] static bool takes(std::string_view path) noexcept;
    /// Bytes of body that such a request may have.
    [[nodiscard]] static std::size_t body_limit() noexcept { return mcp::kMaxMessageBytes; }
    void handle(http::Request request, http::Responder responder);

    /// Listens on the socket beside the admin's; `filter` is what is made of each message before it
    /// leaves. Errors: as http::create_server.
    [[nodiscard]] Status listen(const std::filesystem::path& admin_socket,
                                std::function<std::string(std::string)> filter);
    /// Ends sessions, streams and connections, so that the servers can stop.
    void shut_down();

private:
    boost::asio::io_context& loop_;
    const uid_t owner_;
    mcp::EngineProvider provider_;
    mcp::Dispatcher dispatcher_;
    mcp::HttpFace face_;
    std::unique_ptr<mcp::LineServer> lines_;
};

}  // namespace aifp::daemon
