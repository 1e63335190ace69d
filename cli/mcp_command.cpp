#include "cli/mcp_command.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cstring>

#include "base/file.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/mcp_relay.hpp"
#include "mcp/line_server.hpp"
#include "mcp/offline.hpp"

namespace aifp::cli {
namespace {

/// Not open if nobody listens.
FileDescriptor connect_to(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto text = path.string();
    if (text.size() >= sizeof address.sun_path) {
        return FileDescriptor();
    }
    std::memcpy(address.sun_path, text.c_str(), text.size());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(socket.get(), raw, sizeof address) == 0 ? std::move(socket) : FileDescriptor();
}

int serve_offline(const ProjectPaths& paths, const Terminal& terminal) {
    const auto offline =
        mcp::open_offline(terminal.clock, mcp::OfflineOptions{paths, AIFP_VERSION});
    if (!offline) {
        terminal.err << "aifp: " << offline.error().detail() << '\n';
        return kFailed;
    }
    terminal.err << "aifp: no daemon runs this project; it can only be looked at\n";
    (*offline)->blocking_serve(STDIN_FILENO, STDOUT_FILENO);
    return kDone;
}

}  // namespace

int run_mcp(const ProjectPaths& paths, const Terminal& terminal) {
    const auto socket = connect_to(mcp::socket_beside(find_socket(paths)));
    if (!socket.is_open()) {
        return serve_offline(paths, terminal);
    }
    if (blocking_relay(STDIN_FILENO, STDOUT_FILENO, socket.get())) {
        return kDone;
    }
    terminal.err << "aifp: the daemon has ended\n";
    return kFailed;
}

void add_mcp_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "mcp", "Speak MCP on standard input and output, for an AI assistant (docs/mcp.md)");
    invocation.decide(
        *verb, [&invocation] { return run_mcp(invocation.project_paths(), invocation.terminal); });
}

}  // namespace aifp::cli
