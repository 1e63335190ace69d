#include "briefing/site_events.hpp"

#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "prompts/site_cache.hpp"
#include "triggers/webhook_auth.hpp"

namespace aifp::briefing {
namespace {

namespace json = boost::json;

SiteEvents::Verdict refuse(int status, std::string_view text) {
    SiteEvents::Verdict verdict;
    verdict.response = http::error_response(status, text);
    return verdict;
}

std::string text_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

SiteEvents::Verdict SiteEvents::take(const http::Request& request,
                                     const std::string& secret,
                                     WallTime now) {
    if (secret.empty()) {
        return refuse(404, "not found");
    }
    if (request.method != "POST") {
        Verdict verdict = refuse(405, "use POST");
        verdict.response.headers.push_back({"Allow", "POST"});
        return verdict;
    }
    triggers::AuthRules rules;
    rules.hmac.emplace();
    rules.hmac->secrets.push_back(secret);
    const auto judged = triggers::check_auth(rules, request, std::nullopt, "site", now);
    if (judged.failure != triggers::AuthFailure::none) {
        return refuse(401, "unauthorized");
    }
    for (const auto& mark : judged.marks) {
        if (replays_.remember(mark, now) != triggers::ReplayLedger::Answer::fresh) {
            return refuse(401, "unauthorized");
        }
    }
    boost::system::error_code error;
    const json::value value = json::parse(request.body, error);
    const json::object* const event = error ? nullptr : value.if_object();
    if (event == nullptr || text_in(*event, "event").empty()) {
        return refuse(400, R"(send {"event": "post.updated"} or the like)");
    }
    Verdict verdict;
    verdict.response.status = 204;
    const std::string name = text_in(*event, "event");
    const std::string option = text_in(*event, "option");
    if (prompts::makes_site_old(name, option)) {
        verdict.reason = option.empty() ? name : name + " " + option;
    }
    return verdict;
}

}  // namespace aifp::briefing
