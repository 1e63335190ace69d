// What a server can listen on, and what it says when it cannot.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "base/file.hpp"
#include "http/server.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/http/running_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::http {
namespace {

using testing::body_of;
using testing::echo;
using testing::RawClient;
using testing::RunningServer;
using testing::TempDir;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Server, serves_a_unix_socket_with_credentials_and_mode) {
    const TempDir dir;
    ServerOptions options;
    options.listen = UnixEndpoint{dir / "s.sock"};
    {
        RunningServer server(
            [](Request request, Responder respond) {
                respond(text_response(200,
                                      std::to_string(request.credentials->uid) + " " +
                                          std::to_string(request.credentials->pid)));
            },
            options);
        struct stat made {};
        ASSERT_EQ(::lstat((dir / "s.sock").c_str(), &made), 0);
        EXPECT_EQ(made.st_mode & 0777U, 0600U);
        RawClient client(dir / "s.sock");
        client.send(kGet);
        EXPECT_EQ(body_of(client.read_response()),
                  std::to_string(::getuid()) + " " + std::to_string(::getpid()));
    }
    EXPECT_FALSE(std::filesystem::exists(dir / "s.sock"));
}

/// What create_server says; the server itself is not kept.
Status try_listen(Endpoint endpoint) {
    boost::asio::io_context loop;
    const SystemClock clock;
    ServerOptions options;
    options.listen = std::move(endpoint);
    const auto server = create_server(loop, clock, std::move(options), echo);
    return server ? Status() : fail(server.error());
}

void leave_stale_socket(const std::filesystem::path& path) {
    const FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un raw{};
    raw.sun_family = AF_UNIX;
    std::strncpy(raw.sun_path, path.c_str(), sizeof raw.sun_path - 1);
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&raw), sizeof raw), 0);
}

TEST(CreateServer, replaces_a_stale_socket_but_not_a_live_one) {
    const TempDir dir;
    leave_stale_socket(dir / "s.sock");
    ServerOptions options;
    options.listen = UnixEndpoint{dir / "s.sock"};
    const RunningServer server(echo, options);
    const Status second = try_listen(options.listen);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::conflict);
}

TEST(CreateServer, refuses_unusable_unix_paths) {
    const TempDir dir;
    ASSERT_TRUE(write_file_atomically(dir / "file", "x", 0600));
    for (const auto& path : {dir / "file", dir / "no" / "s.sock", dir / std::string(120, 'x')}) {
        const Status tried = try_listen(UnixEndpoint{path});
        ASSERT_FALSE(tried) << path;
        EXPECT_EQ(tried.error().code(), ErrorCode::invalid_input) << tried.error().detail();
    }
}

TEST(CreateServer, tells_a_taken_port_from_a_foreign_address) {
    const RunningServer server(echo);
    const Status taken = try_listen(server.endpoint());
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code(), ErrorCode::conflict);
    const Status foreign = try_listen(TcpEndpoint{*IpAddress::parse("192.0.2.1"), 0});
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code(), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace aifp::http
