#include "tests/http/script_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

namespace aifp::testing {

ScriptServer::ScriptServer(std::vector<Treatment> treatments)
    : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listening_.get(), 16);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, todo = std::move(treatments)] {
        for (const Treatment& treat : todo) {
            const FileDescriptor client(::accept(listening_.get(), nullptr, nullptr));
            if (!client.is_open()) {
                return;
            }
            treat(client.get());
        }
    });
}

ScriptServer::~ScriptServer() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
}

std::string ScriptServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

bool ScriptServer::read_header(int fd) {
    std::string read;
    char byte = 0;
    while (!read.ends_with("\r\n\r\n")) {
        if (::recv(fd, &byte, 1, 0) <= 0) {
            return false;
        }
        read += byte;
    }
    return true;
}

ScriptServer::Treatment ScriptServer::say(std::string answer) {
    return [answer = std::move(answer)](int fd) {
        read_header(fd);
        ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    };
}

ScriptServer::Treatment ScriptServer::say_and_wait(std::string answer) {
    return [say_it = say(std::move(answer))](int fd) {
        say_it(fd);
        char byte = 0;
        while (::recv(fd, &byte, 1, 0) > 0) {
        }
    };
}

}  // namespace aifp::testing
