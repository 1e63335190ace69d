#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "http/ip_address.hpp"

namespace aifp::http {

/// The header fields of a message, in the order they came. Two allocations however many there are.
/// Names are compared without regard to case (RFC 9110 5.1). Views live as long as the object is
/// neither changed nor moved.
class Headers {
public:
    struct Field {
        std::string_view name;
        std::string_view value;
    };

    void add(std::string_view name, std::string_view value);
    /// The first field of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] Field operator[](std::size_t index) const noexcept;

private:
    struct Entry {
        std::uint32_t name_at;
        std::uint32_t name_size;
        std::uint32_t value_size;  ///< The value stands right behind the name.
    };
    std::string text_;
    std::vector<Entry> entries_;
};

/// Whether two ASCII texts differ at most in case.
[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

/// Who is at the other end of a unix socket (unix(7), SO_PEERCRED).
struct PeerCredentials {
    uid_t uid = 0;
    gid_t gid = 0;
    pid_t pid = 0;
};

/// A request, complete with its body.
struct Request {
    std::string method;  ///< As sent: "GET". Methods are case-sensitive.
    std::string target;  ///< Begins with '/' (or is "*"): "/hooks/door?open=1".
    Headers headers;     ///< Trailer fields of a chunked body are not taken.
    std::string body;
    std::optional<TcpEndpoint> peer;             ///< Over TCP.
    std::optional<PeerCredentials> credentials;  ///< Over a unix socket.
    MonoTime received;                           ///< When the last byte had come.

    /// The part of the target before '?', still percent-encoded.
    [[nodiscard]] std::string_view path() const noexcept;
    /// The part after '?', still percent-encoded; empty without one.
    [[nodiscard]] std::string_view query() const noexcept;
};

struct Header {
    std::string name;
    std::string value;
};

/// An answer. Content-Length and Connection are the server's business.
struct Response {
    int status = 200;
    std::string content_type;  ///< Empty: no Content-Type field.
    std::string body;
    std::vector<Header> headers;
    bool close = false;  ///< End the connection after this answer.
};

[[nodiscard]] Response json_response(int status, std::string body);
[[nodiscard]] Response text_response(int status, std::string body);
/// {"error": text}: the form of all refusals.
[[nodiscard]] Response error_response(int status, std::string_view text);

}  // namespace aifp::http
