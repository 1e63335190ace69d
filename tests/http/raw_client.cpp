#include "tests/http/raw_client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace aifp::testing {
namespace {

FileDescriptor connected(int family, const sockaddr* address, socklen_t size) {
    FileDescriptor fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval most{10, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    if (::connect(fd.get(), address, size) != 0) {
        throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
    return fd;
}

FileDescriptor connected(const http::TcpEndpoint& endpoint) {
    const auto& bytes = endpoint.address.bytes();
    if (endpoint.address.is_v4()) {
        sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_port = htons(endpoint.port);
        std::memcpy(&raw.sin_addr, &bytes[12], 4);
        return connected(AF_INET, reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
    }
    sockaddr_in6 raw{};
    raw.sin6_family = AF_INET6;
    raw.sin6_port = htons(endpoint.port);
    std::memcpy(&raw.sin6_addr, bytes.data(), bytes.size());
    return connected(AF_INET6, reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
}

FileDescriptor connected(const std::filesystem::path& path) {
    sockaddr_un raw{};
    raw.sun_family = AF_UNIX;
    std::strncpy(raw.sun_path, path.c_str(), sizeof raw.sun_path - 1);
    return connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
}

std::size_t content_length(std::string_view header) {
    const std::size_t at = header.find("Content-Length: ");
    return at == std::string_view::npos
               ? 0
               : std::strtoul(std::string(header.substr(at + 16)).c_str(), nullptr, 10);
}

}  // namespace

RawClient::RawClient(const http::TcpEndpoint& endpoint) : socket_(connected(endpoint)) {}
RawClient::RawClient(const std::filesystem::path& unix_socket) : socket_(connected(unix_socket)) {}

void RawClient::send(std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return;  // The server hung up: what it said before can still be read.
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::half_close() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void RawClient::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = FileDescriptor();
}

bool RawClient::read_some() {
    char buffer[16'384];
    const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        throw std::runtime_error("nothing came for 10 s");
    }
    if (count <= 0) {
        return false;
    }
    read_.append(buffer, static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_response(bool head) {
    std::size_t blank = read_.find("\r\n\r\n");
    while (blank == std::string::npos && read_some()) {
        blank = read_.find("\r\n\r\n");
    }
    if (blank == std::string::npos) {
        return std::exchange(read_, std::string());
    }
    const std::size_t whole = blank + 4 + (head ? 0 : content_length(read_.substr(0, blank)));
    while (read_.size() < whole && read_some()) {
    }
    std::string response = read_.substr(0, whole);
    read_.erase(0, whole);
    return response;
}

std::string RawClient::read_all() {
    while (read_some()) {
    }
    return std::exchange(read_, std::string());
}

std::string body_of(std::string_view response) {
    const std::size_t blank = response.find("\r\n\r\n");
    return std::string(blank == std::string_view::npos ? "" : response.substr(blank + 4));
}

int status_of(std::string_view response) {
    return response.starts_with("HTTP/1.1 ") ? std::atoi(std::string(response.substr(9, 3)).c_str())
                                             : 0;
}

}  // namespace aifp::testing
