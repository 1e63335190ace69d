#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/loop_probe.hpp"
#include "daemon/awaited.hpp"
#include "daemon/front.hpp"
#include "daemon/options.hpp"
#include "daemon/project_host.hpp"
#include "daemon/service_manager.hpp"
#include "http/server.hpp"

namespace aifp::daemon {

/// The process: the loop, its signals, one listener for the admin API and one for webhooks, and the
/// projects behind them. A project that cannot be opened does not stop the others. Loop thread
/// only.
class Daemon {
public:
    /// Takes what the service manager handed over out of the environment: one daemon per process.
    explicit Daemon(Options options);

    /// Runs until told to stop. Returns the exit code (reference/decisions.md): 0 ended as asked,
    /// else why the first project could not run, if none could: 1 could not run, 78 the settings
    /// are wrong.
    [[nodiscard]] int run();

private:
    using Hosts = std::vector<std::unique_ptr<ProjectHost>>;

    void prepare_projects();
    void open_projects();
    /// The project is out; the others go on.
    void give_up(ProjectHost& host, const Error& error, int exit_code);
    [[nodiscard]] bool has_projects() const noexcept { return !running_.empty(); }

    [[nodiscard]] Status listen();
    /// On the socket of that name from the service manager, or else on the address.
    [[nodiscard]] Result<std::unique_ptr<http::Server>> listen_on(std::string_view name,
                                                                  const std::string& address,
                                                                  http::ServerOptions options,
                                                                  http::Handler handler);
    void start_projects();
    void start_project(ProjectHost& host);
    void on_project_started(ProjectHost& host, const Status& started);
    /// Its database proved damaged: it ends, and begins anew on an empty one.
    void restart_project(ProjectHost& host, const Error& why);
    void replace_project(ProjectHost& host);
    /// Once nobody is waited for.
    void tell_ready_if_all_are();
    /// It ends; the others go on. Without any the daemon ends.
    void drop_project(ProjectHost& host, const Error& why);
    void reload_projects();
    [[nodiscard]] std::string describe_projects() const;
    [[nodiscard]] admin::DaemonFigures figures() const;
    void wait_for_signals();
    void warn_if_reachable(const std::string& admin_at) const;
    void begin_stop();
    void stop_listeners();
    void complain(const std::string& text) const;

    Options options_;
    SystemClock clock_;
    boost::asio::io_context loop_{1};
    ServiceEnvironment environment_;
    ServiceManager service_manager_;
    LoopProbe loop_probe_;
    Hosts hosts_;  // all of them: one that was given up may still be stopping; replaced ones stay
    std::vector<ProjectHost*> running_;  // the others, in the order of the command line
    Front front_;
    std::unique_ptr<http::Server> admin_server_;
    std::unique_ptr<http::Server> hooks_server_;
    boost::asio::signal_set signals_;
    Awaited<ProjectHost> starting_;
    Awaited<ProjectHost> reloading_;
    std::size_t restarts_ = 0;
    std::size_t still_stopping_ = 0;
    bool stopping_ = false;
    int exit_code_ = 0;  // of the first project that could not run
};

}  // namespace aifp::daemon
