#include "mcp/line_server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "tests/http/raw_client.hpp"
#include "tests/mcp/talk.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::mcp {
namespace {

using testing::FixtureProvider;
using testing::RawClient;
using testing::TempDir;

constexpr const char* kPing = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
constexpr const char* kPong = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n";

/// A server on its own loop thread; serves until the object ends.
class LineServerTest : public ::testing::Test {
protected:
    void start(uid_t owner = ::geteuid()) {
        LineServerOptions options;
        options.socket = socket;
        options.owner = owner;
        server = std::move(*create_line_server(loop, dispatcher, std::move(options)));
        thread = std::thread([this] { loop.run(); });
    }
    void TearDown() override {
        loop.stop();
        if (thread.joinable()) {
            thread.join();
        }
    }

    TempDir folder;
    std::filesystem::path socket = folder / "mcp.sock";
    boost::asio::io_context loop{1};
    FixtureProvider provider{loop};
    Dispatcher dispatcher{provider};
    std::unique_ptr<LineServer> server;
    std::thread thread;
};

TEST_F(LineServerTest, listens_for_the_owner_alone) {
    start();
    struct stat facts {};
    ASSERT_EQ(::stat(socket.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(LineServerTest, answers_line_by_line_and_ends_with_its_client) {
    start();
    RawClient client(socket);
    client.send(std::string(kPing) + "\r\n\nnot json\n" + kPing);
    client.half_close();
    const auto said = client.read_all();
    EXPECT_TRUE(said.starts_with(kPong));
    EXPECT_NE(said.find("-32700"), std::string::npos);
    EXPECT_TRUE(said.ends_with(kPong));
}

TEST_F(LineServerTest, answers_what_is_under_way_when_the_input_ends) {
    start();
    RawClient client(socket);
    client.send(
        R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})"
        "\n"
        R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"test_tool_with_logging"}})"
        "\n");
    client.half_close();
    EXPECT_NE(client.read_all().find("\"id\":2,\"result\""), std::string::npos);
}

TEST_F(LineServerTest, survives_a_line_that_is_too_long_and_a_deep_one) {
    start();
    RawClient client(socket);
    client.send(std::string(kMaxMessageBytes + 10, ' ') + "\n" + std::string(5'000, '[') + "\n" +
                kPing);
    client.half_close();
    const auto said = client.read_all();
    EXPECT_NE(said.find("-32600"), std::string::npos);
    EXPECT_NE(said.find("-32700"), std::string::npos);
    EXPECT_TRUE(said.ends_with(kPong));
}

TEST_F(LineServerTest, refuses_a_socket_that_is_in_use) {
    start();
    LineServerOptions options;
    options.socket = socket;
    boost::asio::io_context other{1};
    const auto second = create_line_server(other, dispatcher, std::move(options));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::conflict);
}

TEST(SocketBeside, is_named_after_the_admin_socket) {
    EXPECT_EQ(socket_beside("/p/run/admin.sock"), "/p/run/mcp.sock");
    EXPECT_EQ(socket_beside("/run/user/1/aifp-ab.sock"), "/run/user/1/aifp-ab-mcp.sock");
}

}  // namespace
}  // namespace aifp::mcp
