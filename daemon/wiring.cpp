#include "daemon/wiring.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <iostream>
#include <utility>

#include "base/text.hpp"
#include "daemon/project_name.hpp"

namespace aifp::daemon {
namespace {

constexpr int kRefused = 1;
constexpr int kSettingsAreWrong = 78;  // EX_CONFIG, sysexits(3)
/// More damage than that in one life of the process is not to be mended by starting anew.
constexpr std::size_t kMaxRestarts = 8;

std::string text_of(const http::Server& server) {
    return http::format_endpoint(std::get<http::TcpEndpoint>(server.endpoint()));
}

// Each connection and each child needs descriptors; the soft limit of 1,024 is soon reached.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

Daemon::Daemon(Options options)
    : options_(std::move(options)),
      environment_(take_service_environment()),
      service_manager_(loop_, clock_, environment_.notify_socket, environment_.watchdog),
      loop_probe_(loop_.get_executor(), clock_),
      front_(options_.projects.size()),
      signals_(loop_, SIGINT, SIGTERM, SIGHUP) {}

int Daemon::run() {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    prepare_projects();
    open_projects();
    if (!has_projects()) {
        return exit_code_;
    }
    auto listening = listen();
    if (!listening) {
        complain(listening.error().detail());
        return kRefused;
    }
    wait_for_signals();
    start_projects();
    loop_probe_.start();
    loop_.run();
    return has_projects() ? 0 : exit_code_;
}

void Daemon::prepare_projects() {
    for (auto& folder : options_.projects) {
        auto& host = *hosts_.emplace_back(std::make_unique<ProjectHost>(loop_, clock_, folder));
        running_.push_back(&host);
        host.use_daemon_figures([this] { return figures(); });
        // What is meant for this process is meant for one project: several share nothing.
        if (options_.projects.size() == 1) {
            host.use_credentials(environment_.credentials);
        }
        auto prepared = host.prepare();
        if (!prepared) {
            const bool is_wrong = prepared.error().code() == ErrorCode::invalid_input;
            give_up(host, prepared.error(), is_wrong ? kSettingsAreWrong : kRefused);
        }
    }
}

void Daemon::open_projects() {
    std::vector<NameWish> wishes;
    for (const auto* host : running_) {
        wishes.push_back({host->settings().name, host->paths().root()});
    }
    const auto names = choose_names(wishes);
    const auto prepared = running_;
    for (std::size_t i = 0; i < prepared.size(); ++i) {
        auto& host = *prepared[i];
        if (!wishes[i].given.empty() && names[i] != wishes[i].given) {
            complain(fmt::format("{}: another project is called {} too; it is reached as {}",
                                 host.paths().root().string(),
                                 wishes[i].given,
                                 names[i]));
        }
        auto opened = host.open(names[i], options_.projects.size() > 1 ? names[i] : "");
        if (opened) {
            front_.add(names[i], host);
        } else {
            give_up(host, opened.error(), kRefused);
        }
    }
}

void Daemon::give_up(ProjectHost& host, const Error& error, int exit_code) {
    const bool is_alone = options_.projects.size() == 1;
    complain(is_alone ? error.detail()
                      : fmt::format("{}: {}", host.paths().root().string(), error.detail()));
    exit_code_ = exit_code_ == 0 ? exit_code : exit_code_;
    front_.remove(host.name());
    running_.erase(std::find(running_.begin(), running_.end(), &host));
}

Status Daemon::listen() {
    const auto& first = running_.front()->settings();
    const auto admin_at = options_.admin.value_or(first.admin_address);
    const auto hooks_at = options_.hooks.value_or(first.hooks_listen);
    warn_if_reachable(admin_at);
    http::ServerOptions admin_options;
    admin_options.body_limit = admin_body_limit;
    auto for_admin = listen_on("admin",
                               admin_at,
                               std::move(admin_options),
                               [this](http::Request request, http::Responder responder) {
                                   front_.handle_admin(std::move(request), std::move(responder));
                               });
    if (!for_admin) {
        return fail(std::move(for_admin).error());
    }
    http::ServerOptions hooks_options;
    hooks_options.body_limit = [this](std::string_view method, std::string_view target) {
        return front_.hook_body_limit(method, target);
    };
    hooks_options.on_too_large = [this](std::string_view target) { front_.hook_too_large(target); };
    auto for_hooks = listen_on("hooks",
                               hooks_at,
                               std::move(hooks_options),
                               [this](http::Request request, http::Responder responder) {
                                   front_.handle_hook(std::move(request), std::move(responder));
                               });
    if (!for_hooks) {
        return fail(std::move(for_hooks).error());
    }
    admin_server_ = std::move(*for_admin);
    hooks_server_ = std::move(*for_hooks);
    return {};
}

void Daemon::warn_if_reachable(const std::string& admin_at) const {
    const auto endpoint = http::parse_tcp_endpoint(admin_at);
    if (endpoint && !endpoint->address.is_loopback()) {
        complain(
            fmt::format("the admin endpoint listens on {}: other machines reach it, and the "
                        "token travels unencrypted; 127.0.0.1 keeps it on this machine",
                        admin_at));
    }
}

Result<std::unique_ptr<http::Server>> Daemon::listen_on(std::string_view name,
                                                        const std::string& address,
                                                        http::ServerOptions options,
                                                        http::Handler handler) {
    const auto endpoint = http::parse_tcp_endpoint(address);
    if (!endpoint) {
        return fail(endpoint.error());
    }
    options.listen = *endpoint;
    for (auto& passed : environment_.sockets) {
        if (passed.name == name && passed.descriptor.is_open()) {
            options.inherited = passed.descriptor.release();
            break;
        }
    }
    options.on_defect = [this](const std::string& what) {
        complain(fmt::format("a request failed inside the program: {}", what));
    };
    return http::create_server(loop_, clock_, std::move(options), std::move(handler));
}

void Daemon::start_projects() {
    for (const auto* host : running_) {
        starting_.expect(*host);
    }
    for (auto* host : std::vector<ProjectHost*>(running_)) {
        start_project(*host);
    }
}

void Daemon::start_project(ProjectHost& host) {
    Endpoints listeners;
    listeners.admin = text_of(*admin_server_);
    listeners.hooks = text_of(*hooks_server_);
    host.start(
        listeners,
        [this, &host](const Status& started) { on_project_started(host, started); },
        [this, &host](const Error& why) { restart_project(host, why); });
}

void Daemon::on_project_started(ProjectHost& host, const Status& started) {
    starting_.done(host);
    if (!started) {
        drop_project(host, started.error());
    }
    tell_ready_if_all_are();
}

void Daemon::tell_ready_if_all_are() {
    if (starting_.is_empty() && reloading_.is_empty() && has_projects() && !stopping_) {
        service_manager_.tell_ready(describe_projects());
    }
}

// The old host stays in memory until the end: what it had under way may still refer to it.
void Daemon::restart_project(ProjectHost& host, const Error& why) {
    if (stopping_) {
        return;
    }
    if (restarts_ == kMaxRestarts) {
        drop_project(host, why);
        return;
    }
    ++restarts_;
    complain(host.label().empty() ? why.detail()
                                  : fmt::format("{}: {}", host.label(), why.detail()));
    front_.set_away(host.name());
    reloading_.forget(host);
    starting_.expect(host);
    host.stop([this, &host] {
        if (!stopping_) {
            boost::asio::post(loop_, [this, &host] { replace_project(host); });
        }
    });
}

void Daemon::replace_project(ProjectHost& host) {
    if (stopping_) {
        return;
    }
    host.blocking_release();
    auto& fresh =
        *hosts_.emplace_back(std::make_unique<ProjectHost>(loop_, clock_, host.paths().root()));
    *std::find(running_.begin(), running_.end(), &host) = &fresh;
    starting_.forget(host);
    starting_.expect(fresh);
    if (options_.projects.size() == 1) {
        fresh.use_credentials(environment_.credentials);
    }
    auto opened = fresh.prepare();
    if (opened) {
        opened = fresh.open(host.name(), host.label());
    }
    if (!opened) {
        front_.remove(host.name());
        drop_project(fresh, opened.error());
        return;
    }
    front_.add(host.name(), fresh);
    start_project(fresh);
}

void Daemon::drop_project(ProjectHost& host, const Error& why) {
    if (stopping_) {
        return;
    }
    give_up(host, why, kRefused);
    starting_.forget(host);
    reloading_.forget(host);
    host.stop([] {});
    if (!has_projects()) {
        begin_stop();
        return;
    }
    tell_ready_if_all_are();
}

std::string Daemon::describe_projects() const {
    std::vector<std::string> names;
    for (const auto* host : running_) {
        names.push_back(host->name());
    }
    return fmt::format("running {}", join(names, ", "));
}

admin::DaemonFigures Daemon::figures() const {
    admin::DaemonFigures figures;
    figures.loop = loop_probe_.figures();
    figures.listeners.push_back({"admin", admin_server_->statistics()});
    figures.listeners.push_back({"hooks", hooks_server_->statistics()});
    return figures;
}

void Daemon::reload_projects() {
    // A reload on top of another, or before the start is through, is told of with the last of them.
    if (reloading_.is_empty()) {
        service_manager_.tell_reloading();
    }
    for (const auto* host : running_) {
        reloading_.expect(*host);
    }
    for (auto* host : std::vector<ProjectHost*>(running_)) {
        host->reload([this, host] {
            reloading_.done(*host);
            tell_ready_if_all_are();
        });
    }
}

void Daemon::wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal != SIGHUP) {
            begin_stop();
        } else {
            reload_projects();
        }
        wait_for_signals();
    });
}

void Daemon::begin_stop() {
    if (std::exchange(stopping_, true)) {
        complain("stopping without waiting for what runs");
        for (const auto& host : hosts_) {
            host->hurry();
        }
        return;
    }
    service_manager_.tell_stopping();
    // The admin goes on answering while runs are being waited for.
    hooks_server_->stop(kServerGrace, [] {});
    still_stopping_ = hosts_.size();
    for (const auto& host : hosts_) {
        host->stop([this] {
            if (--still_stopping_ == 0) {
                stop_listeners();
            }
        });
    }
}

void Daemon::stop_listeners() {
    admin_server_->stop(kServerGrace, [this] {
        signals_.cancel();
        service_manager_.stop_feeding();
        loop_.stop();
    });
}

void Daemon::complain(const std::string& text) const {
    std::cerr << "aifpd: " << text << std::endl;
}

}  // namespace aifp::daemon
