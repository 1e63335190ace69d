#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "helpers/tool.hpp"
#include "http/server.hpp"
#include "mcp/dispatcher.hpp"
#include "mcp/http_outlet.hpp"

namespace aifp::mcp {

struct HttpFaceOptions {
    /// Who asks, or why the request may not be answered at all: 401, 403, 429. Asked before
    /// anything else. Empty: everybody may.
    std::function<tl::expected<helpers::Caller, http::Response>(const http::Request&)> admit;
    Milliseconds keep_alive{15'000};         ///< Between comments on a quiet stream.
    Milliseconds session_idle{30 * 60'000};  ///< A legacy session that is not used ends.
    std::size_t max_sessions = 256;          ///< One more ends the one that is idle the longest.
};

/// MCP over Streamable HTTP, one path, both eras. Loop thread only; owned by the wiring; outlives
/// the server that calls it, and ends before the dispatcher. (reference: MCP 1.3)
///
/// Modern: POST only; no sessions; hanging up on a stream cancels. Legacy: `initialize` makes a
/// session; GET opens its stream for what belongs to no request; DELETE ends it.
class HttpFace {
public:
    HttpFace(boost::asio::io_context& loop,
             const Clock& clock,
             Dispatcher& dispatcher,
             HttpFaceOptions options);
    ~HttpFace();
    HttpFace(const HttpFace&) = delete;
    HttpFace& operator=(const HttpFace&) = delete;

    void handle(http::Request request, http::Responder responder);
    /// Ends all sessions and streams, so that the server can stop.
    void shut_down();
    [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }

private:
    struct Session {
        PeerPtr peer;
        MonoTime used;
        std::shared_ptr<HttpOutlet> stream;  ///< Of the GET; may be empty.
    };

    /// A request and who sent it.
    struct Asked {
        const http::Request& request;
        const helpers::Caller& caller;
        [[nodiscard]] const http::Headers& headers() const { return request.headers; }
    };

    void post(const Asked& asked, http::Responder responder);
    void post_message(const Asked& asked, Message message, http::Responder responder);
    void post_batch(const Asked& asked, boost::json::array messages, http::Responder responder);
    void post_modern(const Asked& asked, Message message, http::Responder responder);
    void post_legacy(const Asked& asked, Message message, http::Responder responder);
    void open_session(const Asked& asked, Message message, http::Responder responder);
    void open_stream(const Asked& asked, http::Responder responder);
    void end_session(const Asked& asked, http::Responder responder);
    /// The session that the request names; else answers 400 or 404.
    Session* find_session(const Asked& asked, http::Responder& responder);
    std::shared_ptr<HttpOutlet> make_outlet(const Asked& asked,
                                            http::Responder responder,
                                            std::vector<http::Header> headers = {});
    void close(Session session);
    [[nodiscard]] bool is_over(Session& session, MonoTime now) const;
    void make_room();
    void tick_later();
    void tick();

    const Clock& clock_;
    Dispatcher& dispatcher_;
    const HttpFaceOptions options_;
    boost::asio::steady_timer timer_;
    bool ticking_ = false;
    std::unordered_map<std::string, Session> sessions_;
    std::vector<std::weak_ptr<HttpOutlet>> outlets_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  ///< A queued tick looks at it.
};

}  // namespace aifp::mcp
