// The server that the official conformance suite is run against: the production protocol code over
// fixtures. Prints its port and runs until it is ended.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <utility>

#include "base/clock.hpp"
#include "http/loopback.hpp"
#include "http/server.hpp"
#include "mcp/dispatcher.hpp"
#include "mcp/http_face.hpp"
#include "tests/mcp/fixture_provider.hpp"

int main() {
    using namespace aifp;
    boost::asio::io_context loop{1};
    const SystemClock clock;
    testing::FixtureProvider provider(loop);
    mcp::Dispatcher dispatcher(provider);
    mcp::HttpFaceOptions face_options;
    // The suite sends no token.
    face_options.admit =
        [](const http::Request& request) -> tl::expected<helpers::Caller, http::Response> {
        if (auto refused = http::refuse_foreign(request)) {
            return tl::unexpected<http::Response>(std::move(*refused));
        }
        return helpers::Caller{"the suite"};
    };
    mcp::HttpFace face(loop, clock, dispatcher, std::move(face_options));

    http::ServerOptions options;
    options.listen = http::TcpEndpoint{*http::IpAddress::parse("127.0.0.1"), 0};
    options.body_limit = [](std::string_view, std::string_view) { return mcp::kMaxMessageBytes; };
    auto server = http::create_server(
        loop, clock, std::move(options), [&face](http::Request request, http::Responder responder) {
            if (request.path() == "/mcp") {
                face.handle(std::move(request), std::move(responder));
            } else {
                responder(http::error_response(404, "there is only /mcp"));
            }
        });
    if (!server) {
        std::cerr << server.error().detail() << "\n";
        return 1;
    }
    boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
    signals.async_wait([&loop](const boost::system::error_code&, int) { loop.stop(); });
    std::cout << std::get<http::TcpEndpoint>((*server)->endpoint()).port << std::endl;
    loop.run();
    return 0;
}
