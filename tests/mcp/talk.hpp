#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/dispatcher.hpp"
#include "tests/mcp/fixture_provider.hpp"

namespace aifp::testing {

/// Keeps what is said, parsed.
class RecordingOutlet final : public mcp::Outlet {
public:
    void send(std::string message) override { said.push_back(boost::json::parse(message)); }
    void finish(std::string message, int http_status) override {
        send(std::move(message));
        status = http_status;
    }
    void abandon() override { abandoned = true; }

    std::vector<boost::json::value> said;
    int status = 0;
    bool abandoned = false;
};

/// A client of the fixtures over no transport at all.
class Talk {
public:
    explicit Talk(mcp::DispatcherOptions options = {})
        : provider(loop), dispatcher(provider, options) {
        peer->side = outlet;
    }

    /// Says one line and gives the last message that came back; null if none did.
    boost::json::value say(std::string_view text) {
        const auto before = outlet->said.size();
        dispatcher.receive(peer, text, outlet);
        return outlet->said.size() > before ? outlet->said.back() : boost::json::value();
    }
    boost::json::value initialize(std::string_view revision) {
        return say(
            R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" +
            std::string(revision) +
            R"(","capabilities":{"sampling":{}},"clientInfo":{"name":"t","version":"1"}}})");
    }
    /// A modern request: `params` without braces, "" for none.
    boost::json::value ask(std::string_view method,
                           std::string_view params = "",
                           std::string_view id = "1") {
        return say(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" +
                   std::string(method) + R"(","params":{)" + std::string(params) +
                   (params.empty() ? "" : ",") +
                   R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                   R"("io.modelcontextprotocol/clientCapabilities":{}}}})");
    }
    /// A legacy request.
    boost::json::value ask_legacy(std::string_view method,
                                  std::string_view params = "{}",
                                  std::string_view id = "1") {
        return say(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" +
                   std::string(method) + R"(","params":)" + std::string(params) + "}");
    }

    boost::asio::io_context loop;
    FixtureProvider provider;
    mcp::Dispatcher dispatcher;
    std::shared_ptr<RecordingOutlet> outlet = std::make_shared<RecordingOutlet>();
    mcp::PeerPtr peer = std::make_shared<mcp::Peer>(helpers::Caller{"test"});
};

/// The code of an error; 0 of a result.
inline std::int64_t code_of(const boost::json::value& message) {
    const auto* error = message.as_object().if_contains("error");
    return error == nullptr ? 0 : error->at("code").as_int64();
}

}  // namespace aifp::testing
