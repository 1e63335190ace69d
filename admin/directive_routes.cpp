#include <utility>

#include "admin/call.hpp"

namespace aifp::admin {
namespace {

using engine::Verb;

void act(Verb verb, Call call) {
    call.control.act(verb, call.subject, call.caller.who, std::move(call.answer));
}

}  // namespace

void show_directive(Call call) {
    call.control.show_directive(call.subject, std::move(call.answer));
}

void decline_directive(Call call) {
    act(Verb::decline, std::move(call));
}
void pause_directive(Call call) {
    act(Verb::pause, std::move(call));
}
void resume_directive(Call call) {
    act(Verb::resume, std::move(call));
}
void archive_directive(Call call) {
    act(Verb::archive, std::move(call));
}
void restore_directive(Call call) {
    act(Verb::restore, std::move(call));
}

/// The body may be empty, or {"content_hash": what was looked at}.
void approve_directive(Call call) {
    auto arguments = arguments_in(call.body);
    if (!arguments) {
        call.answer(fail(std::move(arguments).error()));
        return;
    }
    const auto* hash = arguments->if_contains("content_hash");
    if (hash != nullptr && !hash->is_string()) {
        call.answer(fail(ErrorCode::invalid_input, "content_hash must be a text"));
        return;
    }
    call.control.approve(call.subject,
                         hash == nullptr ? std::string() : std::string(hash->get_string()),
                         call.caller.who,
                         std::move(call.answer));
}

/// {"until": "18:00"}, or {"for": "2h"}: both take what the other does.
void snooze_directive(Call call) {
    auto arguments = arguments_in(call.body);
    if (!arguments) {
        call.answer(fail(std::move(arguments).error()));
        return;
    }
    const auto* until = arguments->if_contains("until");
    until = until != nullptr ? until : arguments->if_contains("for");
    if (until == nullptr || !until->is_string()) {
        call.answer(
            fail(ErrorCode::invalid_input,
                 R"(send {"for": "2h"}, {"until": "18:00"} or {"until": "2026-12-24T18:00:00"})"));
        return;
    }
    call.control.snooze(
        call.subject, std::string(until->get_string()), call.caller.who, std::move(call.answer));
}

void unsnooze_directive(Call call) {
    call.control.unsnooze(call.subject, call.caller.who, std::move(call.answer));
}

void get_status(Call call) {
    call.control.status(std::move(call.answer));
}

void reload(Call call) {
    call.control.reload(std::move(call.answer));
}

void show_neighbours(Call call) {
    call.answer(call.neighbours ? Result<boost::json::value>(call.neighbours())
                                : fail(ErrorCode::not_found, "no such resource"));
}

}  // namespace aifp::admin
