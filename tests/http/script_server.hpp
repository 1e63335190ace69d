#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "http/ip_address.hpp"

namespace aifp::testing {

/// A listening socket with a thread that treats each connection as the test says, in order: for
/// answers no proper server would give.
class ScriptServer {
public:
    using Treatment = std::function<void(int fd)>;

    explicit ScriptServer(std::vector<Treatment> treatments);
    ScriptServer(const ScriptServer&) = delete;
    ScriptServer& operator=(const ScriptServer&) = delete;
    ~ScriptServer();

    [[nodiscard]] std::string url(const std::string& path) const;

    /// Reads a request up to its blank line, then says `answer`.
    [[nodiscard]] static Treatment say(std::string answer);
    /// As say(), but waits until the client hangs up.
    [[nodiscard]] static Treatment say_and_wait(std::string answer);
    /// Reads one request's header; false if the client hung up.
    static bool read_header(int fd);

private:
    FileDescriptor listening_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace aifp::testing
