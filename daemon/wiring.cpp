#include "daemon/wiring.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>
#include <utility>

#include "document/node.hpp"
#include "storage/database.hpp"
#include "storage/logging_config.hpp"

namespace aifp::daemon {
namespace {

constexpr int kRefused = 1;
constexpr int kSettingsAreWrong = 78;  // EX_CONFIG, sysexits(3)
constexpr Seconds kStopGrace{10};
constexpr Seconds kServerGrace{3};
constexpr std::size_t kAdminBody = 1 << 20;

void print(const model::Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics) {
        std::cerr << document::format_diagnostic(diagnostic) << "\n";
    }
}

bool has_errors(const model::Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const auto& diagnostic) {
        return diagnostic.severity == model::Severity::error;
    });
}

std::string text_of(const http::Endpoint& endpoint) {
    const auto* tcp = std::get_if<http::TcpEndpoint>(&endpoint);
    return tcp != nullptr ? http::format_endpoint(*tcp)
                          : std::get<http::UnixEndpoint>(endpoint).path.string();
}

uid_t owner_of(const std::filesystem::path& folder) {
    struct stat facts {};
    return ::stat(folder.c_str(), &facts) == 0 ? facts.st_uid : ::geteuid();
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
      paths_(options_.project),
      signals_(loop_, SIGINT, SIGTERM, SIGHUP) {}

int Daemon::run() {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    auto prepared = prepare_project();
    if (!prepared) {
        complain(prepared.error().detail());
        return kRefused;
    }
    if (!load_settings()) {
        return kSettingsAreWrong;
    }
    auto opened = open_logs_and_store();
    if (!opened) {
        complain(opened.error().detail());
        return kRefused;
    }
    client_ = http::create_client(loop_, clock_, {});
    engine_ = engine::create_engine(engine_parts());
    auto listening = listen();
    if (!listening) {
        complain(listening.error().detail());
        return kRefused;
    }
    wait_for_signals();
    engine_->start([this](const Status& started) {
        if (!started) {
            complain(started.error().detail());
            exit_code_ = kRefused;
            begin_stop();
            return;
        }
        announce();
    });
    loop_.run();
    return exit_code_;
}

Status Daemon::prepare_project() {
    std::error_code error;
    for (const auto& folder : {paths_.own(), paths_.run(), paths_.logs()}) {
        if (!std::filesystem::exists(folder) && ::mkdir(folder.c_str(), 0750) != 0) {
            return fail(ErrorCode::io_failure,
                        fmt::format("cannot make {}: {}", folder.string(), std::strerror(errno)));
        }
    }
    auto lock = ProjectLock::take(paths_.lock());
    if (!lock) {
        return fail(std::move(lock).error());
    }
    lock_.emplace(std::move(*lock));
    std::filesystem::remove(paths_.endpoints(), error);
    return {};
}

engine::EngineParts Daemon::engine_parts() {
    return engine::EngineParts{
        loop_, clock_, paths_, settings_, secrets_, *store_, *client_, *log_, *console_};
}

bool Daemon::load_settings() {
    auto settings = config::load_settings(paths_.settings());
    auto secrets = config::load_secrets(paths_.secrets());
    print(settings.diagnostics);
    print(secrets.diagnostics);
    if (has_errors(settings.diagnostics) || has_errors(secrets.diagnostics)) {
        return false;
    }
    settings_ = std::move(settings.settings);
    secrets_ = std::move(secrets.secrets);
    return true;
}

Status Daemon::open_logs_and_store() {
    const auto redact = [this](std::string_view text, std::string& clean) {
        if (secrets_.size() == 0) {
            return false;
        }
        clean = secrets_.redact(text);
        return clean != text;
    };
    logging::LogOptions log_options;
    log_options.directory = paths_.logs();
    log_options.redact = redact;
    log_ = logging::open_log(std::move(log_options), clock_);
    logging::Console::Options console_options;
    console_options.fd = STDOUT_FILENO;
    console_options.style = logging::detect_console_style(STDOUT_FILENO);
    console_options.zone = settings_.timezone;
    console_options.redact = redact;
    console_.emplace(console_options, clock_);

    storage::StoreOptions store_options;
    store_options.file = paths_.database();
    store_options.durability = settings_.durability == config::Durability::full
                                   ? storage::Durability::full
                                   : storage::Durability::normal;
    store_options.retention.age = std::chrono::days(settings_.retention.ledger_days);
    store_options.retention.rows = settings_.retention.ledger_rows;
    auto opened = storage::open_store(store_options, loop_.get_executor(), clock_);
    if (!opened) {
        return fail(std::move(opened).error());
    }
    for (const auto& notice : opened->notices) {
        log_->write(logging::LogType::lifecycle,
                    logging::Level::warning,
                    "store_notice",
                    {logging::Field("text", notice)});
        console_->say(logging::Level::warning, notice);
    }
    store_ = std::move(opened->store);
    apply_logging_config();
    return {};
}

void Daemon::apply_logging_config() {
    auto rows = std::make_shared<std::vector<storage::LoggingConfigRow>>();
    store_->read(
        [rows](storage::Database& database) { *rows = storage::load_logging_config(database); },
        [this, rows](const Status&) {
            for (const auto& row : *rows) {
                const auto type = logging::log_type_from(row.log_type);
                const logging::LogConfig config{
                    row.retention_days, row.rotation_size_mb, row.enabled};
                if (type && !log_->configure(*type, config)) {
                    console_->say(
                        logging::Level::warning,
                        fmt::format("logging_config: the row {} is not usable", row.log_type));
                }
            }
        });
}

Status Daemon::listen() {
    auto token = admin::load_or_make_token(paths_.admin_token());
    auto socket = choose_socket(paths_);
    if (!token || !socket) {
        return fail(token ? std::move(socket).error() : std::move(token).error());
    }
    toolbox_.emplace(helpers::Services{engine_->control(), *store_, *log_, clock_, paths_});
    const admin::AdminAccess access{std::move(*token), owner_of(paths_.root())};
    admin_.emplace(engine_->control(), *toolbox_, access);
    mcp_.emplace(engine_parts(), engine_->control(), *toolbox_, access);
    const auto on_admin = [this](http::Request request, http::Responder responder) {
        if (McpHost::takes(request.path())) {
            mcp_->handle(std::move(request), std::move(responder));
        } else {
            admin_->handle(std::move(request), std::move(responder));
        }
    };
    const auto on_hook = [this](http::Request request, http::Responder responder) {
        engine_->handle_hook(std::move(request), std::move(responder));
    };
    const auto admin_limit = [](std::string_view, std::string_view target) {
        return McpHost::takes(target) ? McpHost::body_limit() : kAdminBody;
    };
    const auto hook_limit = [this](std::string_view method, std::string_view target) {
        return engine_->hook_body_limit(method, target);
    };
    const auto admin_at =
        http::parse_tcp_endpoint(options_.admin.value_or(settings_.admin_address));
    const auto hooks_at = http::parse_tcp_endpoint(options_.hooks.value_or(settings_.hooks_listen));
    if (!admin_at || !hooks_at) {
        return fail(admin_at ? hooks_at.error() : admin_at.error());
    }
    auto over_tcp = listen_on(*admin_at, on_admin, admin_limit);
    auto over_socket = listen_on(http::UnixEndpoint{*socket, 0600}, on_admin, admin_limit);
    auto for_hooks = listen_on(*hooks_at, on_hook, hook_limit);
    for (auto* server : {&over_tcp, &over_socket, &for_hooks}) {
        if (!*server) {
            return fail(std::move(*server).error());
        }
    }
    if (auto lines = mcp_->listen(*socket); !lines) {
        return lines;
    }
    admin_server_ = std::move(*over_tcp);
    socket_server_ = std::move(*over_socket);
    hooks_server_ = std::move(*for_hooks);
    endpoints_ =
        Endpoints{text_of(admin_server_->endpoint()), text_of(hooks_server_->endpoint()), *socket};
    return {};
}

Result<std::unique_ptr<http::Server>> Daemon::listen_on(const http::Endpoint& endpoint,
                                                        http::Handler handler,
                                                        http::BodyLimit limit) {
    http::ServerOptions options;
    options.listen = endpoint;
    options.body_limit = std::move(limit);
    return http::create_server(loop_, clock_, std::move(options), std::move(handler));
}

// Written last: who finds the file finds a daemon that is ready.
void Daemon::announce() {
    auto written = write_endpoints(paths_.endpoints(), endpoints_);
    if (!written) {
        complain(written.error().detail());
    }
    console_->say(
        logging::Level::info,
        fmt::format(
            "admin http://{}/  (token: {})", endpoints_.admin, paths_.admin_token().string()));
    console_->say(logging::Level::info, fmt::format("hooks http://{}/hooks/", endpoints_.hooks));
}

void Daemon::wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal == SIGHUP) {
            reload();
        } else {
            begin_stop();
        }
        wait_for_signals();
    });
}

