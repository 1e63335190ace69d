#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "admin/call.hpp"
#include "agents/chat.hpp"
#include "base/json_text.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

/// The chat agent; tells the caller when there is none.
agents::Chat* chat_of(const Call& call) {
    if (call.chat == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no agent runs here"));
    }
    return call.chat;
}

/// What POST /api/v1/chat is sent: {"message", "conversation", "stream"}.
Result<agents::ChatMessage> message_in(const Call& call) {
    auto body = arguments_in(call.body);
    if (!body) {
        return fail(std::move(body).error());
    }
    const auto* text = body->if_contains("message");
    const auto* conversation = body->if_contains("conversation");
    const auto* stream = body->if_contains("stream");
    const bool is_wrong = text == nullptr || !text->is_string() ||
                          (conversation != nullptr && !conversation->is_string()) ||
                          (stream != nullptr && !stream->is_bool());
    if (is_wrong) {
        return fail(ErrorCode::invalid_input,
                    R"(send {"message": "...", "conversation": "its id", "stream": true}; )"
                    R"(the last two may be left out)");
    }
    agents::ChatMessage message;
    message.text = text->get_string();
    message.conversation = conversation == nullptr ? "" : std::string(conversation->get_string());
    message.streams = stream == nullptr || stream->get_bool();
    message.who = call.caller.who;
    return message;
}

/// A turn as server-sent events. Until the first of them it can still be refused with a status.
class EventAnswer {
public:
    explicit EventAnswer(Call& call)
        : responder_(call.responder), answer_(std::move(call.answer)) {}

    void tell(std::string_view event, const json::object& data) {
        if (!stream_) {
            http::Response head;
            head.content_type = "text/event-stream";
            head.headers.push_back({"Cache-Control", "no-store"});
            stream_.emplace(responder_->stream(std::move(head), [this] {
                // With the turn this object may go.
                if (const auto stop = stop_) {
                    stop();
                }
            }));
        }
        stream_->write(fmt::format("event: {}\ndata: {}\n\n", event, json_text(data)));
    }

    void end(const Result<json::value>& result) {
        if (stream_ && result) {
            tell("done", result->as_object());
        } else if (stream_) {
            json::object error;
            error["code"] = name_of(result.error().code());
            error["error"] = result.error().detail();
            tell("error", error);
        }
        if (stream_) {
            stream_->finish();
        }
        // Who streamed has his answer; what is kept of it (audit, Idempotency-Key) comes of this.
        answer_(result);
    }

    /// Called when the client hangs up.
    void on_closed(std::function<void()> stop) { stop_ = std::move(stop); }

private:
    std::shared_ptr<http::Responder> responder_;
    engine::Control::Answer answer_;
    std::optional<http::ResponseStream> stream_;
    std::function<void()> stop_;
};

}  // namespace

void chat(Call call) {
    auto* const agent = chat_of(call);
    if (agent == nullptr) {
        return;
    }
    auto message = message_in(call);
    if (!message) {
        call.answer(fail(std::move(message).error()));
        return;
    }
    if (!message->streams) {
        call.responder->watch(agent->say(std::move(*message), {}, std::move(call.answer)));
        return;
    }
    auto events = std::make_shared<EventAnswer>(call);
    auto stop = agent->say(
        std::move(*message),
        [events](std::string_view event, const json::object& data) { events->tell(event, data); },
        [events](const Result<json::value>& result) { events->end(result); });
    events->on_closed(std::move(stop));
}

void list_conversations(Call call) {
    if (auto* const agent = chat_of(call)) {
        agent->list(std::move(call.answer));
    }
}

void show_conversation(Call call) {
    if (auto* const agent = chat_of(call)) {
        agent->show(call.subject, std::move(call.answer));
    }
}

void remove_conversation(Call call) {
    if (auto* const agent = chat_of(call)) {
        agent->remove(call.subject, std::move(call.answer));
    }
}

}  // namespace aifp::admin
