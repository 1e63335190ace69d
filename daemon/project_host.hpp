#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/admin.hpp"
#include "admin/log_feed.hpp"
#include "base/clock.hpp"
#include "base/project_lock.hpp"
#include "base/project_paths.hpp"
#include "briefing/briefing.hpp"
#include "config/secret_keeper.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "daemon/agents_host.hpp"
#include "daemon/endpoints.hpp"
#include "daemon/front.hpp"
#include "daemon/mcp_host.hpp"
#include "daemon/neighbours.hpp"
#include "engine/engine.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/generator.hpp"
#include "helpers/workflow/monitor.hpp"
#include "helpers/workflow/services.hpp"
#include "http/answer_filter.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "storage/secret_store.hpp"

namespace aifp::daemon {

/// Everything of one project: lock, settings, secrets, logs, store, client, engine, admin, unix
/// socket. Hosts share nothing but the loop and the clock. Loop thread only; owned by the daemon,
/// destroyed after the loop has ended. Its work stands in project_host.cpp (what is opened),
/// project_life.cpp, project_faces.cpp, project_logs.cpp, project_neighbours.cpp and
/// project_secrets.cpp.
class ProjectHost final : public ProjectFace {
public:
    ProjectHost(boost::asio::io_context& loop, const Clock& clock, std::filesystem::path folder);

    /// Secrets from the service manager stand in this folder too. Before prepare().
    void use_credentials(std::filesystem::path folder) { credentials_ = std::move(folder); }

    /// What the process knows of itself, for GET /metrics. Before open().
    void use_daemon_figures(admin::ReadDaemon read) { read_daemon_ = std::move(read); }

    /// Takes the project and reads its settings; mistakes in them are printed. Errors:
    /// invalid_input when the settings or secrets are wrong; conflict when another daemon has it;
    /// io_failure.
    [[nodiscard]] Status prepare();
    /// Opens logs, store and the unix socket and builds the engine. `label` stands before its lines
    /// on the terminal. Errors: of open_store, choose_socket and http::create_server.
    [[nodiscard]] Status open(const std::string& name, const std::string& label);
    /// Loads and arms. Once it is ready, endpoints.json tells what `listeners` (admin and hooks;
    /// the rest is filled in) and its socket listen on. `broke` is called, with io_failure, if the
    /// database proves damaged after that: the project is to be stopped, and started anew by
    /// another host, which sets the file aside.
    void start(const Endpoints& listeners,
               std::function<void(Status)> ready,
               std::function<void(const Error&)> broke);
    /// Reads settings and directives again, then calls `done`. Settings that are wrong are told and
    /// not taken.
    void reload(std::function<void()> done);
    /// Ends the runs, stores everything, closes the socket. Also when it never started; calling it
    /// again waits for the same end.
    void stop(std::function<void()> done);
    /// After a stop: closes the database and gives the project free, for a host that takes its
    /// place. Blocks while the file is closed.
    void blocking_release();
    /// A second request to stop: runs under way are cancelled at once.
    void hurry();

    void handle_admin(http::Request request, http::Responder responder) override;
    void handle_hook(http::Request request, http::Responder responder) override;
    [[nodiscard]] std::size_t hook_body_limit(std::string_view method,
                                              std::string_view target) const override;
    void hook_too_large(std::string_view target) override;
    [[nodiscard]] bool is_ready() const override;

    [[nodiscard]] const ProjectPaths& paths() const noexcept { return paths_; }
    [[nodiscard]] const config::Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::string& label() const noexcept { return label_; }

private:
    [[nodiscard]] Status make_folders() const;
    [[nodiscard]] bool load_settings();
    void warn(const std::string& event, const std::string& text);
    void open_logs(const std::string& label);
    [[nodiscard]] Status open_store();
    void open_helpers(const engine::EngineParts& parts, admin::AdminAccess access);
    [[nodiscard]] Status open_socket();
    [[nodiscard]] admin::DaemonFigures daemon_figures() const;
    void apply_logging_config();
    void read_neighbours();
    void take_neighbours(Neighbours::Reading reading);
    /// Imports what an AIFP database held, then calls `done`.
    void import_drafts(std::function<void()> done);
    void start_engine(const Endpoints& listeners, std::function<void(Status)> ready);
    void check_database();
    /// Soon, and once for several changes: project.db is told how the directives are.
    void tell_project_soon();
    void tell_project();
    void announce(const Endpoints& listeners);
    void finish_stop();
    [[nodiscard]] std::shared_ptr<const http::AnswerFilter> answer_filter() const;
    [[nodiscard]] storage::RowSecrets row_secrets() const;
    /// As engine::EngineParts::link_base.
    [[nodiscard]] std::string link_base() const;
    void complain(const std::string& text) const;

    boost::asio::io_context& loop_;
    const Clock& clock_;
    ProjectPaths paths_;
    std::filesystem::path credentials_;  // empty: none
    admin::ReadDaemon read_daemon_;
    std::string name_;
    std::string label_;
    std::optional<ProjectLock> lock_;
    config::Settings settings_;
    config::Secrets secrets_;
    /// Outlives what it is given to; knows secrets and what was resolved.
    const std::shared_ptr<config::SecretKeeper> keeper_ = std::make_shared<config::SecretKeeper>();
    const std::shared_ptr<const http::AnswerFilter> answer_filter_;
    admin::LogFeed log_feed_;  // before the log, whose thread feeds it
    std::unique_ptr<logging::Log> log_;
    std::optional<logging::Console> console_;
    Neighbours neighbours_;
    std::unique_ptr<storage::Store> store_;
    std::function<void()> close_store_;
    std::optional<std::filesystem::path> to_import_;  // AIFP's own user_directives.db, set aside
    bool to_check_ = false;                           // the database was not checked at the start
    std::function<void(const Error&)> broke_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<briefing::Briefing> briefing_;
    std::optional<AgentsHost> agents_;
    std::unique_ptr<engine::Engine> engine_;
    std::optional<helpers::Toolbox> toolbox_;
    std::unique_ptr<helpers::workflow::Generator> generator_;
    std::optional<helpers::workflow::WorkflowServices> workflow_;
    std::optional<helpers::workflow::Monitor> monitor_;
    std::optional<admin::Tokens> tokens_;
    std::optional<admin::Admin> admin_;
    std::optional<McpHost> mcp_;
    Front own_front_{1};
    std::unique_ptr<http::Server> socket_server_;
    std::filesystem::path socket_;
    std::string hooks_address_;  // "127.0.0.1:7718"; empty until it starts
    boost::asio::steady_timer tell_timer_;
    bool telling_ = false;
    std::vector<std::function<void()>> after_stop_;
    bool stopping_ = false;
    bool stopped_ = false;
};

/// How many bytes of body a request to the admin's listeners may have: for http::ServerOptions.
[[nodiscard]] std::size_t admin_body_limit(std::string_view method, std::string_view target);
/// How long a listener waits for requests in flight.
inline constexpr Seconds kServerGrace{3};

}  // namespace aifp::daemon
