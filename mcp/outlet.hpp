#pragma once

#include <string>

namespace aifp::mcp {

/// Where the messages that belong to one request go: a connection of lines, an HTTP answer, a
/// batch. Loop thread only. One whose client is gone drops what it is given.
class Outlet {
public:
    virtual ~Outlet() = default;
    /// A message before the answer: a notification, or a request to the client.
    virtual void send(std::string message) = 0;
    /// The answer; nothing follows for this request. `http_status` matters to HTTP only.
    virtual void finish(std::string message, int http_status) = 0;
    /// There will be no answer: the client cancelled the request.
    virtual void abandon() = 0;
};

}  // namespace aifp::mcp
