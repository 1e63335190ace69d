#include <fmt/format.h>

#include <utility>

#include "daemon/project_host.hpp"
#include "daemon/project_name.hpp"

// The part of ProjectHost that others see: its socket, where it is reached, and what becomes of
// requests.
namespace aifp::daemon {
namespace {

constexpr std::size_t kMaxAdminBody = 1 << 20;

}  // namespace

std::size_t admin_body_limit(std::string_view /*method*/, std::string_view target) {
    // Several projects have a prefix: /p/NAME/mcp.
    const auto path = target.substr(0, target.find('?'));
    return path.ends_with("/mcp") ? McpHost::body_limit() : kMaxAdminBody;
}

// Of the process's figures and of this project's own socket.
admin::DaemonFigures ProjectHost::daemon_figures() const {
    auto figures = read_daemon_ ? read_daemon_() : admin::DaemonFigures();
    if (socket_server_ != nullptr) {
        figures.listeners.push_back({"socket", socket_server_->statistics()});
    }
    return figures;
}

Status ProjectHost::open_socket() {
    auto socket = choose_socket(paths_);
    if (!socket) {
        return fail(std::move(socket).error());
    }
    own_front_.add(name_, *this);
    http::ServerOptions options;
    options.listen = http::UnixEndpoint{*socket, 0600};
    options.body_limit = admin_body_limit;
    options.on_defect = [this](const std::string& what) {
        complain(fmt::format("a request failed inside the program: {}", what));
    };
    auto server =
        http::create_server(loop_,
                            clock_,
                            std::move(options),
                            [this](http::Request request, http::Responder responder) {
                                own_front_.handle_admin(std::move(request), std::move(responder));
                            });
    if (!server) {
        return fail(std::move(server).error());
    }
    socket_server_ = std::move(*server);
    socket_ = std::move(*socket);
    return mcp_->listen(socket_, answer_filter_->json);
}

// Written last: who finds the file finds a project that is ready.
void ProjectHost::announce(const Endpoints& listeners) {
    const Endpoints endpoints{name_, listeners.admin, listeners.hooks, socket_};
    auto written = write_endpoints(paths_.endpoints(), endpoints);
    if (!written) {
        complain(written.error().detail());
    }
    const auto prefix = label_.empty() ? std::string() : prefix_of(name_);
    briefing_->set_admin_url(fmt::format("http://{}{}/", endpoints.admin, prefix));
    console_->announce(logging::Level::info,
                       fmt::format("admin http://{}{}/  (token: {})",
                                   endpoints.admin,
                                   prefix,
                                   paths_.admin_token().string()));
    console_->announce(logging::Level::info,
                       fmt::format("hooks http://{}{}/hooks/", endpoints.hooks, prefix));
}

std::string ProjectHost::link_base() const {
    auto base = settings_.hooks_public_url;
    if (base.empty() && !hooks_address_.empty()) {
        base = "http://" + hooks_address_;
    }
    if (base.empty()) {
        return base;
    }
    base.erase(base.find_last_not_of('/') + 1);
    return base + (label_.empty() ? std::string() : prefix_of(name_));
}

void ProjectHost::handle_admin(http::Request request, http::Responder responder) {
    responder = http::filtered(std::move(responder), answer_filter_);
    if (McpHost::takes(request.path())) {
        mcp_->handle(std::move(request), std::move(responder));
    } else {
        admin_->handle(std::move(request), std::move(responder));
    }
}

void ProjectHost::handle_hook(http::Request request, http::Responder responder) {
    auto answer = http::filtered(std::move(responder), answer_filter_);
    if (briefing_->is_site_event(request.target)) {
        briefing_->handle_site_event(std::move(request), std::move(answer));
        return;
    }
    engine_->handle_hook(std::move(request), std::move(answer));
}

std::size_t ProjectHost::hook_body_limit(std::string_view method, std::string_view target) const {
    return briefing_->is_site_event(target) ? briefing::kMaxEventBytes
                                            : engine_->hook_body_limit(method, target);
}

void ProjectHost::hook_too_large(std::string_view target) {
    engine_->hook_too_large(target);
}

bool ProjectHost::is_ready() const {
    return engine_ != nullptr && engine_->control().is_ready() && engine_->control().can_store();
}

}  // namespace aifp::daemon
