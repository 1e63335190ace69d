#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace aifp::daemon {

/// A listening socket that the service manager opened for us (sd_listen_fds(3)).
struct PassedSocket {
    std::string name;  ///< FileDescriptorName=: "admin" or "hooks".
    FileDescriptor descriptor;
};

/// What the service manager said at the start of the process.
struct ServiceEnvironment {
    std::string notify_socket;             ///< Where it listens; empty: nobody does.
    std::optional<Milliseconds> watchdog;  ///< Silence of this length means that we hang.
    std::vector<PassedSocket> sockets;
    std::filesystem::path credentials;  ///< Folder of LoadCredential=; empty: none.
};

/// Reads and removes NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_PID, LISTEN_FDS,
/// LISTEN_FDNAMES and CREDENTIALS_DIRECTORY, so that no child takes them for its own. What is meant
/// for another process, or malformed, counts as not there. Call it once, before there are threads.
/// Sources: sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3), systemd.exec(5).
[[nodiscard]] ServiceEnvironment take_service_environment();

/// Tells the service manager how we are, and feeds its watchdog from the loop: a loop that stands
/// still stops feeding, and is started anew. Loop thread only; owned by the daemon. Without a
/// service manager every call does nothing. Nothing here fails: a message that does not arrive
/// changes nothing for the engine.
class ServiceManager {
public:
    ServiceManager(boost::asio::io_context& loop,
                   const Clock& clock,
                   std::string notify_socket,
                   std::optional<Milliseconds> watchdog);

    /// Up, or done reloading. The watchdog is fed from the first call on.
    void tell_ready(std::string_view status);
    void tell_reloading();
    /// The end has begun. The watchdog is fed until stop_feeding().
    void tell_stopping();
    void stop_feeding() { watchdog_timer_.cancel(); }

private:
    void send(std::string_view state) const;
    void feed();

    const Clock& clock_;
    std::string notify_socket_;
    std::optional<Milliseconds> feeding_period_;
    boost::asio::steady_timer watchdog_timer_;
    bool feeding_ = false;
};

}  // namespace aifp::daemon
