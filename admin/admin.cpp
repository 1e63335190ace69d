#include "admin/admin.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "admin/call.hpp"
#include "admin/routes.hpp"
#include "helpers/json_text.hpp"
#include "http/encoding.hpp"

namespace aifp::admin {
namespace {

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

http::Response error_for(const Error& error) {
    return http::error_response(status_of(error.code()), error.detail());
}

engine::Control::Answer answer_into(std::shared_ptr<http::Responder> responder) {
    return [responder = std::move(responder)](const Result<boost::json::value>& result) {
        (*responder)(result ? http::json_response(200, helpers::to_json_text(*result))
                            : error_for(result.error()));
    };
}

std::string who_of(const http::Request& request) {
    return request.credentials ? fmt::format("uid {}", request.credentials->uid) : "admin token";
}

http::Response wrong_method(const std::string& allowed) {
    auto response = http::error_response(405, fmt::format("use {}", allowed));
    response.headers.push_back({"Allow", allowed});
    return response;
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
    dispatch(std::move(request), std::move(responder));
}

void Admin::dispatch(http::Request request, http::Responder responder) {
    auto match = match_route(request.method, request.path());
    auto query = http::parse_parameters(request.query());
    if (!match || !query) {
        responder(error_for(match ? query.error() : match.error()));
        return;
    }
    if (match->route == nullptr) {
        responder(wrong_method(match->allowed));
        return;
    }
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    match->route->handle(Call{control_,
                              toolbox_,
                              workflow_,
                              neighbours_,
                              briefing_,
                              std::move(match->subject),
                              std::move(*query),
                              std::move(request.body),
                              who_of(request),
                              answer_into(shared),
                              shared,
                              chat_});
}

}  // namespace aifp::admin
