#include "admin/admin.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <map>
#include <utility>

#include "admin/call.hpp"
#include "base/text.hpp"
#include "helpers/json_text.hpp"
#include "http/encoding.hpp"

namespace aifp::admin {
namespace {

using engine::Control;
using engine::Verb;

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input:
            return 400;
        case ErrorCode::denied:
            return 403;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::conflict:
            return 409;
        case ErrorCode::busy:
            return 503;
        default:
            return 500;
    }
}

void list_directives(Call call) {
    call.control.list_directives(std::move(call.answer));
}

void show_directive(Call call) {
    call.control.show_directive(call.path[1], std::move(call.answer));
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

std::optional<std::int64_t> number_in(const std::string& text) {
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && number >= 0 ? std::optional(number)
                                                                        : std::nullopt;
}

void history(Call call, bool executions_only) {
    engine::HistoryQuery query;
    query.executions_only = executions_only;
    query.directive = call.parameter("directive");
    for (const auto* name : {"limit", "before"}) {
        const auto written = call.parameter(name);
        const auto number = written ? number_in(*written) : std::nullopt;
        if (written && !number) {
            call.answer(
                fail(ErrorCode::invalid_input, fmt::format("{} must be a whole number", name)));
            return;
        }
        if (number && std::string_view(name) == "limit") {
            query.limit = static_cast<std::size_t>(*number);
        } else if (number) {
            query.before = *number;
        }
    }
    call.control.history(std::move(query), std::move(call.answer));
}

void executions(Call call) {
    history(std::move(call), true);
}
void decisions(Call call) {
    history(std::move(call), false);
}

template <Verb verb>
void act(Call call) {
    call.control.act(verb, call.path[1], call.who, std::move(call.answer));
}

/// The body may be empty, or {"content_hash": what was looked at}.
void approve(Call call) {
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
    call.control.approve(call.path[1],
                         hash == nullptr ? std::string() : std::string(hash->get_string()),
                         call.who,
                         std::move(call.answer));
}

/// {"until": "18:00"}, or {"for": "2h"}: both take what the other does.
void snooze(Call call) {
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
        call.path[1], std::string(until->get_string()), call.who, std::move(call.answer));
}

void unsnooze(Call call) {
    call.control.unsnooze(call.path[1], call.who, std::move(call.answer));
}

/// One row per resource; "*" stands for one part of the path.
struct Route {
    std::string_view method;
    std::array<std::string_view, 3> path;
    void (*handle)(Call);
};
constexpr std::array kRoutes{
    Route{"GET", {"directives"}, list_directives},
    Route{"GET", {"directives", "*"}, show_directive},
    Route{"POST", {"directives", "*", "run"}, run_directive},
    Route{"GET", {"directives", "*", "why"}, why},
    Route{"GET", {"simulate"}, simulate},
    Route{"GET", {"runs", "*", "trace"}, trace},
    Route{"POST", {"runs", "*", "replay"}, replay},
    Route{"GET", {"directives", "*", "backtest"}, backtest},
    Route{"POST", {"directives", "*", "approve"}, approve},
    Route{"POST", {"directives", "*", "decline"}, act<Verb::decline>},
    Route{"POST", {"directives", "*", "pause"}, act<Verb::pause>},
    Route{"POST", {"directives", "*", "resume"}, act<Verb::resume>},
    Route{"POST", {"directives", "*", "snooze"}, snooze},
    Route{"POST", {"directives", "*", "unsnooze"}, unsnooze},
    Route{"POST", {"directives", "*", "archive"}, act<Verb::archive>},
    Route{"POST", {"directives", "*", "restore"}, act<Verb::restore>},
    Route{"GET", {"directives", "*", "questions"}, questions},
    Route{"GET", {"directives", "*", "answers"}, questions},
    Route{"POST", {"directives", "*", "answers"}, answer_questions},
    Route{"DELETE", {"directives", "*", "answers"}, forget_answers},
    Route{"POST", {"directives", "*", "generate"}, generate},
    Route{"POST", {"directives", "*", "rollback"}, rollback},
    Route{"POST", {"directives", "*", "activate"}, activate},
    Route{"POST", {"directives", "*", "deactivate"}, deactivate},
    Route{"GET", {"runs"}, list_runs},
    Route{"POST", {"runs", "*", "cancel"}, cancel_run},
    Route{"POST", {"runs", "*", "approval"}, answer_run},
    Route{"GET", {"dependencies"}, list_dependencies},
    Route{"POST", {"dependencies", "*", "install"}, install},
    Route{"GET", {"report"}, report},
    Route{"GET", {"executions"}, executions},
    Route{"GET", {"decisions"}, decisions},
    Route{"GET", {"state"}, list_states},
    Route{"GET", {"state", "*"}, show_state},
    Route{"PUT", {"state", "*"}, put_state},
    Route{"DELETE", {"state", "*"}, remove_state},
    Route{"GET", {"status"}, get_status},
    Route{"POST", {"reload"}, reload},
    Route{"GET", {"neighbours"}, show_neighbours},
    Route{"GET", {"tools"}, list_tools},
    Route{"POST", {"tools", "*"}, call_tool},
};

