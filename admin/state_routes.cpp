#include <fmt/format.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "admin/call.hpp"
#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "engine/states.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

engine::States* states_of(Call& call) {
    auto* states = call.control.states();
    if (states == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no daemon keeps states here"));
    }
    return states;
}

/// {"value": any, "attributes": {}, "ttl": "10m", "increment": true, "if_is": any}
Result<model::StateUpdate> update_in(const std::string& name, const std::string& body) {
    json::error_code error;
    const auto parsed = json::parse(body, error);
    const auto* object = error ? nullptr : parsed.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains("value");
    if (value == nullptr) {
        return fail(ErrorCode::invalid_input,
                    R"(send {"value": …}, and if you like attributes, ttl, increment, if_is)");
    }
    model::StateUpdate update;
    update.values[name] = *value;
    for (const auto& member : *object) {
        const std::string_view key = member.key();
        const auto& given = member.value();
        const auto duration = key == "ttl" && given.is_string() ? parse_duration(given.get_string())
                                                                : decltype(parse_duration(""))();
        if (key == "attributes" && given.is_object()) {
            update.attributes = given.get_object();
        } else if (key == "increment" && given.is_bool()) {
            update.increment = given.get_bool();
        } else if (key == "if_is") {
            update.if_is = given;
        } else if (key == "ttl" && duration && duration->count() > 0) {
            update.ttl = *duration;
        } else if (key != "value") {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{}: attributes is a map, ttl a duration such as \"10m\", "
                                    "increment true or false; other keys there are value and if_is",
                                    key));
        }
    }
    return update;
}

/// One client of the stream of states.
struct StateStream {
    std::function<bool()> may_go_on;
    boost::asio::any_io_executor executor;
    std::function<void()> stop;
    std::optional<http::ResponseStream> wire;

    void tell(const model::StateChange& change) {
        if (!wire) {
            return;
        }
        if (may_go_on()) {
            wire->write(fmt::format("event: state\ndata: {}\n\n",
                                    json_text(engine::describe_change(change))));
            return;
        }
        wire->write(": cut off: the token was revoked or has expired\n\n");
        wire.reset();
        boost::asio::post(executor, std::exchange(stop, nullptr));  // not while it is told
    }
};

}  // namespace

void list_states(Call call) {
    if (auto* states = states_of(call)) {
        call.answer(states->show_states({}));
    }
}

void show_state(Call call) {
    if (auto* states = states_of(call)) {
        call.answer(states->show_states(call.subject));
    }
}

void put_state(Call call) {
    auto* states = states_of(call);
    if (states == nullptr) {
        return;
    }
    auto update = update_in(call.subject, call.body);
    if (!update) {
        call.answer(fail(std::move(update).error()));
        return;
    }
    update->by = call.caller.who;
    states->change_states(std::move(*update), std::move(call.answer));
}

void remove_state(Call call) {
    if (auto* states = states_of(call)) {
        model::StateUpdate update;
        update.values[call.subject] = nullptr;
        update.remove = true;
        update.by = call.caller.who;
        states->change_states(std::move(update), std::move(call.answer));
    }
}

void watch_states(Call call) {
    auto* states = states_of(call);
    if (states == nullptr) {
        return;
    }
    auto stream = std::make_shared<StateStream>(
        StateStream{call.may_go_on(), call.services.executor, {}, {}});
    auto stop =
        states->watch_states(call.parameter("name").value_or(""),
                             [stream](const model::StateChange& change) { stream->tell(change); });
    if (!stop) {
        call.answer(fail(ErrorCode::busy, stop.error().detail()));
        return;
    }
    http::Response head;
    head.content_type = "text/event-stream";
    head.headers.push_back({"Cache-Control", "no-store"});
    head.body = ": watching\n\n";
    stream->stop = *stop;
    stream->wire.emplace(
        call.responder->stream(std::move(head), [stop = std::move(*stop)] { stop(); }));
}

}  // namespace aifp::admin
