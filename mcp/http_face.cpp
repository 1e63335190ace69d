#include "mcp/http_face.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "mcp/http_checks.hpp"

namespace aifp::mcp {
namespace {

constexpr std::size_t kSessionIdBytes = 16;

http::Response error_answer(int status, const RpcError& error, const boost::json::value& id) {
    return http::json_response(status, error_text(id, error));
}

http::Response refusal(int status, std::string text) {
    return error_answer(status, RpcError{codes::kNotAMessage, std::move(text)}, nullptr);
}

http::Response accepted() {
    http::Response response;
    response.status = 202;
    return response;
}

http::Response not_allowed() {
    auto response = refusal(405, "use POST");
    response.headers.push_back({"Allow", "POST"});
    return response;
}

}  // namespace

HttpFace::HttpFace(boost::asio::io_context& loop,
                   const Clock& clock,
                   Dispatcher& dispatcher,
                   HttpFaceOptions options)
    : clock_(clock), dispatcher_(dispatcher), options_(std::move(options)), timer_(loop) {}

HttpFace::~HttpFace() {
    shut_down();
}

void HttpFace::shut_down() {
    for (auto& [id, session] : std::exchange(sessions_, {})) {
        close(std::move(session));
    }
    timer_.cancel();
}

void HttpFace::handle(http::Request request, http::Responder responder) {
    helpers::Caller caller;
    if (options_.admit) {
        auto admitted = options_.admit(request);
        if (!admitted) {
            responder(std::move(admitted).error());
            return;
        }
        caller = std::move(*admitted);
    }
    caller.who = caller.who.empty() ? "mcp" : "mcp, " + caller.who;
    const Asked asked{request, caller};
    const bool names_session = request.headers.find(fields::kSession).has_value();
    if (request.method == "POST") {
        post(asked, std::move(responder));
    } else if (request.method == "GET" && names_session) {
        open_stream(asked, std::move(responder));
    } else if (request.method == "DELETE" && names_session) {
        end_session(asked, std::move(responder));
    } else {
        responder(not_allowed());
    }
}

void HttpFace::post(const Asked& asked, http::Responder responder) {
    if (!is_json_request(asked.headers())) {
        responder(refusal(415, "send Content-Type: application/json"));
        return;
    }
    auto json = parse_json(asked.request.body);
    if (!json) {
        responder(error_answer(400, json.error(), nullptr));
        return;
    }
    if (json->is_array()) {
        post_batch(asked, std::move(json->as_array()), std::move(responder));
        return;
    }
    auto message = read_message(std::move(*json));
    if (!message) {
        responder(error_answer(400, message.error().error, message.error().id));
        return;
    }
    post_message(asked, std::move(*message), std::move(responder));
}

void HttpFace::post_message(const Asked& asked, Message message, http::Responder responder) {
    if (is_modern_message(asked.headers(), message)) {
        post_modern(asked, std::move(message), std::move(responder));
        return;
    }
    if (!accepts(asked.headers(), "application/json") ||
        !accepts(asked.headers(), "text/event-stream")) {
        responder(refusal(406, "send Accept: application/json, text/event-stream"));
        return;
    }
    if (message.kind == Message::Kind::request && message.method == "initialize") {
        open_session(asked, std::move(message), std::move(responder));
    } else {
        post_legacy(asked, std::move(message), std::move(responder));
    }
}

void HttpFace::post_batch(const Asked& asked,
                          boost::json::array messages,
                          http::Responder responder) {
    const bool names_session = asked.headers().find(fields::kSession).has_value();
    auto* session = names_session ? find_session(asked, responder) : nullptr;
    if (names_session && session == nullptr) {
        return;
    }
    const bool batches = session != nullptr && session->peer->revision &&
                         features_of(*session->peer->revision).batches;
    if (!batches) {
        responder(refusal(400, "not a JSON-RPC message: it must be one object"));
        return;
    }
    const auto peer = session->peer;
    dispatcher_.handle_batch(peer, std::move(messages), make_outlet(asked, std::move(responder)));
}

void HttpFace::post_modern(const Asked& asked, Message message, http::Responder responder) {
    if (message.kind == Message::Kind::notification) {
        responder(accepted());
        return;
    }
    if (message.kind == Message::Kind::response) {
        responder(refusal(400, "the server asked nothing: a client sends requests only"));
        return;
    }
    auto envelope = read_envelope(message.params);
    if (!envelope) {
        responder(error_answer(400, envelope.error(), message.id));
        return;
    }
    if (const auto wrong = check_headers(asked.headers(), message, *envelope)) {
        responder(error_answer(400, *wrong, message.id));
        return;
    }
    if (message.method == "subscriptions/listen" &&
        !accepts(asked.headers(), "text/event-stream")) {
        responder(refusal(406, "subscriptions/listen needs Accept: text/event-stream"));
        return;
    }
    const auto peer = std::make_shared<Peer>(asked.caller);
    const auto outlet = make_outlet(asked, std::move(responder));
    const auto call =
        dispatcher_.handle_modern(peer, std::move(message), std::move(*envelope), outlet);
    if (call && call->is_open()) {
        outlet->on_closed([weak = std::weak_ptr(call)] {
            if (const auto open = weak.lock()) {
                open->cancel();
            }
        });
    }
}

void HttpFace::post_legacy(const Asked& asked, Message message, http::Responder responder) {
    auto* session = find_session(asked, responder);
    if (session == nullptr) {
        return;
    }
    const auto peer = session->peer;
    if (message.kind != Message::Kind::request) {
        responder(accepted());
        dispatcher_.handle_legacy(peer, std::move(message), nullptr);
        return;
    }
    dispatcher_.handle_legacy(peer, std::move(message), make_outlet(asked, std::move(responder)));
}

void HttpFace::open_session(const Asked& asked, Message message, http::Responder responder) {
    const auto peer = std::make_shared<Peer>(asked.caller);
    const auto id = random_hex(kSessionIdBytes);
    make_room();
    sessions_.emplace(id, Session{peer, clock_.mono(), nullptr});
    const auto outlet =
        make_outlet(asked, std::move(responder), {{std::string(fields::kSession), id}});
    dispatcher_.handle_legacy(peer, std::move(message), outlet);
    if (!peer->revision) {
        sessions_.erase(id);
    }
}

void HttpFace::open_stream(const Asked& asked, http::Responder responder) {
    auto* session = find_session(asked, responder);
    if (session == nullptr) {
        return;
    }
    if (!accepts(asked.headers(), "text/event-stream")) {
        responder(refusal(406, "send Accept: text/event-stream"));
        return;
    }
    if (session->stream) {
        session->stream->abandon();
    }
    session->stream = make_outlet(asked, std::move(responder));
    session->peer->side = session->stream;
    session->stream->open();
}

void HttpFace::end_session(const Asked& asked, http::Responder responder) {
    if (find_session(asked, responder) == nullptr) {
        return;
    }
    auto ended = sessions_.extract(std::string(*asked.headers().find(fields::kSession)));
    close(std::move(ended.mapped()));
    http::Response done;
    done.status = 204;
    responder(std::move(done));
}

HttpFace::Session* HttpFace::find_session(const Asked& asked, http::Responder& responder) {
    const auto id = asked.headers().find(fields::kSession);
    if (!id) {
        responder(refusal(400, "send Mcp-Session-Id; initialize gives one"));
        return nullptr;
    }
    const auto found = sessions_.find(std::string(*id));
    // A session is its opener's: its number alone opens nothing.
    const bool known = found != sessions_.end() && found->second.peer->who == asked.caller.who;
    if (!known || is_over(found->second, clock_.mono())) {
        if (known) {
            close(std::move(found->second));
            sessions_.erase(found);
        }
        responder(refusal(404, "this session has ended; initialize again"));
        return nullptr;
    }
    found->second.used = clock_.mono();
    return &found->second;
}

std::shared_ptr<HttpOutlet> HttpFace::make_outlet(const Asked& asked,
                                                  http::Responder responder,
                                                  std::vector<http::Header> headers) {
    const bool may_stream = accepts(asked.headers(), "text/event-stream");
    auto outlet =
        std::make_shared<HttpOutlet>(std::move(responder), may_stream, std::move(headers));
    std::erase_if(outlets_, [](const auto& known) { return known.expired(); });
    outlets_.push_back(outlet);
    tick_later();
    return outlet;
}

void HttpFace::close(Session session) {
    Dispatcher::leave(*session.peer);
    if (session.stream) {
        session.stream->abandon();
    }
}

// A session with a request under way or an open stream is in use.
bool HttpFace::is_over(Session& session, MonoTime now) const {
    const bool is_busy =
        !session.peer->open.empty() || (session.stream && session.stream->is_streaming());
    if (is_busy) {
        session.used = now;
    }
    return now - session.used > options_.session_idle;
}

void HttpFace::make_room() {
    const auto now = clock_.mono();
    for (auto it = sessions_.begin(); it != sessions_.end();) {
        const bool ends = is_over(it->second, now);
        if (ends) {
            close(std::move(it->second));
        }
        it = ends ? sessions_.erase(it) : std::next(it);
    }
    if (sessions_.size() >= options_.max_sessions) {
        const auto oldest = std::min_element(
            sessions_.begin(), sessions_.end(), [](const auto& left, const auto& right) {
                return left.second.used < right.second.used;
            });
        close(std::move(oldest->second));
        sessions_.erase(oldest);
    }
}

void HttpFace::tick_later() {
    if (std::exchange(ticking_, true)) {
        return;
    }
    timer_.expires_after(options_.keep_alive);
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](const auto& error) {
        if (!error && !alive.expired()) {
            ticking_ = false;
            tick();
        }
    });
}

void HttpFace::tick() {
    const auto known = outlets_;
    for (const auto& weak : known) {
        if (const auto outlet = weak.lock()) {
            outlet->keep_alive();
        }
    }
    std::erase_if(outlets_, [](const auto& outlet) { return outlet.expired(); });
    if (!outlets_.empty()) {
        tick_later();
    }
}

}  // namespace aifp::mcp
