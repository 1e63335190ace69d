#include "admin/admin.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "admin/call.hpp"
#include "admin/routes.hpp"
#include "helpers/audit.hpp"
#include "helpers/json_text.hpp"
#include "http/encoding.hpp"
#include "http/problem.hpp"

namespace aifp::admin {
namespace {

using engine::Control;

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

http::Response problem_of(const Error& error, std::string_view instance) {
    return http::problem_response(
        {status_of(error.code()), error.detail(), name_of(error.code()), instance});
}

http::Response response_for(const Result<boost::json::value>& result, std::string_view instance) {
    return result ? http::json_response(200, helpers::to_json_text(*result))
                  : problem_of(result.error(), instance);
}

Control::Answer answer_into(std::shared_ptr<http::Responder> responder, std::string instance) {
    return [responder = std::move(responder),
            instance = std::move(instance)](const Result<boost::json::value>& result) {
        (*responder)(response_for(result, instance));
    };
}

http::Response wrong_method(const std::string& allowed, std::string_view instance) {
    auto response = http::problem_response(
        {405, fmt::format("use {}", allowed), "method_not_allowed", instance});
    response.headers.push_back({"Allow", allowed});
    return response;
}

/// Nothing here unpacks what is sent.
bool is_packed(const http::Request& request) {
    const auto coding = request.headers.find("content-encoding").value_or("");
    return !coding.empty() && !http::equal_ignoring_case(coding, "identity");
}

http::Response packed_body(std::string_view instance) {
    auto response = http::problem_response({415,
                                            "send the body as it is, without Content-Encoding",
                                            "unsupported_media_type",
                                            instance});
    response.headers.push_back({"Accept-Encoding", "identity"});
    return response;
}

http::Response too_many(Milliseconds wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    auto response = http::problem_response(
        {429,
         fmt::format("too many requests: ask again in {} s (setting admin.rate)", seconds),
         "rate_limited",
         {}});
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
    return response;
}

// Whoever is not let in is known by user or address alone.
std::string client_of(const tl::expected<helpers::Caller, http::Response>& caller,
                      const http::Request& request) {
    if (caller) {
        return caller->who;
    }
    if (request.credentials) {
        return fmt::format("uid {}", request.credentials->uid);
    }
    return request.peer ? request.peer->address.text() : "unknown";
}

/// A tool that only looks changes nothing, and those that change are noted by the toolbox.
bool is_change(const Route& route) {
    return route.scope != helpers::Scope::read && route.method != "GET";
}

/// What every token may do.
helpers::Look look_at_tokens(const Tokens& tokens, const Clock& clock) {
    return [&tokens, &clock](const std::function<void(boost::json::value)>& seen) {
        boost::json::object all;
        for (const auto& token : tokens.all()) {
            all[token.name] = describe_token(token, clock.wall()).at("scopes");
        }
        seen(std::move(all));
    };
}

helpers::Look look_for(const Route& route, const Call& call) {
    if (route.path.starts_with("/api/v1/tokens")) {
        return look_at_tokens(call.tokens, call.services.clock);
    }
    if (route.path.starts_with("/api/v1/directives/{name}")) {
        return helpers::look_at_directive(call.control, call.subject);
    }
    if (route.path.starts_with("/api/v1/runs/{run}")) {
        return helpers::look_at_run(call.control, call.subject);
    }
    return route.path.starts_with("/api/v1/state/")
               ? helpers::look_at_state(call.control, call.subject)
               : helpers::Look();
}

}  // namespace

Admin::Admin(AdminParts parts)
    : parts_(std::move(parts)), idempotency_(parts_.services.store, parts_.services.clock) {
    parts_.access.hosts = &parts_.services.settings.admin_hosts;
}

tl::expected<helpers::Caller, http::Response> Admin::admit(const http::Request& request) {
    const auto& clock = parts_.services.clock;
    auto caller = identify(request, parts_.access, clock.wall());
    const auto wait =
        limits_.take(client_of(caller, request), parts_.services.settings.admin_rate, clock.mono());
    if (wait) {
        return tl::unexpected<http::Response>(too_many(*wait));
    }
    return caller;
}

void Admin::handle(http::Request request, http::Responder responder) {
    // Probes ask without a token; they learn nothing but one word.
    if (request.path() == "/healthz") {
        responder(http::text_response(200, "ok\n"));
        return;
    }
    if (request.path() == "/readyz") {
        const auto& control = parts_.services.control;
        const bool ready = control.is_ready() && control.can_store();
        responder(http::text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
        return;
    }
    auto caller = admit(request);
    if (!caller) {
        responder(std::move(caller).error());
        return;
    }
    dispatch(std::move(request), std::move(*caller), std::move(responder));
}

void Admin::dispatch(http::Request request, helpers::Caller caller, http::Responder responder) {
    const std::string instance(request.path());
    auto match = match_route(request.method, instance);
    auto query = http::parse_parameters(request.query());
    if (!match || !query) {
        responder(problem_of(match ? query.error() : match.error(), instance));
        return;
    }
    if (match->route == nullptr) {
        responder(wrong_method(match->allowed, instance));
        return;
    }
    if (is_packed(request)) {
        responder(packed_body(instance));
        return;
    }
    const auto& route = *match->route;
    if (const auto allowed = check_scope(caller, route.scope); !allowed) {
        responder(problem_of(allowed.error(), instance));
        return;
    }
    std::string last_event_id(request.headers.find("last-event-id").value_or(""));
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    const auto* token = token_of(request, parts_.access);
    Call call{
        parts_.services.control,
        parts_.toolbox,
        parts_.services,
        parts_.tokens,
        parts_.neighbours,
        parts_.daemon,
        parts_.briefing,
        parts_.chat,
        std::move(match->subject),
        std::move(*query),
        request.body,
        std::string(request.headers.find("content-type").value_or("")),
        std::move(caller),
        answer_into(shared, instance),
        shared,
        std::move(last_event_id),
        parts_.log_feed,
        token != nullptr ? std::optional(HeldToken{token->hash, token->expires_at}) : std::nullopt};
    begin(route, request, std::move(call));
}

void Admin::begin(const Route& route, const http::Request& request, Call call) {
    auto what = fmt::format("{} {}", request.method, request.path());
    if (request.method != "POST" || !request.headers.find("idempotency-key")) {
        perform(route, std::move(what), std::move(call));
        return;
    }
    auto key = idempotency_.key_of(request, call.caller.who);
    if (!key) {
        call.answer(fail(std::move(key).error()));
        return;
    }
    const auto responder = call.responder;
    call.answer = [this,
                   key = *key,
                   responder,
                   is_secret = route.has_secret_answer,
                   instance =
                       std::string(request.path())](const Result<boost::json::value>& result) {
        auto response = std::make_shared<http::Response>(response_for(result, instance));
        idempotency_.finish(key, *response, is_secret, [responder, response] {
            (*responder)(std::move(*response));
        });
    };
    auto waiting = std::make_shared<Call>(std::move(call));
    idempotency_.claim(
        *key,
        [this, &route, what = std::move(what), waiting] {
            perform(route, what, std::move(*waiting));
        },
        [responder](http::Response response) { (*responder)(std::move(response)); });
}

void Admin::perform(const Route& route, std::string what, Call call) {
    if (!is_change(route)) {
        route.handle(std::move(call));
        return;
    }
    helpers::Change change{
        call.caller.who, call.caller.from, std::move(what), look_for(route, call)};
    change.makes = route.handle == create_directive || route.handle == upload_context_file;
    auto answer = std::move(call.answer);
    auto waiting = std::make_shared<Call>(std::move(call));
    helpers::audit_change(parts_.log,
                          std::move(change),
                          std::move(answer),
                          [&route, waiting](Control::Answer audited) {
                              waiting->answer = std::move(audited);
                              route.handle(std::move(*waiting));
                          });
}

}  // namespace aifp::admin
