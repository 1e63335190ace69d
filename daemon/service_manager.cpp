#include "daemon/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace aifp::daemon {
namespace {

constexpr int kFirstPassed = 3;     // SD_LISTEN_FDS_START
constexpr int kMaxPassed = 16;      // more is no set-up of ours
constexpr int kFeedingsOfTime = 3;  // sd_watchdog_enabled(3) wants at least two

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && number > 0 ? std::optional(number)
                                                                       : std::nullopt;
}

std::vector<PassedSocket> take_sockets() {
    const auto pid = number_in(take_variable("LISTEN_PID"));
    const auto count = number_in(take_variable("LISTEN_FDS")).value_or(0);
    const auto written_names = take_variable("LISTEN_FDNAMES");
    const auto names = split(written_names, ':');
    std::vector<PassedSocket> sockets;
    if (pid != ::getpid() || count > kMaxPassed) {
        return sockets;
    }
    for (int i = 0; i < count; ++i) {
        const int descriptor = kFirstPassed + i;
        if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0) {
            const auto at = static_cast<std::size_t>(i);
            sockets.push_back({at < names.size() ? std::string(names[at]) : std::string(),
                               FileDescriptor(descriptor)});
        }
    }
    return sockets;
}

std::optional<Milliseconds> take_watchdog() {
    const auto microseconds = number_in(take_variable("WATCHDOG_USEC"));
    const auto written_pid = take_variable("WATCHDOG_PID");
    if (!microseconds || (!written_pid.empty() && number_in(written_pid) != ::getpid())) {
        return std::nullopt;
    }
    return std::chrono::ceil<Milliseconds>(std::chrono::microseconds(*microseconds));
}

}  // namespace

ServiceEnvironment take_service_environment() {
    ServiceEnvironment environment;
    environment.notify_socket = take_variable("NOTIFY_SOCKET");
    environment.watchdog = take_watchdog();
    environment.sockets = take_sockets();
    environment.credentials = take_variable("CREDENTIALS_DIRECTORY");
    return environment;
}

ServiceManager::ServiceManager(boost::asio::io_context& loop,
                               const Clock& clock,
                               std::string notify_socket,
                               std::optional<Milliseconds> watchdog)
    : clock_(clock), notify_socket_(std::move(notify_socket)), watchdog_timer_(loop) {
    if (watchdog) {
        feeding_period_ = std::max(Milliseconds(1), *watchdog / kFeedingsOfTime);
    }
}

void ServiceManager::tell_ready(std::string_view status) {
    send("READY=1\nSTATUS=" + std::string(status));
    if (feeding_period_ && !std::exchange(feeding_, true)) {
        feed();
    }
}

void ServiceManager::tell_reloading() {
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(clock_.mono().time_since_epoch());
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void ServiceManager::tell_stopping() {
    send("STOPPING=1\nSTATUS=ending what runs");
}

void ServiceManager::feed() {
    send("WATCHDOG=1");
    watchdog_timer_.expires_after(*feeding_period_);
    watchdog_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            feed();
        }
    });
}

void ServiceManager::send(std::string_view state) const {
    sockaddr_un address{};
    // A path or, with '@', a name without a file; the rest that sd_notify(3) allows is not for us.
    const bool is_usable = notify_socket_.size() > 1 &&
                           (notify_socket_[0] == '/' || notify_socket_[0] == '@') &&
                           notify_socket_.size() < sizeof address.sun_path;
    if (!is_usable) {
        return;
    }
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0';
    }
    const auto length = offsetof(sockaddr_un, sun_path) + notify_socket_.size();
    // The full type of a socket address is known by its first member alone (bind(2)).
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    ::sendto(socket.get(),
             state.data(),
             state.size(),
             MSG_NOSIGNAL,
             raw,
             static_cast<socklen_t>(length));
}

}  // namespace aifp::daemon
