#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <optional>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "actions/calls.hpp"
#include "actions/expected_status.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/well_formed.hpp"
#include "http/encoding.hpp"
#include "http/url.hpp"

namespace aifp::actions {
namespace {

constexpr std::size_t kMaxQuotedBody = 200;

// What a request is made of, before rendering. `body` is json, form or body, whichever was written.
struct Plan {
    enum class Body { none, json, form, text };
    expression::CompiledValue target;  // "METHOD URL"
    expression::CompiledValue headers;
    expression::CompiledValue body;
    Body body_kind = Body::none;
    std::string base_url;
    ExpectedStatus expected;
    http::ClientRequest bounds;
};

std::string form_text(const boost::json::object& form) {
    std::string text;
    for (const auto& field : form) {
        text += fmt::format("{}{}={}",
                            text.empty() ? "" : "&",
                            http::form_encode(field.key()),
                            http::form_encode(to_text(field.value())));
    }
    return text;
}

boost::json::value body_of(const http::ClientResponse& response) {
    const auto type = response.headers.find("content-type");
    if (type && to_lower_ascii(*type).find("json") != std::string::npos) {
        boost::json::error_code error;
        auto parsed = boost::json::parse(response.body, error);
        if (!error) {
            return parsed;
        }
    }
    return boost::json::string(response.body);
}

// Bytes that are not text must not reach the ledger or a log line.
boost::json::value output_of(const http::ClientResponse& response) {
    boost::json::object headers;
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
        headers[to_lower_ascii(response.headers[i].name)] =
            well_formed_utf8(std::string(response.headers[i].value));
    }
    boost::json::object output;
    output["status"] = response.status;
    output["headers"] = std::move(headers);
    output["body"] = first_invalid_utf8(response.body)
                         ? boost::json::value(fmt::format("({} bytes)", response.body.size()))
                         : body_of(response);
    return output;
}

class HttpRequestAction final : public Action {
public:
    HttpRequestAction(Plan plan, const Services& services)
        : plan_(std::move(plan)), services_(services) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto request = build(*context.scope);
        if (!request) {
            return end_now(done, fail(std::move(request).error()));
        }
        note(context, [&] { return view_of(*request); });
        auto what = fmt::format("{} {}", request->method, http::origin_of(request->url));
        return call_http(services_,
                         std::move(*request),
                         [this, what, done = std::move(done)](Result<http::ClientResponse> answer) {
                             done(judge(what, std::move(answer)));
                         });
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        const auto request = build(*context.scope);
        return request ? Result<boost::json::value>(view_of(*request)) : fail(request.error());
    }

private:
    StepResult judge(const std::string& what, Result<http::ClientResponse> answer) const {
        if (!answer) {
            return fail(answer.error().with_context(what));
        }
        if (plan_.expected.contains(answer->status)) {
            return output_of(*answer);
        }
        const auto said =
            well_formed_utf8(std::string(truncate_utf8(trim(answer->body), kMaxQuotedBody)));
        return fail_step(
            ErrorCode::io_failure,
            fmt::format("{}: answered {}{}{}", what, answer->status, said.empty() ? "" : " ", said),
            std::to_string(answer->status));
    }

    Result<http::ClientRequest> build(const expression::Scope& scope) const {
        auto request = plan_.bounds;
        auto target = render_argument(services_.sandbox, plan_.target, scope);
        if (!target) {
            return fail(std::move(target).error());
        }
        const auto text = to_text(*target);
        const auto space = text.find(' ');
        request.method = text.substr(0, space);
        request.url = space == std::string::npos ? "" : std::string(trim(text).substr(space + 1));
        if (request.url.starts_with('/')) {
            request.url.insert(0, plan_.base_url);
        } else if (auto same = check_origin(request.url); !same) {
            return fail(std::move(same).error());
        }
        auto headers = render_argument(services_.sandbox, plan_.headers, scope);
        if (!headers) {
            return fail(headers.error().with_context("headers"));
        }
        for (const auto& field : headers->get_object()) {
            request.headers.push_back(
                http::Header{std::string(field.key()), to_text(field.value())});
        }
        auto filled = fill_body(request, scope);
        if (!filled) {
            return fail(std::move(filled).error());
        }
        return request;
    }

    // An API's headers are its keys: they go to no other host.
    [[nodiscard]] Status check_origin(const std::string& url) const {
        if (plan_.base_url.empty()) {
            return {};
        }
        const auto base = http::parse_url(plan_.base_url);
        const auto wanted = http::parse_url(url);
        if (base && wanted && base->same_origin(*wanted)) {
            return {};
        }
        return fail(ErrorCode::denied,
                    fmt::format("{} is not at {}, where the API is, so it does not get the API's "
                                "headers; write a path like /lights, or leave api: out",
                                http::origin_of(url),
                                http::origin_of(plan_.base_url)));
    }

