// Bytes as a hostile client could send them: cut into lines, read as messages, answered by the
// whole dispatcher over a provider that has one of each. Every answer must be one line of JSON.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "mcp/dispatcher.hpp"
#include "mcp/line_reader.hpp"
#include "tests/mcp/fixture_provider.hpp"

namespace {

using namespace aifp;

class Judge final : public mcp::Outlet {
public:
    void send(std::string message) override {
        boost::system::error_code error;
        boost::json::parse_options options;
        options.max_depth = 2 * mcp::kMaxDepth;
        const auto parsed = boost::json::parse(message, error, {}, options);
        if (error || parsed.is_null() || message.find('\n') != std::string::npos) {
            std::abort();
        }
    }
    void finish(std::string message, int) override { send(std::move(message)); }
    void abandon() override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boost::asio::io_context loop{1};
    testing::FixtureProvider provider(loop);
    mcp::Dispatcher dispatcher(provider);
    const auto outlet = std::make_shared<Judge>();
    const auto peer = std::make_shared<mcp::Peer>(helpers::Caller{"fuzz"});
    peer->side = outlet;
    mcp::LineReader reader(1 << 16);
    reader.put(std::string_view(reinterpret_cast<const char*>(data), size));
    while (true) {
        const auto next = reader.next();
        if (const auto* line = std::get_if<mcp::LineReader::Line>(&next)) {
            dispatcher.receive(peer, line->text, outlet);
        } else if (std::holds_alternative<mcp::LineReader::TooLong>(next)) {
            mcp::Dispatcher::refuse_long(*outlet);
        } else {
            break;
        }
    }
    mcp::Dispatcher::leave(*peer);
    dispatcher.shut_down();
    return 0;
}
