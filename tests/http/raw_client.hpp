#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "http/ip_address.hpp"

namespace aifp::testing {

/// A plain blocking socket that says just what a test tells it to. Every wait ends after 10 s.
class RawClient {
public:
    explicit RawClient(const http::TcpEndpoint& endpoint);
    explicit RawClient(const std::filesystem::path& unix_socket);

    void send(std::string_view text);
    /// No more will be sent.
    void half_close();
    /// Breaks the connection off with a reset.
    void reset();
    /// Reads one answer: header and Content-Length bytes of body (none if `head`). What was read;
    /// less if the other side hung up.
    [[nodiscard]] std::string read_response(bool head = false);
    /// Reads up to the end of the connection.
    [[nodiscard]] std::string read_all();

private:
    bool read_some();

    FileDescriptor socket_;
    std::string read_;
};

/// The part of an answer behind the blank line.
[[nodiscard]] std::string body_of(std::string_view response);
/// 0 if there is none.
[[nodiscard]] int status_of(std::string_view response);

}  // namespace aifp::testing
