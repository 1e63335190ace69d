#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace aifp::http {

/// What to ask for. Host, Content-Length and Connection are the client's business; a field given
/// here replaces the client's own User-Agent or Accept.
struct ClientRequest {
    std::string method = "GET";
    std::string url;  ///< http or https; "user:password@" becomes Basic authorization.
    std::vector<Header> headers;
    std::string body;
    Milliseconds connect_timeout{5'000};  ///< Name, connection and TLS together.
    Milliseconds timeout{30'000};         ///< All of it, redirects too.
    int max_redirects = 5;                ///< 0: a redirect is an answer like any other.
    std::size_t max_response_bytes = 1'048'576;
    std::string ca_file;  ///< Certificates to trust besides the system's; empty: none.
    Milliseconds first_byte_timeout{0};  ///< From the last byte sent to the first heard; 0: none.
    Milliseconds idle_timeout{0};        ///< Between two parts of the answer; 0: none.
    /// Given: the body of an answer with status 2xx comes here in pieces, as they arrive, and is
    /// not collected; max_response_bytes still bounds the whole. Called on the loop. An error ends
    /// the request with it.
    std::function<Status(std::string_view piece)> on_body;
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::string body;
    std::string url;  ///< Where the answer came from, after redirects.
    int redirects = 0;
};

struct ClientOptions {
    std::size_t max_idle = 32;          ///< Kept connections in all.
    std::size_t max_idle_per_host = 4;  ///< Kept connections per scheme, host, port and ca_file.
    Milliseconds idle_timeout{30'000};  ///< How long an unused connection is kept.
    std::string user_agent = "aifp";
};

struct ClientStatistics {
    std::uint64_t connects = 0;  ///< Connections made.
    std::uint64_t reused = 0;    ///< Requests sent over a kept connection.
    std::size_t idle = 0;        ///< Connections kept now.
};

/// Speaks HTTP/1.1 to other machines. Loop thread only. Owned by the wiring; it must outlive every
/// send() under way. TLS (1.2 and up, certificates and names verified) costs 4 MB and is set up
/// with the first https request.
class Client {
public:
    virtual ~Client() = default;

    /// Sends one request and reads the whole answer, following redirects: 303, and 301 and 302
    /// after POST, turn into GET; 307 and 308 repeat the request; Authorization and cookies stay
    /// behind when the origin changes. A kept connection that turns out to be dead is replaced
    /// once, if the method is idempotent or no byte had left.
    /// Any status is an answer, not an error. Errors: invalid_input (URL, fields, answer over
    /// max_response_bytes, too many redirects, unreadable ca_file); unreachable (name, refused,
    /// TLS, connection lost, not HTTP); timed_out; cancelled (asio cancellation).
    [[nodiscard]] virtual boost::asio::awaitable<Result<ClientResponse>> send(
        ClientRequest request) = 0;

    [[nodiscard]] virtual ClientStatistics statistics() const noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Client> create_client(boost::asio::io_context& loop,
                                                    const Clock& clock,
                                                    ClientOptions options);

}  // namespace aifp::http
