#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <optional>
#include <string>

#include "admin/admin.hpp"
#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "daemon/endpoints.hpp"
#include "daemon/mcp_host.hpp"
#include "daemon/options.hpp"
#include "daemon/project_lock.hpp"
#include "engine/engine.hpp"
#include "helpers/toolbox.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"

namespace aifp::daemon {

/// Everything of one daemon, built in order and destroyed in reverse. Loop thread only.
class Daemon {
public:
    explicit Daemon(Options options);

    /// Runs until told to stop. Returns the exit code (reference/decisions.md): 0 ended as asked, 1
    /// could not run, 78 the settings are wrong.
    [[nodiscard]] int run();

private:
    [[nodiscard]] Status prepare_project();
    [[nodiscard]] bool load_settings();
    [[nodiscard]] Status open_logs_and_store();
    [[nodiscard]] engine::EngineParts engine_parts();
    [[nodiscard]] Status listen();
    [[nodiscard]] Result<std::unique_ptr<http::Server>> listen_on(const http::Endpoint& endpoint,
                                                                  http::Handler handler,
                                                                  http::BodyLimit limit);
    void announce();
    void apply_logging_config();
    void wait_for_signals();
    void reload();
    void begin_stop();
    void stop_servers(std::function<void()> done);
    void complain(const std::string& text);

    Options options_;
    ProjectPaths paths_;
    SystemClock clock_;
    boost::asio::io_context loop_{1};
    std::optional<ProjectLock> lock_;
    config::Settings settings_;
    config::Secrets secrets_;
    std::unique_ptr<logging::Log> log_;
    std::optional<logging::Console> console_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<engine::Engine> engine_;
    std::optional<helpers::Toolbox> toolbox_;
    std::optional<admin::Admin> admin_;
    std::optional<McpHost> mcp_;
    std::unique_ptr<http::Server> admin_server_;
    std::unique_ptr<http::Server> socket_server_;
    std::unique_ptr<http::Server> hooks_server_;
    boost::asio::signal_set signals_;
    Endpoints endpoints_;
    bool stopping_ = false;
    int exit_code_ = 0;
};

}  // namespace aifp::daemon
