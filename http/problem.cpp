#include "http/problem.hpp"

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "http/response_text.hpp"

namespace aifp::http {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    if (!text.empty()) {
        out += ",\"";
        out += name;
        out += "\":";
        append_json_string(out, text);
    }
}

}  // namespace

Response problem_response(const Problem& problem) {
    std::string body = R"({"type":"about:blank","title":)";
    append_json_string(body, reason_phrase(problem.status));
    body += R"(,"status":)";
    append_number(body, problem.status);
    append_member(body, "detail", problem.detail);
    append_member(body, "code", problem.code);
    append_member(body, "instance", problem.instance);
    append_member(body, "error", problem.detail);
    body += '}';
    auto response = json_response(problem.status, std::move(body));
    response.content_type = "application/problem+json";
    return response;
}

}  // namespace aifp::http