// Settings that are wrong are told and not taken: what runs goes on as it was.
void Daemon::reload() {
    if (stopping_) {
        return;
    }
    const auto admin_before = settings_.admin_address;
    const auto hooks_before = settings_.hooks_listen;
    if (!load_settings()) {
        complain("the settings have errors; the old ones stay in force");
        return;
    }
    if (settings_.admin_address != admin_before || settings_.hooks_listen != hooks_before) {
        complain("a new address takes effect with the next start");
    }
    apply_logging_config();
    engine_->settings_changed();
    engine_->control().reload([](const Result<boost::json::value>&) {});
}

void Daemon::begin_stop() {
    if (std::exchange(stopping_, true)) {
        return;
    }
    // The admin goes on answering while runs are being waited for.
    hooks_server_->stop(kServerGrace, [] {});
    engine_->stop(kStopGrace, [this] {
        stop_servers([this] {
            std::error_code ignored;
            std::filesystem::remove(paths_.endpoints(), ignored);
            signals_.cancel();
            loop_.stop();
        });
    });
}

void Daemon::stop_servers(std::function<void()> done) {
    mcp_->shut_down();
    admin_server_->stop(kServerGrace, [this, done = std::move(done)]() mutable {
        socket_server_->stop(kServerGrace, std::move(done));
    });
}

void Daemon::complain(const std::string& text) {
    std::cerr << "aifpd: " << text << std::endl;
}

}  // namespace aifp::daemon
