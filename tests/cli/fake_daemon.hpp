#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.hpp"

namespace aifp::cli {

/// A unix socket that gives one answer per connection, in order, and keeps the requests. The thread
/// ends after the last answer, or when the object does.
class FakeDaemon {
public:
    FakeDaemon(const std::filesystem::path& socket, std::vector<std::string> answers)
        : listener_(listen_on(socket)),
          answers_(std::move(answers)),
          thread_([this] { serve(); }) {}
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;
    ~FakeDaemon() { join(); }

    /// What was asked. Waits for the thread's end.
    const std::vector<std::string>& requests() {
        join();
        return requests_;
    }

    static std::string answer(int status, const std::string& body) {
        return "HTTP/1.1 " + std::to_string(status) +
               " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

private:
    static FileDescriptor listen_on(const std::filesystem::path& socket) {
        FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
        if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener.get(), 8) != 0) {
            throw std::runtime_error("cannot listen on " + socket.native());
        }
        return listener;
    }

    void serve() {
        for (const std::string& answer : answers_) {
            const FileDescriptor client(::accept(listener_.get(), nullptr, nullptr));
            if (!client.is_open()) {
                return;
            }
            requests_.push_back(read_request(client.get()));
            static_cast<void>(!::write(client.get(), answer.data(), answer.size()));
            if (answer.empty()) {  // says nothing: holds the line until the other side gives up
                char byte = 0;
                static_cast<void>(!::read(client.get(), &byte, 1));
            }
        }
    }

    static std::string read_request(int client) {
        std::string request;
        char byte = 0;
        while (!request.ends_with("\r\n\r\n") && ::read(client, &byte, 1) == 1) {
            request += byte;
        }
        constexpr std::string_view kLength = "Content-Length: ";
        const auto length = request.find(kLength);
        std::size_t left =
            length == request.npos ? 0 : std::stoul(request.substr(length + kLength.size()));
        for (; left > 0 && ::read(client, &byte, 1) == 1; --left) {
            request += byte;
        }
        return request;
    }

    void join() {
        if (thread_.joinable()) {
            ::shutdown(listener_.get(), SHUT_RDWR);  // accepted connections live on
            thread_.join();
        }
    }

    FileDescriptor listener_;
    std::vector<std::string> answers_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace aifp::cli