    Status fill_body(http::ClientRequest& request, const expression::Scope& scope) const {
        if (plan_.body_kind == Plan::Body::none) {
            return {};
        }
        auto body = render_argument(services_.sandbox, plan_.body, scope);
        if (!body) {
            return fail(std::move(body).error());
        }
        const char* type = nullptr;
        if (plan_.body_kind == Plan::Body::json) {
            request.body = json_text(*body);
            type = "application/json";
        } else if (plan_.body_kind == Plan::Body::form && body->is_object()) {
            request.body = form_text(body->get_object());
            type = "application/x-www-form-urlencoded";
        } else {
            request.body = to_text(*body);
            type = "text/plain; charset=utf-8";
        }
        const bool given = std::any_of(
            request.headers.begin(), request.headers.end(), [](const http::Header& header) {
                return http::equal_ignoring_case(header.name, "content-type");
            });
        if (!given) {
            request.headers.push_back(http::Header{"Content-Type", type});
        }
        return {};
    }

    Plan plan_;
    Services services_;
};

bool goes_to_api(const model::Action& action) {
    return argument(action, "api") != nullptr ||
           to_text(main_argument(action)).find(" /") != std::string::npos;
}

// A path alone goes to an API of the settings, with its headers and its patience.
Status add_api(const model::Action& action,
               const Services& services,
               Plan& plan,
               boost::json::object& headers) {
    if (!goes_to_api(action)) {
        return {};
    }
    const auto name = text_argument(action, "api", "default");
    const auto found = services.settings.apis.find(name);
    if (found == services.settings.apis.end()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("no API is called {0}: write apis: {{{0}: {{base_url: http://...}}}} "
                        "in .aifp-project/engine.yaml",
                        name));
    }
    auto base_url = services.resolver.expand(found->second.base_url);
    if (const auto url = base_url ? http::parse_url(*base_url) : fail(base_url.error()); !url) {
        return fail(url.error().with_context(fmt::format("apis.{}.base_url", name)));
    }
    plan.base_url = std::move(*base_url);
    while (plan.base_url.ends_with('/')) {
        plan.base_url.pop_back();
    }
    plan.bounds.timeout = found->second.timeout;
    for (const auto& [key, value] : found->second.headers) {
        headers[key] = value;
    }
    return {};
}

Status add_body(const model::Action& action, const Services& services, Plan& plan) {
    constexpr std::array kBodies{std::pair{"json", Plan::Body::json},
                                 std::pair{"form", Plan::Body::form},
                                 std::pair{"body", Plan::Body::text}};
    for (const auto& [key, kind] : kBodies) {
        if (const auto* written = argument(action, key)) {
            auto body = compile_argument(*written, services);
            if (!body) {
                return fail(body.error().with_context(key));
            }
            plan.body = std::move(*body);
            plan.body_kind = kind;
        }
    }
    return {};
}

Status add_request(const model::Action& action,
                   const Services& services,
                   Plan& plan,
                   boost::json::object headers) {
    if (const auto* written = argument(action, "headers");
        written != nullptr && written->is_object()) {
        for (const auto& field : written->get_object()) {
            headers[field.key()] = field.value();
        }
    }
    auto target = compile_argument(main_argument(action), services);
    auto compiled_headers = compile_argument(boost::json::value(std::move(headers)), services);
    for (auto* part : {&target, &compiled_headers}) {
        if (!*part) {
            return fail(std::move(*part).error());
        }
    }
    plan.target = std::move(*target);
    plan.headers = std::move(*compiled_headers);
    return {};
}

void add_bounds(const model::Action& action, Plan& plan) {
    auto& bounds = plan.bounds;
    bounds.timeout = action.timeout.value_or(bounds.timeout);
    bounds.connect_timeout = duration_argument(action, "connect_timeout", bounds.connect_timeout);
    bounds.max_redirects =
        static_cast<int>(integer_argument(action, "follow_redirects", bounds.max_redirects));
    bounds.max_response_bytes = size_argument(action, "max_response", bounds.max_response_bytes);
    bounds.ca_file = text_argument(action, "ca_file", "");
    plan.expected = ExpectedStatus::from(argument(action, "expect_status"));
}

}  // namespace

MadeAction make_http_request(const model::Action& action, const Services& services) {
    Plan plan;
    boost::json::object headers;
    auto fine = add_api(action, services, plan, headers);
    if (fine) {
        fine = add_body(action, services, plan);
    }
    if (fine) {
        fine = add_request(action, services, plan, std::move(headers));
    }
    if (!fine) {
        return fail(std::move(fine).error());
    }
    add_bounds(action, plan);
    return std::make_unique<HttpRequestAction>(std::move(plan), services);
}

}  // namespace aifp::actions
