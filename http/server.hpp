#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"
#include "http/responder.hpp"

namespace boost::asio {
class io_context;
}

namespace aifp::http {

/// Called on the loop for every complete request; it must not block. The answer may be given at
/// once or later. Answers go out in the order of the requests of a connection, whatever the order
/// they are given in; those given in one turn of the loop leave in one write per connection.
using Handler = std::function<void(Request, Responder)>;

/// How many bytes of body a request may have; asked when its header is read, before the body is.
/// A longer one is refused with 413.
using BodyLimit = std::function<std::size_t(std::string_view method, std::string_view target)>;

/// A unix socket; the file is made with `mode` and removed at the end.
struct UnixEndpoint {
    std::filesystem::path path;  ///< At most 107 bytes (unix(7)).
    mode_t mode = 0600;
};
using Endpoint = std::variant<TcpEndpoint, UnixEndpoint>;

/// Bounds. Every wait on a client ends.
struct ServerLimits {
    std::size_t max_connections = 1'024;  ///< One more is told 503 and closed.
    std::size_t max_pipelined = 16;       ///< Requests of one connection being answered at once.
    std::size_t max_header_bytes = 16'384;
    std::size_t max_header_fields = 100;
    Milliseconds header_timeout{
        10'000};  ///< From the first byte (or the connection) to the blank line.
    Milliseconds body_timeout{30'000};   ///< From the header to the last byte of the body.
    Milliseconds idle_timeout{60'000};   ///< Between requests.
    Milliseconds write_timeout{30'000};  ///< Without the client taking a byte.
    Milliseconds linger_timeout{2'000};  ///< After a last answer, for the client to hang up.
};

struct ServerOptions {
    Endpoint listen;
    /// A socket that already listens (socket activation), used in place of `listen`. The server
    /// owns it from now on; the file of a unix socket stays its maker's.
    int inherited = -1;
    ServerLimits limits;
    BodyLimit body_limit;  ///< Empty: 1 MiB for everything.
    /// A request was refused for the size of its body: what it was sent to.
    std::function<void(std::string_view target)> on_too_large = [](std::string_view) {};
    /// The handler threw (a defect): the request was answered 500.
    std::function<void(const std::string&)> on_defect = [](const std::string&) {};
};

struct ServerStatistics {
    std::size_t connections = 0;    ///< Open now.
    std::uint64_t accepted = 0;     ///< Connections so far.
    std::uint64_t turned_away = 0;  ///< Connections over the limit.
    std::uint64_t requests = 0;     ///< Handed to the handler.
    std::uint64_t refused = 0;      ///< Malformed, too large or too slow.
};

/// Listens and speaks HTTP/1.1 (RFC 9112). Loop thread only. Owned by the wiring; destroying it
/// closes everything at once. The io_context must outlive it, be run by one thread (create it with
/// concurrency hint 1) and is not kept busy by idle listening alone after stop().
/// A Response is sent whole; Responder::stream sends one in pieces (SSE).
class Server {
public:
    virtual ~Server() = default;

    /// What it listens on, with the port the system gave.
    [[nodiscard]] virtual const Endpoint& endpoint() const noexcept = 0;
    [[nodiscard]] virtual ServerStatistics statistics() const noexcept = 0;

    /// Accepts nothing more, closes idle connections, lets requests in flight be answered, closes
    /// what is left after `grace`, then calls `done` (once, on the loop).
    virtual void stop(Milliseconds grace, std::function<void()> done) = 0;
};

/// Binds and listens, or takes over the socket that is handed in. A stale unix socket that belongs
/// to this user is removed; a live one is not. Errors: conflict when the address is in use;
/// invalid_input when it is not usable (not an address of this machine, path too long, path taken
/// by another file, or what is handed in does not listen); denied; io_failure.
[[nodiscard]] Result<std::unique_ptr<Server>> create_server(boost::asio::io_context& loop,
                                                            const Clock& clock,
                                                            ServerOptions options,
                                                            Handler handler);

}  // namespace aifp::http
