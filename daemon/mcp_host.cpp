#include "daemon/mcp_host.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/enum_names.hpp"
#include "daemon/parts.hpp"

namespace aifp::daemon {
namespace {

constexpr std::string_view kPath = "/mcp";
/// Clients look here after a 401, for a login that is not offered.
constexpr std::string_view kWellKnown = "/.well-known/oauth-";

std::vector<helpers::Scope> scopes_of(const config::Settings& settings) {
    constexpr std::array kAll{helpers::Scope::read,
                              helpers::Scope::author,
                              helpers::Scope::operate,
                              helpers::Scope::approve};
    std::vector<helpers::Scope> scopes;
    for (const auto scope : kAll) {
        const auto& names = settings.mcp_scope;
        if (std::find(names.begin(), names.end(), helpers::name_of(scope)) != names.end()) {
            scopes.push_back(scope);
        }
    }
    return scopes;
}

mcp::HttpFaceOptions face_options(admin::Admin& admin) {
    mcp::HttpFaceOptions options;
    options.admit = [&admin](const http::Request& request) { return admin.admit(request); };
    return options;
}

}  // namespace

McpHost::McpHost(const engine::EngineParts& parts,
                 engine::Control& control,
                 helpers::Toolbox& toolbox,
                 admin::Admin& admin,
                 uid_t owner)
    : loop_(parts.loop),
      owner_(owner),
      provider_(parts.loop, project_parts(parts, control, toolbox, scopes_of(parts.settings))),
      dispatcher_(provider_),
      face_(parts.loop, parts.clock, dispatcher_, face_options(admin)) {}

bool McpHost::takes(std::string_view path) noexcept {
    return path == kPath || path.starts_with(kWellKnown);
}

void McpHost::handle(http::Request request, http::Responder responder) {
    if (request.path() != kPath) {
        responder(http::error_response(404, "there is no login; send the admin token"));
        return;
    }
    face_.handle(std::move(request), std::move(responder));
}

Status McpHost::listen(const std::filesystem::path& admin_socket,
                       std::function<std::string(std::string)> filter) {
    mcp::LineServerOptions options;
    options.socket = mcp::socket_beside(admin_socket);
    options.owner = owner_;
    options.filter = std::move(filter);
    auto listening = mcp::create_line_server(loop_, dispatcher_, std::move(options));
    if (!listening) {
        return fail(std::move(listening).error());
    }
    lines_ = std::move(*listening);
    return {};
}

void McpHost::shut_down() {
    dispatcher_.shut_down();
    face_.shut_down();
    if (lines_) {
        lines_->shut_down();
    }
}

}  // namespace aifp::daemon