bool matches(const Route& route, const std::vector<std::string>& path) {
    std::size_t parts = 0;
    while (parts < route.path.size() && !route.path.at(parts).empty()) {
        ++parts;
    }
    if (parts != path.size()) {
        return false;
    }
    for (std::size_t i = 0; i < parts; ++i) {
        if (route.path.at(i) != "*" && route.path.at(i) != path[i]) {
            return false;
        }
    }
    return true;
}

Result<std::vector<std::string>> api_path(std::string_view path) {
    constexpr std::string_view kPrefix = "/api/v1/";
    if (!path.starts_with(kPrefix)) {
        return fail(ErrorCode::not_found, "no such resource; the API begins with /api/v1/");
    }
    std::vector<std::string> parts;
    for (const auto part : split(path.substr(kPrefix.size()), '/')) {
        auto decoded = http::percent_decode(part);
        if (!decoded) {
            return fail(std::move(decoded).error());
        }
        parts.push_back(std::move(*decoded));
    }
    return parts;
}

http::Response error_for(const Error& error) {
    return http::error_response(status_of(error.code()), error.detail());
}

Control::Answer answer_into(http::Responder responder) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    return [shared](const Result<boost::json::value>& result) {
        (*shared)(result ? http::json_response(200, helpers::to_json_text(*result))
                         : error_for(result.error()));
    };
}

std::string who_of(const http::Request& request) {
    return request.credentials ? fmt::format("uid {}", request.credentials->uid) : "admin token";
}

struct Parts {
    Control& control;
    helpers::Toolbox& toolbox;
    const helpers::workflow::WorkflowServices* workflow;
    const std::function<boost::json::value()>& neighbours;
};

void dispatch(const Parts& parts, http::Request request, http::Responder responder) {
    auto path = api_path(request.path());
    auto query = http::parse_parameters(request.query());
    if (!path || !query) {
        responder(error_for(path ? query.error() : path.error()));
        return;
    }
    if (*path == std::vector<std::string>{"watch", "state"} && request.method == "GET") {
        std::string name;
        for (const auto& parameter : *query) {
            name = parameter.name == "name" ? parameter.value : name;
        }
        watch_states(parts.control, name, std::move(responder));
        return;
    }
    std::string allowed;
    for (const auto& route : kRoutes) {
        if (!matches(route, *path)) {
            continue;
        }
        if (route.method == request.method) {
            route.handle(Call{parts.control,
                              parts.toolbox,
                              parts.workflow,
                              parts.neighbours,
                              std::move(*path),
                              std::move(*query),
                              std::move(request.body),
                              who_of(request),
                              answer_into(std::move(responder))});
            return;
        }
        allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", route.method);
    }
    if (allowed.empty()) {
        responder(http::error_response(404, "no such resource"));
        return;
    }
    auto response = http::error_response(405, fmt::format("use {}", allowed));
    response.headers.push_back({"Allow", allowed});
    responder(std::move(response));
}

}  // namespace

Admin::Admin(engine::Control& control,
             helpers::Toolbox& toolbox,
             AdminAccess access,
             const helpers::workflow::WorkflowServices* workflow)
    : control_(control), toolbox_(toolbox), access_(std::move(access)), workflow_(workflow) {}

void Admin::handle(http::Request request, http::Responder responder) {
    // Probes ask without a token; they learn nothing but one word.
    if (request.path() == "/healthz") {
        responder(http::text_response(200, "ok\n"));
        return;
    }
    if (request.path() == "/readyz") {
        const bool ready = control_.is_ready() && control_.can_store();
        responder(http::text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
        return;
    }
    if (auto refused = check_access(request, access_)) {
        responder(std::move(*refused));
        return;
    }
    dispatch(Parts{control_, toolbox_, workflow_, neighbours_},
             std::move(request),
             std::move(responder));
}

}  // namespace aifp::admin
