#include "daemon/project_host.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <utility>

#include "base/boot_time.hpp"
#include "base/memory.hpp"
#include "daemon/build_time.hpp"
#include "daemon/project_name.hpp"
#include "document/node.hpp"
#include "storage/integrity.hpp"
#include "storage/later_check.hpp"

namespace aifp::daemon {
namespace {

constexpr Seconds kStopGrace{10};
constexpr std::size_t kMaxAdminBody = 1 << 20;

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

uid_t owner_of(const std::filesystem::path& folder) {
    struct stat facts {};
    return ::stat(folder.c_str(), &facts) == 0 ? facts.st_uid : ::geteuid();
}

}  // namespace

std::size_t admin_body_limit(std::string_view /*method*/, std::string_view target) {
    // Several projects have a prefix: /p/NAME/mcp.
    const auto path = target.substr(0, target.find('?'));
    return path.ends_with("/mcp") ? McpHost::body_limit() : kMaxAdminBody;
}

ProjectHost::ProjectHost(boost::asio::io_context& loop,
                         const Clock& clock,
                         std::filesystem::path folder)
    : loop_(loop),
      clock_(clock),
      paths_(std::move(folder)),
      answer_filter_(answer_filter()),
      log_feed_(loop.get_executor()),
      neighbours_(paths_, [this](const std::string& text) { warn("neighbour_database", text); }),
      tell_timer_(loop) {}

Status ProjectHost::prepare() {
    auto made = make_folders();
    if (!made) {
        return made;
    }
    auto lock = ProjectLock::take(paths_.lock());
    if (!lock) {
        return fail(std::move(lock).error());
    }
    lock_.emplace(std::move(*lock));
    std::error_code ignored;
    std::filesystem::remove(paths_.endpoints(), ignored);
    if (!load_settings()) {
        return fail(ErrorCode::invalid_input, "the settings have errors");
    }
    return {};
}

Status ProjectHost::make_folders() const {
    for (const auto& folder : {paths_.own(), paths_.run(), paths_.logs()}) {
        if (!std::filesystem::exists(folder) && ::mkdir(folder.c_str(), 0750) != 0) {
            return fail(ErrorCode::io_failure,
                        fmt::format("cannot make {}: {}", folder.string(), std::strerror(errno)));
        }
    }
    return {};
}

bool ProjectHost::load_settings() {
    auto settings = config::load_settings(config::settings_file(paths_));
    auto secrets = config::load_secrets(paths_.secrets());
    print(settings.diagnostics);
    print(secrets.diagnostics);
    if (has_errors(settings.diagnostics) || has_errors(secrets.diagnostics)) {
        return false;
    }
    settings_ = std::move(settings.settings);
    secrets_ = std::move(secrets.secrets);
    if (!credentials_.empty()) {
        auto credentials = config::load_credentials(credentials_);
        print(credentials.diagnostics);
        secrets_ = secrets_.with(credentials.secrets);
    }
    keeper_->remember(secrets_);
    return true;
}

Status ProjectHost::open(const std::string& name, const std::string& label) {
    name_ = name;
    label_ = label;
    open_logs(label);
    auto opened = open_store();
    if (!opened) {
        return opened;
    }
    client_ = http::create_client(loop_, clock_, {});
    engine::EngineParts parts{
        loop_, clock_, paths_, settings_, secrets_, *store_, *client_, *log_, *console_};
    parts.keeper = keeper_;
    parts.built = built_at();
    parts.clock_is_synchronised = [this] { return clock_.is_synchronised(); };
    parts.since_boot = read_time_since_boot;
    briefing_ = briefing::create_briefing(
        {loop_, clock_, paths_, settings_, secrets_, *store_, *client_, *log_, nullptr, keeper_});
    parts.directives_changed = [this] {
        tell_project_soon();
        briefing_->project_changed();
    };
    agents_.emplace(
        AgentsHost::Parts{loop_, clock_, paths_, settings_, secrets_, *store_, *briefing_, keeper_});
    parts.ai = &agents_->ai();
    engine_ = engine::create_engine(parts);
    auto token = admin::load_or_make_token(paths_.admin_token());
    if (!token) {
        return fail(std::move(token).error());
    }
    auto tokens = admin::Tokens::blocking_load(
        paths_.tokens(), [this](std::function<void()> job, std::function<void(Status)> done) {
            store_->read([job = std::move(job)](storage::Database&) { job(); }, std::move(done));
        });
    if (!tokens) {
        return fail(std::move(tokens).error());
    }
    tokens_.emplace(std::move(*tokens));
    open_helpers(parts, admin::AdminAccess{std::move(*token), owner_of(paths_.root()), &*tokens_});
    return open_socket();
}

void ProjectHost::open_helpers(const engine::EngineParts& parts, admin::AdminAccess access) {
    toolbox_.emplace(
        helpers::Services{engine_->control(), engine_->upkeep(), *store_, *log_, clock_, paths_});
    generator_ = agents_->create_generator();
    workflow_.emplace(helpers::workflow::WorkflowServices{loop_.get_executor(),
                                                          clock_,
                                                          paths_,
                                                          settings_,
                                                          secrets_,
                                                          *store_,
                                                          engine_->control(),
                                                          engine_->upkeep(),
                                                          *generator_});
    monitor_.emplace(*workflow_);
    agents_->open(engine_->control(), *toolbox_);
    const auto owner = access.owner;
    admin_.emplace(admin::AdminParts{*workflow_,
                                     *toolbox_,
                                     *log_,
                                     *tokens_,
                                     std::move(access),
                                     [this] { return boost::json::value(neighbours_.view()); },
                                     [this] { return daemon_figures(); },
                                     briefing_.get(),
                                     &agents_->chat(),
                                     &log_feed_});
    mcp_.emplace(parts, engine_->control(), *toolbox_, *admin_, owner);
}

// Of the process's figures and of this project's own socket.
admin::DaemonFigures ProjectHost::daemon_figures() const {
    auto figures = read_daemon_ ? read_daemon_() : admin::DaemonFigures();
    if (socket_server_ != nullptr) {
        figures.listeners.push_back({"socket", socket_server_->statistics()});
    }
    return figures;
}

Status ProjectHost::open_store() {
    storage::StoreOptions options;
    options.file = paths_.database();
    options.durability = settings_.durability == config::Durability::full
                             ? storage::Durability::full
                             : storage::Durability::normal;
    options.retention.age = std::chrono::days(settings_.retention.ledger_days);
    options.retention.rows = settings_.retention.ledger_rows;
    auto store = storage::open_secret_store(options, row_secrets(), loop_.get_executor(), clock_);
    if (!store) {
        return fail(std::move(store).error());
    }
    close_store_ = std::move(store->blocking_close);
    auto* opened = &store->opened;
    for (const auto& notice : opened->notices) {
        warn("store_notice", notice);
    }
    store_ = std::move(opened->store);
    to_import_ = std::move(opened->neighbour);
    to_check_ = opened->is_unchecked;
    take_neighbours(Neighbours::blocking_read(paths_));
    apply_logging_config();
    return {};
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

void ProjectHost::start(const Endpoints& listeners,
                        std::function<void(Status)> ready,
                        std::function<void(const Error&)> broke) {
    broke_ = std::move(broke);
    import_drafts([this, listeners, ready = std::move(ready)]() mutable {
        if (stopping_) {
            return;
        }
        start_engine(listeners, std::move(ready));
    });
}

void ProjectHost::start_engine(const Endpoints& listeners, std::function<void(Status)> ready) {
    engine_->start([this, listeners, ready = std::move(ready)](Status started) {
        if (started && !stopping_) {
            monitor_->start();
            announce(listeners);
            if (to_check_) {
                check_database();
            }
        }
        ready(std::move(started));
    });
}

// Damage ends this host: what its database takes might be lost. The next one sets it aside.
void ProjectHost::check_database() {
    storage::find_damage_later(*store_, paths_.database(), [this](const std::string& damage) {
        if (damage.empty() || stopping_) {
            return;
        }
        const auto text = fmt::format(
            "{} is damaged ({}). The project starts anew: the file is kept under another name, "
            "and an empty database made",
            paths_.database().string(),
            damage);
        warn("store_damaged", text);
        store_->write(storage::mark_damaged,
                      [this, text](const Status&) { broke_(Error(ErrorCode::io_failure, text)); });
    });
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

void ProjectHost::reload(std::function<void()> done) {
    if (stopping_) {
        done();
        return;
    }
    const auto before = settings_;
    if (!load_settings()) {
        complain("the settings have errors; the old ones stay in force");
        done();
        return;
    }
    if (const auto keys = config::waiting_for_restart(before, settings_); !keys.empty()) {
        complain(fmt::format("takes effect with the next start: {}", fmt::join(keys, ", ")));
    }
    read_neighbours();
    engine_->settings_changed();
    briefing_->settings_changed();
    engine_->control().reload(
        [done = std::move(done)](const Result<boost::json::value>&) { done(); });
}

void ProjectHost::stop(std::function<void()> done) {
    if (stopped_) {
        done();
        return;
    }
    after_stop_.push_back(std::move(done));
    if (std::exchange(stopping_, true)) {
        return;
    }
    tell_timer_.cancel();
    if (agents_) {
        agents_->stop();
    }
    if (monitor_) {
        monitor_->stop();
    }
    if (engine_ == nullptr) {
        finish_stop();
        return;
    }
    // Its socket goes on answering while runs are being waited for.
    engine_->stop(kStopGrace, [this] {
        log_feed_.end();
        if (mcp_) {
            mcp_->shut_down();
        }
        if (socket_server_ == nullptr) {
            finish_stop();
            return;
        }
        socket_server_->stop(kServerGrace, [this] { finish_stop(); });
    });
}

void ProjectHost::blocking_release() {
    if (close_store_) {
        close_store_();
    }
    lock_.reset();
}

void ProjectHost::hurry() {
    if (engine_ != nullptr) {
        engine_->hurry();
    }
}

void ProjectHost::finish_stop() {
    if (briefing_) {
        briefing_->stop();
    }
    if (lock_) {
        std::error_code ignored;
        std::filesystem::remove(paths_.endpoints(), ignored);
    }
    stopped_ = true;
    for (const auto& done : std::exchange(after_stop_, {})) {
        done();
    }
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

void ProjectHost::complain(const std::string& text) const {
    std::cerr << "aifpd: " << label_ << (label_.empty() ? "" : ": ") << keeper_->redacted(text)
              << std::endl;
}

}  // namespace aifp::daemon
