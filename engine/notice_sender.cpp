#include "engine/notice_sender.hpp"

#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "base/json_text.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

/// What a message on its way needs until it has arrived.
struct Flight {
    ChannelMessage message;
    std::unique_ptr<actions::Action> action;
    std::unique_ptr<RunScope> scope;
    std::unique_ptr<boost::asio::steady_timer> timer;
    bool is_over = false;
};

// The text may hold anything, an error that quotes a template too: it comes in as a value.
model::Action notify_action(const ChannelMessage& message) {
    model::Action notify;
    notify.kind = "notify";
    notify.arguments["notify"] = "{{ trigger.message }}";
    notify.arguments["title"] = "{{ trigger.title }}";
    notify.arguments["to"] = "{{ trigger.to }}";
    notify.arguments["channel"] = message.channel;
    return notify;
}

model::Event event_of(const ChannelMessage& message) {
    json::object payload;
    payload["message"] = message.text;
    payload["title"] = message.title;
    payload["to"] = message.to;
    model::Event event;
    event.payload = json_text(payload);
    return event;
}

}  // namespace

void NoticeSender::send(ChannelMessage message, std::function<void(Status)> done) {
    auto action = actions::make_action(notify_action(message), services_);
    if (!action) {
        done(fail(std::move(action).error()));
        return;
    }
    auto flight = std::make_shared<Flight>();
    flight->message = std::move(message);
    flight->action = std::move(*action);
    flight->scope = std::make_unique<RunScope>(sources_,
                                               services_.settings.timezone,
                                               event_of(flight->message),
                                               RunScope::Names{flight->message.directive, {}});
    flight->timer = std::make_unique<boost::asio::steady_timer>(services_.executor, kSendTime);
    const actions::RunContext context{LedgerId{}, flight->message.directive, flight->scope.get()};
    auto cancel = flight->action->start(
        context, [flight, alive = alive_, done = std::move(done)](const actions::StepResult& sent) {
            flight->is_over = true;
            flight->timer->cancel();
            if (*alive) {
                done(sent ? Status() : Status(fail(sent.error().code(), sent.error().detail())));
            }
        });
    if (!flight->is_over) {
        flight->timer->async_wait(
            [cancel = std::move(cancel)](const boost::system::error_code& error) {
                if (!error && cancel) {
                    cancel();
                }
            });
    }
}

}  // namespace aifp::engine
