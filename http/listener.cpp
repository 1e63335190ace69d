#include "http/listener.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/file.hpp"

namespace aifp::http {
namespace {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;

constexpr std::size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::size_t kV4At = 12;

Protocol::endpoint raw_endpoint(const TcpEndpoint& endpoint) {
    const IpAddress::Bytes& bytes = endpoint.address.bytes();
    if (endpoint.address.is_v4()) {
        sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_port = htons(endpoint.port);
        std::memcpy(&raw.sin_addr, &bytes[kV4At], sizeof raw.sin_addr);
        return {&raw, sizeof raw};
    }
    sockaddr_in6 raw{};
    raw.sin6_family = AF_INET6;
    raw.sin6_port = htons(endpoint.port);
    std::memcpy(&raw.sin6_addr, bytes.data(), sizeof raw.sin6_addr);
    return {&raw, sizeof raw};
}

Protocol::endpoint raw_endpoint(const UnixEndpoint& endpoint) {
    sockaddr_un raw{};
    raw.sun_family = AF_UNIX;
    const std::string path = endpoint.path.native();
    std::memcpy(raw.sun_path, path.c_str(), std::min(path.size(), kMaxUnixPath));
    return {&raw, sizeof raw};
}

std::optional<TcpEndpoint> tcp_endpoint(const Protocol::endpoint& raw) {
    IpAddress::Bytes bytes{};
    if (raw.data()->sa_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, raw.data(), std::min(raw.size(), sizeof address));
        bytes[10] = bytes[11] = 0xff;
        std::memcpy(&bytes[kV4At], &address.sin_addr, sizeof address.sin_addr);
        return TcpEndpoint{IpAddress(bytes), ntohs(address.sin_port)};
    }
    if (raw.data()->sa_family == AF_INET6) {
        sockaddr_in6 address{};
        std::memcpy(&address, raw.data(), std::min(raw.size(), sizeof address));
        std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
        return TcpEndpoint{IpAddress(bytes), ntohs(address.sin6_port)};
    }
    return std::nullopt;
}

tl::unexpected<Error> bind_failure(const boost::system::error_code& error,
                                   const std::string& where) {
    const std::string text = "listening on " + where + ": " + error.message();
    switch (error.value()) {
        case EADDRINUSE:
            return fail(ErrorCode::conflict,
                        "listening on " + where + ": another program already does");
        case EADDRNOTAVAIL:
            return fail(ErrorCode::invalid_input,
                        "listening on " + where + ": this machine does not have that address");
        case EACCES:
        case EPERM:
            return fail(ErrorCode::denied, text);
        case ENOENT:
        case ENOTDIR:
            return fail(ErrorCode::invalid_input, text);
        default:
            return fail(ErrorCode::io_failure, text);
    }
}

/// Whether somebody answers on the unix socket.
bool is_alive(const Protocol::endpoint& raw) {
    const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto length = static_cast<socklen_t>(raw.size());
    return ::connect(probe.get(), raw.data(), length) == 0 || errno != ECONNREFUSED;
}

Status clear_the_way(const UnixEndpoint& endpoint, const Protocol::endpoint& raw) {
    const std::string path = endpoint.path.native();
    if (path.empty() || path.size() > kMaxUnixPath) {
        return fail(ErrorCode::invalid_input,
                    "the socket path \"" + path + "\" must have 1 to " +
                        std::to_string(kMaxUnixPath) + " bytes");
    }
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        return {};  // bind says what is wrong, if anything.
    }
    if (!S_ISSOCK(found.st_mode)) {
        return fail(ErrorCode::invalid_input,
                    "\"" + path + "\" is in the way: it is a file and not a socket");
    }
    if (is_alive(raw)) {
        return fail(ErrorCode::conflict, "listening on " + path + ": another program already does");
    }
    if (found.st_uid != ::geteuid()) {
        return fail(ErrorCode::denied, "the old socket \"" + path + "\" belongs to another user");
    }
    if (::unlink(path.c_str()) != 0) {
        return fail(ErrorCode::io_failure,
                    "removing the old socket \"" + path + "\": " + std::strerror(errno));
    }
    return {};
}

boost::system::error_code open_and_listen(Acceptor& acceptor, const Protocol::endpoint& raw) {
    boost::system::error_code error;
    const int family = raw.data()->sa_family;
    acceptor.open(Protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP), error);
    if (!error && family != AF_UNIX) {
        acceptor.set_option(Acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(raw, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (!error) {
        acceptor.non_blocking(true, error);
    }
    return error;
}

Result<Listening> listen_tcp(asio::io_context& loop, const TcpEndpoint& endpoint) {
    Acceptor acceptor(loop);
    if (const auto error = open_and_listen(acceptor, raw_endpoint(endpoint))) {
        return bind_failure(error, format_endpoint(endpoint));
    }
    boost::system::error_code error;
    const auto bound = tcp_endpoint(acceptor.local_endpoint(error));
    return Listening{std::move(acceptor), bound.value_or(endpoint), 0};
}

Result<Listening> listen_unix(asio::io_context& loop, const UnixEndpoint& endpoint) {
    const Protocol::endpoint raw = raw_endpoint(endpoint);
    if (const Status cleared = clear_the_way(endpoint, raw); !cleared) {
        return fail(cleared.error());
    }
    Acceptor acceptor(loop);
    // From its first moment on nobody else may connect.
    const mode_t before = ::umask(0777U & ~endpoint.mode);
    const auto error = open_and_listen(acceptor, raw);
    ::umask(before);
    struct stat made {};
    if (error || ::chmod(endpoint.path.c_str(), endpoint.mode) != 0 ||
        ::lstat(endpoint.path.c_str(), &made) != 0) {
        const boost::system::error_code last(errno, boost::system::system_category());
        return bind_failure(error ? error : last, endpoint.path.native());
    }
    return Listening{std::move(acceptor), endpoint, made.st_ino};
}

}  // namespace

Result<Listening> listen_on(asio::io_context& loop, const Endpoint& endpoint) {
    if (const auto* tcp = std::get_if<TcpEndpoint>(&endpoint)) {
        return listen_tcp(loop, *tcp);
    }
    return listen_unix(loop, std::get<UnixEndpoint>(endpoint));
}

Result<Listening> adopt_listening(asio::io_context& loop, int descriptor) {
    FileDescriptor owned(descriptor);
    const std::string what = "the socket that was handed over";
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
        return fail(ErrorCode::invalid_input, what + " does not listen (ListenStream= is right)");
    }
    sockaddr_storage raw{};
    size = sizeof raw;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&raw), &size) != 0) {
        return fail(ErrorCode::invalid_input, what + ": " + std::strerror(errno));
    }
    const Protocol::endpoint bound(&raw, size);
    Acceptor acceptor(loop);
    boost::system::error_code error;
    acceptor.assign(Protocol(raw.ss_family, 0), descriptor, error);
    if (!error) {
        [[maybe_unused]] const int kept = owned.release();
        acceptor.non_blocking(true, error);
    }
    if (error) {
        return fail(ErrorCode::invalid_input, what + ": " + error.message());
    }
    const auto tcp = tcp_endpoint(bound);
    return Listening{std::move(acceptor), tcp ? Endpoint(*tcp) : Endpoint(UnixEndpoint{}), 0};
}

void remove_socket_file(const Endpoint& endpoint, ino_t inode) noexcept {
    const auto* local = std::get_if<UnixEndpoint>(&endpoint);
    struct stat found {};
    if (local != nullptr && ::lstat(local->path.c_str(), &found) == 0 && found.st_ino == inode) {
        ::unlink(local->path.c_str());
    }
}

Peer peer_of(Socket& socket, const Protocol::endpoint& raw) {
    Peer peer;
    peer.address = tcp_endpoint(raw);
    if (peer.address) {
        return peer;
    }
    ucred raw_credentials{};
    socklen_t size = sizeof raw_credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &raw_credentials, &size) ==
        0) {
        peer.credentials =
            PeerCredentials{raw_credentials.uid, raw_credentials.gid, raw_credentials.pid};
    }
    return peer;
}

}  // namespace aifp::http
